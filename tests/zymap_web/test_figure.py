"""The frame fails closed: a link that is not ours is no link."""

from __future__ import annotations

import pytest
from branca.element import CssLink, Element, JavascriptLink
from folium import GeoJson, Map, Marker
from folium.plugins import Fullscreen

from zymap_web.assets import UnknownAsset
from zymap_web.elements import MapFrame
from zymap_web.figure import OfflineFigure, check_addresses
from zymap_web.page import words


@pytest.fixture
def figure():
    made = OfflineFigure()
    made.add_child(MapFrame(words("zh")))
    return made


def test_known_names_are_swapped_for_the_locked_files(figure):
    html = figure.render()
    assert 'src="static/vendor/leaflet/leaflet.js" integrity="sha384-' in html
    assert 'href="static/vendor/leaflet/leaflet.css" integrity="sha384-' in html


@pytest.mark.parametrize("link", [JavascriptLink, CssLink])
def test_an_unknown_link_fails_the_render(figure, link):
    figure.header.add_child(link("https://cdn.invalid/x"), name="unknown")
    with pytest.raises(UnknownAsset, match="unknown"):
        figure.render()


def test_a_plugin_with_links_of_its_own_fails_the_render(figure):
    next(iter(figure._children.values())).add_child(Fullscreen())
    with pytest.raises(UnknownAsset):
        figure.render()


def test_foliums_own_map_fails_the_render():
    made = OfflineFigure()
    made.add_child(Map(tiles=None))
    with pytest.raises(UnknownAsset):
        made.render()


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://cdn.invalid/a.js"></script>',
        '<script src="//cdn.invalid/a.js"></script>',
        "<link href='http://cdn.invalid/a.css'>",
        '<img src="/static/a.png">',
        '<a href="javascript:alert(1)">',
        "<img src=data:image/png;base64,AAAA>",
    ],
)
def test_an_address_of_elsewhere_fails_the_render(figure, html):
    figure.html.add_child(Element(html))
    with pytest.raises(UnknownAsset):
        figure.render()


def test_addresses_relative_to_the_page_pass():
    check_addresses('<a href="areas?f=html"><a href="#list"><script src="static/x.js">')


def test_our_map_leaves_foliums_lists_as_they_were(figure):
    before = (list(Map.default_js), list(Map.default_css))
    figure.render()
    assert (Map.default_js, Map.default_css) == before
    assert [name for name, _ in MapFrame.default_js] == ["leaflet"]


def test_foliums_own_elements_still_work_on_our_map(figure):
    frame = next(iter(figure._children.values()))
    frame.add_child(GeoJson({"type": "FeatureCollection", "features": []}))
    frame.add_child(Marker([1, 2]))
    assert "L.marker" in figure.render()
