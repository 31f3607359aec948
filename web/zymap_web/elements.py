"""The parts of the page as Folium elements. Their templates are made of constants alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from branca.element import MacroElement
from folium import FeatureGroup, Map
from folium.map import CustomPane
from folium.template import Template

from zymap_web.assets import TEMPLATE_DIR

# What is drawn over what, from the ground up; Leaflet's popups stand at 700.
PANES: Mapping[str, int] = {
    "ground": 310,
    "water": 320,
    "casings": 330,
    "streets": 340,
    "areas": 350,
    "uncertainty": 380,
    "shapes": 400,
    "context": 560,
    "labels": 580,
    "leaders": 600,
    "candidates": 610,
    "area-labels": 620,
    "works": 630,
}
UNTOUCHED = ("ground", "water", "casings", "streets", "uncertainty", "labels", "leaders")
ZOOM_RANGE = (9, 18)
# Leaflet groups that the page's modules fill with what the API answers.
GROUPS = ("boundary", "areas", "context", "candidates", "works")


class PageHead(MacroElement):
    """The head: encoding, size, title and our modules."""

    _template = Template(
        """
{% macro header(this, kwargs) %}
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title><!--zymap:title--></title>
<link rel="icon" type="image/svg+xml" href="static/icon.svg">
{%- for href in this.modules %}
<link rel="modulepreload" href="{{ href }}">
{%- endfor %}
<script type="module" src="{{ this.main }}"></script>
{% endmacro %}
"""
    )

    def __init__(self, modules: Sequence[str], main: str) -> None:
        super().__init__()
        self._name = "PageHead"
        self.modules = modules
        self.main = main


class PublishedHead(MacroElement):
    """The head of a page without a server: its policy, and plain scripts that run after the map."""

    _template = Template(
        """
{% macro header(this, kwargs) %}
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="<!--zymap:policy-->">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title><!--zymap:title--></title>
<link rel="icon" type="image/svg+xml" href="static/icon.svg">
{%- for href in this.scripts %}
<script src="{{ href }}" defer></script>
{%- endfor %}
{% endmacro %}
"""
    )

    def __init__(self, scripts: Sequence[str]) -> None:
        super().__init__()
        self._name = "PublishedHead"
        self.scripts = scripts


class PageStyles(MacroElement):
    """Our style sheets; added after the map, so that they come after Leaflet's."""

    _template = Template(
        """
{% macro header(this, kwargs) %}
{%- for href in this.styles %}
<link rel="stylesheet" href="{{ href }}">
{%- endfor %}
{% endmacro %}
"""
    )

    def __init__(self, styles: Sequence[str]) -> None:
        super().__init__()
        self._name = "PageStyles"
        self.styles = styles


class Furniture(MacroElement):
    """HTML round or on the map, from a file of the template folder.

    Parameters
    ----------
    file : str
        Name of the template file.
    words : mapping of str to str
        The interface's own words (not the dataset's), by key.
    served : bool
        Whether a server stands behind the page, with its documents and lists.
    """

    def __init__(self, file: str, words: Mapping[str, str], *, served: bool) -> None:
        super().__init__()
        self._name = "Furniture"
        self.words = words
        self.served = served
        text = (TEMPLATE_DIR / file).read_text(encoding="utf-8")
        self._template = Template("{% macro html(this, kwargs) %}" + text + "{% endmacro %}")


class MapFrame(Map):
    """Folium's map with Leaflet alone: no Bootstrap, no jQuery, no tiles, free zooming."""

    # The figure swaps these, by name, for the files of the lock.
    default_js = [("leaflet", "leaflet.js")]  # noqa: RUF012 - the way of Folium
    default_css = [("leaflet_css", "leaflet.css")]  # noqa: RUF012

    _template = Template(
        """
{% macro html(this, kwargs) %}
<div class="folium-map" id={{ this.get_name()|tojson }} role="main"
 aria-label="{{ this.words['map.label'] }}" data-t-label="map.label"></div>
{% endmacro %}
{% macro script(this, kwargs) %}
var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {{ this.options|tojavascript }});
{% endmacro %}
"""
    )

    def __init__(self, words: Mapping[str, str], **options: Any) -> None:
        super().__init__(tiles=None, zoom_control=False, prefer_canvas=False, **options)
        self.words = words
        # Folium keeps these two for tile layers, of which there are none.
        self.options |= {"min_zoom": ZOOM_RANGE[0], "max_zoom": ZOOM_RANGE[1]}
        for name, z_index in PANES.items():
            touched = name not in UNTOUCHED
            CustomPane(name, z_index=z_index, pointer_events=touched).add_to(self)


class Corner(MacroElement):
    """A Leaflet control with a place: zoom, scale, attribution, or furniture by its id."""

    _template = Template(
        """
{% macro script(this, kwargs) %}
{%- if this.furniture %}
(function () {
  var corner = L.control({position: {{ this.position|tojson }}});
  corner.onAdd = function () {
    var element = document.getElementById({{ this.furniture|tojson }});
    L.DomEvent.disableClickPropagation(element).disableScrollPropagation(element);
    return element;
  };
  corner.addTo({{ this._parent.get_name() }});
})();
{%- else %}
L.control.{{ this.control }}(
  Object.assign({position: {{ this.position|tojson }}}, {{ this.options|tojson }})
).addTo({{ this._parent.get_name() }});
{%- endif %}
{% endmacro %}
"""
    )

    def __init__(
        self, position: str, *, control: str = "", furniture: str = "", **options: Any
    ) -> None:
        super().__init__()
        self._name = "Corner"
        self.position = position
        self.control = control
        self.furniture = furniture
        self.options = options


class Handover(MacroElement):
    """Hand the map and its groups to the page's modules, under the page's one global name."""

    _template = Template(
        """
{% macro script(this, kwargs) %}
var zymap = {
  map: {{ this.map.get_name() }},
  groups: {
  {%- for name, group in this.groups.items() %}
    {{ name|tojson }}: {{ group.get_name() }},
  {%- endfor %}
  }
};
{% endmacro %}
"""
    )

    def __init__(self, frame: MapFrame, groups: Mapping[str, FeatureGroup]) -> None:
        super().__init__()
        self._name = "Handover"
        self.map = frame
        self.groups = groups
