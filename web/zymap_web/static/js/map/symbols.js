// Point symbols as SVG: shape and colour tell the status, the glyph the kind, a dashed ring that
// the place is approximate.

import { svg } from "./dom.js";
import { GLYPHS } from "./glyphs.js";

/** @typedef {import("./types").Marker} Marker */
/** @typedef {import("./types").Symbology} Symbology */
/** @typedef {import("./types").Work} Work */

const RING_GAP_PX = 4;
const LATE_PX = 8;
const CORNERS = /** @type {Record<string, [number, number]>} */ ({
  diamond: [4, 0], triangle: [3, 0], pentagon: [5, 0], hexagon: [6, 30],
});

/**
 * The symbol of a work or a candidate.
 * @param {Work} work
 * @param {Symbology} symbology
 * @param {{scale?: number, ring?: boolean, late?: boolean}} [options]
 * @returns {SVGElement}
 */
export function workSymbol(work, symbology, options = {}) {
  const { status, kind, location_status } = work.properties;
  if (work.layer.role === "candidates") return symbol(symbology.candidate, "", options);
  const marker = markerOf(status, symbology);
  const ring = (options.ring ?? true) && location_status === "approximate";
  return symbol(marker, glyphOf(kind, symbology), { ...options, ring });
}

/**
 * @param {string | null | undefined} status
 * @param {Symbology} symbology
 */
export function markerOf(status, symbology) {
  return symbology.status[status ?? ""] ?? symbology.no_status;
}

/**
 * @param {string} kind
 * @param {Symbology} symbology
 */
export function glyphOf(kind, symbology) {
  return symbology.glyphs[kind] ?? symbology.default_glyph;
}

/**
 * A kind's glyph alone.
 * @param {string} glyph
 * @returns {SVGElement}
 */
export function glyphIcon(glyph) {
  return svg("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" },
    svg("path", { d: GLYPHS[glyph] ?? GLYPHS.dot }));
}

/**
 * Draw a marker of the symbology.
 * @param {Marker} marker
 * @param {string} glyph Empty for none.
 * @param {{scale?: number, ring?: boolean, late?: boolean}} [options] `late` adds the mark of what is overdue.
 * @returns {SVGElement}
 */
export function symbol(marker, glyph, { scale = 1, ring = false, late = false } = {}) {
  const size = marker.size_px * scale;
  const radius = size / 2;
  const reach = radius + Math.max(ring ? RING_GAP_PX + 1 : 1.5, late ? LATE_PX : 0);
  const view = `${-reach} ${-reach} ${2 * reach} ${2 * reach}`;
  const outline = { "stroke-width": marker.width_px, "stroke-dasharray": marker.dash || null };
  return svg(
    "svg",
    { class: "symbol", viewBox: view, width: 2 * reach, height: 2 * reach, "aria-hidden": "true" },
    ring && svg("circle", {
      r: radius + RING_GAP_PX, fill: "var(--surface)", "fill-opacity": 0.75, stroke: "var(--ink-2)",
      "stroke-width": 1.3, "stroke-dasharray": "3 2.4",
    }),
    shape(marker.shape, radius, { fill: marker.fill || "var(--surface)", "fill-opacity": marker.fill ? 1 : 0.6, stroke: marker.stroke, ...outline }),
    glyph && glyphIn(glyph, size, marker),
    ...(late ? lateMark(radius) : []),
  );
}

/**
 * A red diamond with an exclamation mark at the upper right: a sign as well as a colour.
 * @param {number} radius Of the symbol.
 */
function lateMark(radius) {
  const [x, y] = [radius * 0.78, -radius * 0.78];
  const points = [[0, -LATE_PX], [LATE_PX, 0], [0, LATE_PX], [-LATE_PX, 0]].map(([dx, dy]) => `${(x + dx).toFixed(1)},${(y + dy).toFixed(1)}`);
  return [
    svg("polygon", { class: "late-mark", points: points.join(" "), fill: "var(--late)", stroke: "var(--surface)", "stroke-width": 1.4, "stroke-linejoin": "round" }),
    svg("path", { class: "late-mark", d: `M${x} ${y - 4}v4.4M${x} ${y + 3.2}v.2`, stroke: "var(--surface)", "stroke-width": 2, "stroke-linecap": "round" }),
  ];
}

/**
 * @param {string} name
 * @param {number} radius
 * @param {Record<string, any>} attributes
 */
function shape(name, radius, attributes) {
  if (name === "circle") return svg("circle", { r: radius - 1, ...attributes });
  if (name === "square") {
    const side = 2 * radius - 2;
    return svg("rect", { x: -side / 2, y: -side / 2, width: side, height: side, rx: side / 6, ...attributes });
  }
  if (name === "cross") {
    const arm = radius * 0.62;
    const d = `M${-arm} ${-arm}L${arm} ${arm}M${arm} ${-arm}L${-arm} ${arm}`;
    return svg("path", { d, "stroke-linecap": "round", ...attributes, stroke: attributes.fill, "stroke-width": radius / 2 });
  }
  const [corners, turn] = CORNERS[name];
  return svg("polygon", { points: polygon(corners, radius - 0.5, turn), "stroke-linejoin": "round", ...attributes });
}

/**
 * @param {number} corners
 * @param {number} radius
 * @param {number} turn Degrees.
 */
function polygon(corners, radius, turn) {
  return Array.from({ length: corners }, (_, index) => {
    const angle = ((index / corners) * 360 - 90 + turn) * (Math.PI / 180);
    return `${(radius * Math.cos(angle)).toFixed(2)},${(radius * Math.sin(angle)).toFixed(2)}`;
  }).join(" ");
}

/**
 * @param {string} glyph
 * @param {number} size
 * @param {Marker} marker
 */
function glyphIn(glyph, size, marker) {
  if (marker.shape === "cross") return null;
  const part = { diamond: 0.5, triangle: 0.42 }[marker.shape] ?? 0.6;
  const scale = (size * part) / 24;
  const down = marker.shape === "triangle" ? size * 0.06 : 0;
  return svg("path", {
    d: GLYPHS[glyph] ?? GLYPHS.dot, class: "glyph", stroke: marker.ink,
    transform: `translate(0 ${down}) scale(${scale.toFixed(3)}) translate(-12 -12)`,
  });
}
