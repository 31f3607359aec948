// What tools draw, over everything else: SVG in a pane of its own, coloured by the style sheet.

import { h } from "./dom.js";
import { L, latlng, map } from "./leaflet.js";

/** @typedef {[number, number]} LonLat */

const PANE = "tools";
// Over the works, below popups.
const Z_INDEX = 650;
// Leaflet stacks markers by latitude, and puts SVG at 200.
const OVER_LINES = 10_000;
/** @type {any} */
let renderer = null;

/**
 * @returns {{line: (points: LonLat[], closed: boolean) => void, stretch: (points: LonLat[]) => void,
 *   pin: (place: LonLat) => void, circle: (centre: LonLat, radius_m: number) => any,
 *   label: (place: LonLat, content: HTMLElement) => any, clear: () => void}}
 */
export function createOverlay() {
  const group = L.layerGroup().addTo(map);
  const loose = L.layerGroup().addTo(map);
  const clear = () => {
    group.clearLayers();
    loose.clearLayers();
  };
  return {
    clear,
    line(points, closed) {
      clear();
      const positions = points.map(latlng);
      const path = closed ? L.polygon(positions, options("tool-shape")) : L.polyline(positions, options("tool-line"));
      group.addLayer(path);
      for (const position of positions) group.addLayer(L.circleMarker(position, { ...options("tool-vertex"), radius: 4 }));
    },
    stretch(points) {
      loose.clearLayers();
      if (points.length > 1) loose.addLayer(L.polyline(points.map(latlng), options("tool-stretch")));
    },
    pin(place) {
      clear();
      for (const [name, radius] of [["tool-pin", 9], ["tool-vertex", 3]]) {
        group.addLayer(L.circleMarker(latlng(place), { ...options(String(name)), radius }));
      }
    },
    circle(centre, radius_m) {
      clear();
      const circle = L.circle(latlng(centre), { ...options("tool-shape"), radius: radius_m });
      group.addLayer(circle);
      group.addLayer(L.circleMarker(latlng(centre), { ...options("tool-here"), radius: 7 }));
      return circle;
    },
    label(place, content) {
      const html = h("div", { class: "tool-label leaflet-control" }, content);
      L.DomEvent.disableClickPropagation(html).disableScrollPropagation(html);
      const icon = L.divIcon({ html, className: "tool-label-place", iconSize: [0, 0] });
      const marker = L.marker(latlng(place), { icon, pane: pane(), keyboard: false, interactive: false, zIndexOffset: OVER_LINES });
      group.addLayer(marker);
      return marker;
    },
  };
}

/** @param {string} className */
function options(className) {
  renderer ??= L.svg({ pane: pane() });
  return { className, pane: PANE, renderer, interactive: false };
}

function pane() {
  if (!map.getPane(PANE)) {
    const { style } = map.createPane(PANE);
    style.zIndex = String(Z_INDEX);
    style.pointerEvents = "none";
  }
  return PANE;
}
