"""Basemaps are there only by setting; a template is checked, and a key is not shown."""

import json

import pytest

from zymap.basemaps import PRESETS, Basemap
from zymap.cli.settings import settings as print_settings
from zymap.errors import InvalidRequest
from zymap.settings import read_settings

CITY = {
    "id": "city",
    "title_zh": "市影像",
    "layers": ["https://tiles.example/{z}/{x}/{y}.png?key=SECRET"],
    "attribution_zh": "市局",
}


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def given(monkeypatch, *basemaps):
    monkeypatch.setenv("ZYMAP_BASEMAPS", json.dumps(basemaps))


def test_no_basemap_is_offered_unless_it_is_set():
    assert read_settings().offered_basemaps() == ()


def test_each_short_setting_adds_its_basemaps(monkeypatch):
    monkeypatch.setenv("ZYMAP_TIANDITU_KEY", "k")
    monkeypatch.setenv("ZYMAP_OSM", "true")
    monkeypatch.setenv("ZYMAP_AMAP", "1")
    given(monkeypatch, CITY)
    offered = {basemap.id: basemap for basemap in read_settings().offered_basemaps()}
    assert set(offered) == {*PRESETS, "city"}
    assert {item.id for item in offered.values() if item.datum == "gcj02"} == {"amap"}
    assert {item.id for item in offered.values() if item.proxied} == {
        "tianditu-vector",
        "tianditu-imagery",
    }


def test_basemaps_are_tables_of_the_settings_file(empty_folder):
    (empty_folder / "zymap.toml").write_text(
        'osm = true\n[[basemaps]]\nid = "a"\ntitle_zh = "甲"\nattribution_zh = "乙"\n'
        'layers = ["http://127.0.0.1:9/{z}/{x}/{-y}.png"]\nproxied = true\n',
        encoding="utf-8",
    )
    assert [basemap.id for basemap in read_settings().offered_basemaps()] == ["osm", "a"]


@pytest.mark.parametrize(
    "template",
    [
        "ftp://tiles.example/{z}/{x}/{y}",
        "file:///etc/{z}/{x}/{y}",
        "//tiles.example/{z}/{x}/{y}",
        "https:///{z}/{x}/{y}",
        "https://{x}.example/{z}/{x}/{y}",
        "https://user:pass@tiles.example/{z}/{x}/{y}",
        "https://tiles.example;script-src/{z}/{x}/{y}",
        "https://tiles.example:99999/{z}/{x}/{y}",
        "https://tiles.example/{z}/{x}",
        "https://tiles.example/{z}/{x}/{y}/{-y}",
        "https://tiles.example/{z}/{x}/{y}{r}",
        "https://tiles.example/{z}/{x}/{y}/{",
        "https://tiles.example/{z}/{x}/{y} ",
        "https://tiles.example/地图/{z}/{x}/{y}",
    ],
)
def test_a_template_that_cannot_be_asked_is_refused_without_being_quoted(template, monkeypatch):
    given(monkeypatch, CITY | {"layers": [template + "?key=SECRET"]})
    with pytest.raises(InvalidRequest, match=r"^setting basemaps\.0\.layers: ") as caught:
        read_settings()
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"subdomains": ["a", "b"]}, "basemaps.0"),
        ({"layers": ["https://{s}.tiles.example/{z}/{x}/{y}"]}, "basemaps.0"),
        ({"layers": []}, "basemaps.0.layers"),
        ({"id": "City/../x"}, "basemaps.0.id"),
        ({"datum": "bd09"}, "basemaps.0.datum"),
        ({"max_zoom": 99}, "basemaps.0.max_zoom"),
        ({"attribution_zh": ""}, "basemaps.0.attribution_zh"),
        ({"attribution_url": "javascript:alert(1)"}, "basemaps.0.attribution_url"),
        ({"key": "x"}, "basemaps.0.key"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_place(change, at, monkeypatch):
    given(monkeypatch, CITY | change)
    with pytest.raises(InvalidRequest, match=rf"^setting {at}: "):
        read_settings()


@pytest.mark.parametrize("taken", ["city", *PRESETS])
def test_an_id_that_is_taken_is_refused(taken, monkeypatch):
    given(monkeypatch, CITY, CITY | {"id": taken})
    with pytest.raises(InvalidRequest, match=taken):
        read_settings()


def test_another_process_reads_the_same_settings(monkeypatch):
    monkeypatch.setenv("ZYMAP_TIANDITU_KEY", "a b&c")
    monkeypatch.setenv("ZYMAP_AMAP", "true")
    monkeypatch.setenv("ZYMAP_CORS_ORIGINS", "https://a.example,https://b.example")
    given(monkeypatch, CITY)
    first = read_settings()
    for name, value in first.environment().items():
        monkeypatch.setenv(name, value)
    assert read_settings() == first


def test_settings_are_printed_without_keys(monkeypatch, capsys):
    monkeypatch.setenv("ZYMAP_TIANDITU_KEY", "SECRET")
    given(monkeypatch, CITY)
    print_settings()
    printed = capsys.readouterr().out
    assert "city" in printed
    assert "SECRET" not in printed


def test_a_key_is_escaped_and_cannot_place_anything(monkeypatch):
    monkeypatch.setenv("ZYMAP_TIANDITU_KEY", "k&LAYER=x{z}")
    vector, _ = read_settings().offered_basemaps()
    address = vector.tile_address(1, 3, 5, 2)
    assert address.endswith("&LAYER=cva&TILEMATRIX=3&TILEROW=2&TILECOL=5&tk=k%26LAYER%3Dx%7Bz%7D")
    assert address.startswith("https://t7.tianditu.gov.cn/cva_w/wmts?")


def test_tms_counts_its_rows_from_the_south():
    basemap = Basemap(**CITY | {"layers": ("https://tiles.example/{z}/{x}/{-y}",)})
    assert basemap.tile_address(0, 3, 5, 2) == "https://tiles.example/3/5/5"


def test_a_basemap_names_the_origins_of_all_its_subdomains():
    layers = ("https://{s}.tiles.example/{z}/{x}/{y}", "http://b.example:81/{z}/{x}/{y}")
    open_one = Basemap(**CITY | {"layers": layers, "subdomains": ("a", "b")})
    assert open_one.origins() == [
        "http://b.example:81",
        "https://a.tiles.example",
        "https://b.tiles.example",
    ]
    assert open_one.model_copy(update={"proxied": True}).origins() == []
