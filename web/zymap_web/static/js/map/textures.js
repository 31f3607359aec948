// Fills that can be told apart without colour: lines and dots of the ground's colour over any paint.

import { svg } from "./dom.js";

/** @typedef {import("./types").Marker} Marker */

const TILE_PX = 7;
const LINES = /** @type {Record<string, string>} */ ({
  diagonal: "M-1 8 8-1M-1 1 1-1M6 8 8 6",
  vertical: "M3.5 0V7",
  horizontal: "M0 3.5H7",
  crossed: "M-1 8 8-1M-1-1 8 8",
});
// The one shape that a status has on the map has one texture in a bar.
const OF_SHAPE = /** @type {Record<string, string>} */ ({
  circle: "diagonal", diamond: "dots", hexagon: "vertical", triangle: "horizontal", cross: "crossed",
});

/**
 * A bar that fills its box: paint, texture, and an outline where the inside is left empty.
 * @param {string} colour
 * @param {string} [texture] Of this module; empty for plain paint.
 * @param {{hollow?: boolean, dash?: string | null}} [options]
 * @returns {SVGElement}
 */
export function bar(colour, texture = "", { hollow = false, dash = null } = {}) {
  if (texture) place();
  const whole = { width: "100%", height: "100%" };
  const outline = { x: 0.75, y: 0.75, rx: 2, fill: "none", "stroke-width": 1.5, "stroke-dasharray": dash, class: "bar-outline" };
  const made = svg(
    "svg",
    { class: "bar-paint", "aria-hidden": "true", width: "100%", height: "100%" },
    !hollow && svg("rect", { ...whole, class: "bar-ink" }),
    texture && svg("rect", { ...whole, fill: `url(#texture-${texture})` }),
    (hollow || texture) && svg("rect", outline),
  );
  made.style.setProperty("--paint", colour);
  return made;
}

/**
 * The bar of a status.
 * @param {Marker} marker
 * @returns {SVGElement}
 */
export function statusBar(marker) {
  if (marker.hollow) return bar(marker.stroke, "", { hollow: true, dash: marker.shape === "circle" ? null : "4 3" });
  return bar(marker.fill, OF_SHAPE[marker.shape] ?? "");
}

/** Put the patterns into the page, once. */
function place() {
  if (document.getElementById("texture-dots")) return;
  const pattern = (/** @type {string} */ name, /** @type {SVGElement} */ mark) =>
    svg("pattern", { id: `texture-${name}`, width: TILE_PX, height: TILE_PX, patternUnits: "userSpaceOnUse" }, mark);
  const patterns = Object.entries(LINES).map(([name, d]) => pattern(name, svg("path", { d, class: "texture-line" })));
  const dots = pattern("dots", svg("circle", { cx: 3.5, cy: 3.5, r: 1.7, class: "texture-dot" }));
  const light = pattern("light", svg("path", { d: LINES.diagonal, class: "texture-line texture-wide" }));
  document.body.append(svg("svg", { width: 0, height: 0, class: "definitions", "aria-hidden": "true" }, svg("defs", {}, ...patterns, dots, light)));
}
