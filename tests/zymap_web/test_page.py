"""The map page: the same bytes, our own files, and no word of the data read as code."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from html import escape, unescape

import pytest
from tests.testland import HOSTILE, catalog_text

from zymap.catalog import Dataset, parse_catalog
from zymap_web.page import render_page, render_published_page, words
from zymap_web.policy import content_security_policy, published_policy


@pytest.fixture(scope="module")
def catalog():
    return parse_catalog(catalog_text())


def with_words(catalog, text):
    """Every word that a catalogue can hold, replaced."""
    names = [item.name for item in fields(Dataset) if item.name not in ("year", "id", "id_prefix")]
    layers = tuple(
        replace(layer, title_zh=text, title_en=text, description_zh=text, source=text)
        for layer in catalog.layers
    )
    codes = {code: replace(item, zh=text, en=text) for code, item in catalog.kinds.items()}
    dataset = replace(catalog.dataset, **dict.fromkeys(names, text))
    return replace(catalog, dataset=dataset, layers=layers, kinds=codes, areas=codes)


def test_two_renders_are_the_same_page(catalog):
    assert render_page(catalog) == render_page(catalog)


def test_another_process_renders_the_same_page(catalog):
    from zymap_web import page

    first = render_page(catalog)
    page._frame.cache_clear()
    assert render_page(catalog) == first


def test_the_etag_follows_the_words(catalog):
    other = replace(catalog, dataset=replace(catalog.dataset, title_zh="别的"))
    assert render_page(other).etag != render_page(catalog).etag


def test_the_page_has_language_title_and_a_size_that_may_be_zoomed(catalog):
    html = render_page(catalog).html.decode()
    assert '<html lang="zh-CN">' in html
    assert f"<title>{catalog.dataset.title_zh}</title>" in html
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in html
    assert html.count('name="viewport"') == 1


def test_the_page_names_no_other_host_and_nothing_above_itself(catalog):
    html = render_page(catalog).html.decode()
    assert "//" not in re.sub(r'"[^"]*sha384-[^"]*"', "", html)
    for address in re.findall(r'(?:src|href)="([^"]+)"', html):
        assert not address.startswith(("/", "http")), address


def test_the_policy_allows_the_scripts_that_are_there_and_no_others(catalog):
    page = render_page(catalog)
    assert page.csp == content_security_policy(page.html.decode())
    assert len(re.findall(r"'sha256-[A-Za-z0-9+/=]{44}'", page.csp)) == 1
    assert "unsafe" not in page.csp
    assert "default-src 'none'" in page.csp


def test_nothing_in_the_page_needs_what_the_policy_forbids(catalog):
    html = render_page(catalog).html.decode()
    assert "<style" not in html
    assert not re.search(r"\s(?:style|on[a-z]+)=", html)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_of_the_catalogue_stay_words(catalog, text):
    plain = render_page(catalog).html.decode()
    html = render_page(with_words(catalog, text)).html.decode()
    assert html.count("<") == plain.count("<")
    assert html.count("49") == plain.count("49")
    if "{{" in text:
        assert "<title>{{7*7}}" in html


def test_words_that_look_like_a_place_in_the_frame_are_not_filled(catalog):
    dataset = replace(catalog.dataset, title_zh="<!--zymap:attribution-->")
    html = render_page(replace(catalog, dataset=dataset)).html.decode()
    assert "<title>&lt;!--zymap:attribution--&gt;</title>" in html


def test_the_interface_words_hold_no_template():
    for language in ("zh", "en"):
        for text in words(language).values():
            assert not re.search(r"\{\{|\{%|\{#|<", text), text


def test_a_published_page_needs_no_module_no_hash_and_no_server(catalog):
    html = render_published_page(catalog).decode()
    assert html == render_published_page(catalog).decode()
    assert "integrity" not in html
    assert "module" not in html
    assert "//" not in re.sub(r"<svg.*?</svg>", "", html)
    scripts = re.findall(r'<script src="([^"]+)"', html)
    assert set(scripts) == {"data.js", "app.js", "static/vendor/leaflet/leaflet.js"}
    links = re.findall(r'<a [^>]*href="([^"]+)"', html)
    assert sorted(links) == ["#list-heading", "README.txt"]


def test_the_policy_of_a_published_page_stands_before_all_that_it_governs(catalog):
    html = render_published_page(catalog).decode()
    stated = unescape(
        re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">', html)[1]
    )
    assert stated == published_policy(html)
    assert re.search(r"script-src 'self' file: 'sha256-[^']+';", stated)
    assert "unsafe" not in stated
    assert "frame-ancestors" not in stated
    assert html.index(escape(stated)) < min(html.index("<script"), html.index("<link"))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_word_of_the_data_is_code_in_a_published_page(catalog, text):
    html = render_published_page(with_words(catalog, text)).decode()
    assert f"<title>{escape(text)}</title>" in html
    plain = render_published_page(catalog).decode()
    assert html.count("<script") == plain.count("<script")
    assert re.findall(r"<script>.*?</script>", html, re.DOTALL) == re.findall(
        r"<script>.*?</script>", plain, re.DOTALL
    )
