// Small pictures of how a layer looks, for the legend and the list of layers.

import { isSchematic } from "./areas.js";
import { svg } from "./dom.js";
import { contextOf } from "./ground.js";
import { hatchFill } from "./hatch.js";
import { glyphOf, symbol } from "./symbols.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").Layer} Layer */
/** @typedef {import("./types").PathStyle} PathStyle */

/**
 * @param {Data} data
 * @param {Layer} layer
 */
export function layerSwatch(data, layer) {
  const { symbology } = data.catalog;
  if (layer.role === "boundary") return line(symbology.boundary);
  if (layer.role === "areas") return areaSwatch(data, data.areas.some(isSchematic));
  if (layer.role === "candidates") return symbol(symbology.candidate, "");
  const first = [...data.works, ...data.context].find((feature) => feature.layer.id === layer.id && feature.geometry);
  const drawn = first ?? [...data.works, ...data.context].find((feature) => feature.layer.id === layer.id);
  if (layer.role === "works" && drawn && data.works.includes(drawn)) {
    const plain = { ...symbology.no_status, shape: "circle", fill: "var(--ink-3)", stroke: "var(--surface)", ink: "var(--surface)", size_px: 20 };
    return symbol(plain, glyphOf(drawn.properties.kind, symbology));
  }
  const look = drawn ? contextOf(drawn, symbology) : symbology.default_context;
  if (drawn?.geometry?.type.endsWith("Point")) return symbol(look.marker, look.marker.size_px > 15 ? glyphOf(drawn.properties.kind, symbology) : "");
  return line(look.path);
}

/** @param {PathStyle} style */
function line(style) {
  const d = "M1 8H21";
  return svg(
    "svg",
    { class: "symbol", viewBox: "0 0 22 16", width: 22, height: 16, "aria-hidden": "true" },
    style.casing && svg("path", { d, stroke: style.casing, "stroke-width": style.casing_width_px }),
    svg("path", { d, stroke: style.stroke, "stroke-width": Math.min(style.width_px, 4), "stroke-dasharray": style.dash ? "6 2 2 2" : null }),
  );
}

/**
 * @param {Data} data
 * @param {boolean} schematic
 */
export function areaSwatch(data, schematic) {
  const { symbology } = data.catalog;
  const style = schematic ? symbology.area_schematic : symbology.area;
  return svg(
    "svg",
    { class: "symbol", viewBox: "0 0 22 16", width: 22, height: 16, "aria-hidden": "true" },
    svg("rect", {
      x: 1, y: 1, width: 20, height: 14, stroke: style.stroke, "stroke-width": 1.4, "stroke-dasharray": schematic ? "4 2" : null,
      fill: schematic ? hatchFill(style.stroke) : style.fill, "fill-opacity": schematic ? 1 : style.fill_opacity,
    }),
  );
}
