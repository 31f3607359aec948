import pytest

from zymap.errors import UnknownName
from zymap_api.media import choose
from zymap_api.problems import NotAcceptable

OFFERS = {"json": ("application/geo+json", "application/json"), "html": ("text/html",), "shp": ()}


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "json"),
        ("*/*", "json"),
        ("application/json", "json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("application/geo+json;q=0.5, text/html;q=0.4", "json"),
        ("application/geo+json;q=0.4, text/html;q=0.5", "html"),
        ("text/*", "html"),
        ("*/*;q=0.1, application/json;q=0", "json"),
        ("garbage", "json"),
    ],
)
def test_the_best_offer_for_the_header_is_chosen(accept, expected):
    assert choose(None, accept, OFFERS) == expected


def test_the_name_beats_the_header():
    assert choose("html", "application/json", OFFERS) == "html"
    assert choose("shp", "text/html", OFFERS) == "shp"


def test_a_file_is_never_chosen_by_a_header():
    assert choose(None, "application/zip, text/html;q=0.1", OFFERS) == "html"


def test_an_unknown_name_is_refused_and_an_unknown_type_not_acceptable():
    with pytest.raises(UnknownName, match="json, html, shp"):
        choose("xml", None, OFFERS)
    with pytest.raises(NotAcceptable):
        choose(None, "image/png", OFFERS)
