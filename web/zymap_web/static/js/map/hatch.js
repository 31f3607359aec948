// Slanted lines for shapes that are schematic, one pattern a colour.

import { svg } from "./dom.js";

/** @type {SVGElement | undefined} */
let definitions;

/**
 * The fill of a hatch in a colour; made on first use.
 * @param {string} colour
 * @returns {string}
 */
export function hatchFill(colour) {
  const id = `hatch-${colour.replace(/\W/g, "")}`;
  if (!document.getElementById(id)) place(id, colour);
  return `url(#${id})`;
}

/**
 * @param {string} id
 * @param {string} colour
 */
function place(id, colour) {
  if (!definitions) {
    definitions = svg("defs");
    document.body.append(svg("svg", { width: 0, height: 0, class: "definitions", "aria-hidden": "true" }, definitions));
  }
  definitions.append(
    svg(
      "pattern",
      { id, width: 9, height: 9, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      svg("rect", { width: 9, height: 9, fill: colour, "fill-opacity": 0.06 }),
      svg("line", { x1: 0, y1: 0, x2: 0, y2: 9, stroke: colour, "stroke-width": 1.6, "stroke-opacity": 0.32 }),
    ),
  );
}
