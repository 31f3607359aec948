// What lies under the works for orientation: the boundary, streets, water, stations, venues.

import { h } from "./dom.js";
import { L, groups, isLine, isPolygon, latlng, pathOptions, turned } from "./leaflet.js";
import { glyphOf, symbol } from "./symbols.js";
import { nameOf } from "./words.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").Symbology} Symbology */
/** @typedef {import("./types").Work} Work */

const GLYPH_FROM_PX = 16;

/**
 * Draw the boundary and the context layers, each in a group that can be hidden.
 * @param {Data} data
 * @param {(feature: Work) => void} open Called when a point is clicked.
 * @returns {{show: (hidden: string[]) => void, rename: () => void}}
 */
export function drawGround(data, open) {
  const { symbology } = data.catalog;
  /** @type {Map<string, any>} */
  const layers = new Map();
  /** @type {{marker: any, feature: Work}[]} */
  const named = [];
  const add = (/** @type {Work} */ feature, /** @type {any} */ drawn, group = groups.context) => {
    const id = feature.layer.id;
    if (!layers.has(id)) layers.set(id, L.layerGroup().addTo(group));
    layers.get(id).addLayer(drawn);
  };
  for (const feature of data.boundary) {
    if (feature.geometry) add(feature, boundary(feature, symbology), groups.boundary);
  }
  for (const feature of data.context) {
    if (!feature.geometry || data.tiled.includes(feature.layer)) continue;
    const look = contextOf(feature, symbology);
    if (isLine(feature.geometry.type)) lines(feature, look).forEach((line) => add(feature, line));
    else if (isPolygon(feature.geometry.type)) add(feature, shape(feature, look));
    else {
      const marker = point(feature, look, symbology, open);
      named.push({ marker, feature });
      add(feature, marker);
    }
  }
  return {
    show(hidden) {
      for (const [id, layer] of layers) {
        const group = data.boundary.some((feature) => feature.layer.id === id) ? groups.boundary : groups.context;
        if (hidden.includes(id)) group.removeLayer(layer);
        else group.addLayer(layer);
      }
    },
    rename() {
      for (const { marker, feature } of named) marker.getElement()?.setAttribute("title", nameOf(feature));
    },
  };
}

/**
 * @param {Work} feature
 * @param {Symbology} symbology
 * @returns {import("./types").ContextStyle}
 */
export function contextOf(feature, symbology) {
  return symbology.context[feature.properties.kind] ?? symbology.default_context;
}

/**
 * @param {Work} feature
 * @param {Symbology} symbology
 */
function boundary(feature, symbology) {
  const options = pathOptions(symbology.boundary, { pane: "ground", interactive: false });
  return L.polygon(turned(feature.geometry?.coordinates), options);
}

/**
 * @param {Work} feature
 * @param {import("./types").ContextStyle} look
 */
function lines(feature, look) {
  const positions = turned(feature.geometry?.coordinates);
  const water = feature.properties.kind === "water";
  const line = L.polyline(positions, pathOptions(look.path, { pane: water ? "water" : "streets", interactive: false, fill: false }));
  if (!look.path.casing) return [line];
  const options = { pane: "casings", interactive: false, color: look.path.casing, weight: look.path.casing_width_px };
  return [L.polyline(positions, options), line];
}

/**
 * @param {Work} feature
 * @param {import("./types").ContextStyle} look
 */
function shape(feature, look) {
  const options = pathOptions(look.path, { pane: "water", interactive: false });
  return L.polygon(turned(feature.geometry?.coordinates), options);
}

/**
 * @param {Work} feature
 * @param {import("./types").ContextStyle} look
 * @param {Symbology} symbology
 * @param {(feature: Work) => void} open
 */
function point(feature, look, symbology, open) {
  const glyph = look.marker.size_px >= GLYPH_FROM_PX ? glyphOf(feature.properties.kind, symbology) : "";
  const element = h("span", { class: "context-point" }, symbol(look.marker, glyph));
  const size = look.marker.size_px + 10;
  const icon = L.divIcon({ html: element, className: "marker", iconSize: [size, size] });
  const options = { icon, pane: "context", keyboard: false, title: nameOf(feature) };
  return L.marker(latlng(/** @type {number[]} */ (feature.lonlat)), options).on("click", () => open(feature));
}
