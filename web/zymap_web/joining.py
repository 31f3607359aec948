"""The page's ES modules as one classic script, for a page that is opened from a folder.

A browser runs no module of a ``file://`` page. Our modules keep to few forms of import and export,
so joining them takes no parser of JavaScript; what keeps to no such form is refused, by name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from zymap.errors import ZymapError

_JSDOC = re.compile(r"/\*\*.*?\*/", re.DOTALL)
_LINE_COMMENT = re.compile(r"^[ \t]*//.*$", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n\s*\n+")
_IMPORT = re.compile(r'^import \{([^{}]*)\} from "(\.{1,2}/[\w./-]+\.js)";$', re.MULTILINE)
_EXPORT = re.compile(
    r"^export ((?:async )?function\*?|const|class) (?=([A-Za-z_$][\w$]*))", re.MULTILINE
)
_LAZY_IMPORT = re.compile(r'\bimport\("(\.{1,2}/[\w./-]+\.js)"\)')
_RENAMED = re.compile(r"([\w$]+) as ([\w$]+)")
# What is left of these words after the forms above is a form that we do not join.
_OTHER_FORM = re.compile(
    r"^(?:import|export)\b.*|\bimport\s*[(.].*|^(?!.*\basync\b)\S.*\bawait\b.*", re.MULTILINE
)


class UnjoinableModule(ZymapError):
    """A module uses a form of import or export that the joiner does not know."""

    code = "unjoinable-module"


def join_modules(
    root: Path, main: str, *, instead: Mapping[str, str], absent: Collection[str]
) -> str:
    """Return the module `main` and all that it imports as one classic script.

    Each module is a function that runs once, those that it imports before it. The script sets no
    global. A module that is imported when it is needed (``import()``) is run at the start, too.

    Parameters
    ----------
    root : pathlib.Path
        Folder of the modules; they are named by their paths below it, with forward slashes.
    instead : mapping of str to str
        Modules that stand in for others; both must export the same names.
    absent : collection of str
        Modules that are left out; importing one when it is needed fails in the browser.

    Raises
    ------
    UnjoinableModule
        A module is not there, uses another form of import or export, imports an absent one at its
        head, or is part of a circle.
    """
    joiner = _Joiner(root, instead, frozenset(absent))
    joiner.add(main, ())
    return '(() => {\n"use strict";\n' + "".join(joiner.parts.values()) + "})();\n"


class _Joiner:
    def __init__(self, root: Path, instead: Mapping[str, str], absent: frozenset[str]) -> None:
        self.root = root.resolve()
        self.instead = instead
        self.absent = absent
        self.parts: dict[str, str] = {}
        self.exports: dict[str, list[str]] = {}

    def add(self, name: str, importers: tuple[str, ...]) -> None:
        if name in importers:
            raise UnjoinableModule(f"{' imports '.join((*importers, name))}: a circle")
        if name in self.parts:
            return
        text = self._read(name)
        for target in self._targets(name, text):
            self.add(target, (*importers, name))
        self.parts[name] = self._wrap(name, text)

    def _read(self, name: str) -> str:
        try:
            text = (self.root / name).read_text(encoding="utf-8")
        except OSError as error:
            raise UnjoinableModule(f"{name}: cannot be read ({error.strerror})") from error
        return _BLANK_LINES.sub("\n", _LINE_COMMENT.sub("", _JSDOC.sub("", text))).strip() + "\n"

    def _targets(self, name: str, text: str) -> Iterator[str]:
        for _, address in _IMPORT.findall(text):
            target = self._resolve(name, address)
            if target in self.absent:
                raise UnjoinableModule(f"{name}: imports {target}, which is left out")
            yield target
        for address in _LAZY_IMPORT.findall(text):
            target = self._resolve(name, address)
            if target not in self.absent:
                yield target

    def _resolve(self, name: str, address: str) -> str:
        path = (self.root / name).parent.joinpath(address).resolve()
        if not path.is_relative_to(self.root):
            raise UnjoinableModule(f"{name}: {address} lies outside")
        target = path.relative_to(self.root).as_posix()
        return self.instead.get(target, target)

    def _wrap(self, name: str, text: str) -> str:
        exported = [found[1] for found in _EXPORT.findall(text)]
        self.exports[name] = exported
        body = _IMPORT.sub(lambda found: self._destructuring(name, found), text)
        body = _LAZY_IMPORT.sub(lambda found: self._promise(name, found[1]), body)
        body = _EXPORT.sub(lambda found: f"{found[1]} ", body)
        other = _OTHER_FORM.search(body)
        if other:
            raise UnjoinableModule(f"{name}: cannot join {other[0].strip()!r}")
        return (
            f"// {name}\nconst {_identifier(name)} = (() => {{\n{body}"
            f"return {{ {', '.join(exported)} }};\n}})();\n"
        )

    def _destructuring(self, name: str, found: re.Match[str]) -> str:
        target = self._resolve(name, found[2])
        wanted = [part.strip() for part in found[1].split(",") if part.strip()]
        lacking = {part.split()[0] for part in wanted} - set(self.exports[target])
        if lacking:
            raise UnjoinableModule(f"{name}: {target} exports no {', '.join(sorted(lacking))}")
        names = ", ".join(_RENAMED.sub(r"\1: \2", part) for part in wanted)
        return f"const {{ {names} }} = {_identifier(target)};"

    def _promise(self, name: str, address: str) -> str:
        target = self._resolve(name, address)
        if target in self.absent:
            return f'Promise.reject(new Error("{target} needs a server"))'
        return f"Promise.resolve({_identifier(target)})"


def _identifier(name: str) -> str:
    return "$" + re.sub(r"\W", "_", name.removesuffix(".js"))
