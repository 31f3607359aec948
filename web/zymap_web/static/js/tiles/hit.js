// What the pointer is on: the nearest symbol, else a line close by, else the topmost polygon.

import { hasShape } from "./decode.js";

/** @typedef {import("./decode.js").TileFeature} TileFeature */

const LINE_REACH_PX = 5;

/**
 * @param {TileFeature[]} features In the order of drawing.
 * @param {number} x
 * @param {number} y
 * @param {(feature: TileFeature) => number} reachOf How far from its middle a symbol is taken for hit.
 * @returns {TileFeature | null}
 */
export function hit(features, x, y, reachOf) {
  return nearestSymbol(features, x, y, reachOf) ?? topmostShape(features, x, y);
}

/**
 * @param {TileFeature[]} features
 * @param {number} x
 * @param {number} y
 * @param {(feature: TileFeature) => number} reachOf
 */
function nearestSymbol(features, x, y, reachOf) {
  let [found, nearest] = [/** @type {TileFeature | null} */ (null), Infinity];
  for (const feature of features) {
    for (const spot of feature.spots) {
      const distance = Math.hypot(spot[0] - x, spot[1] - y);
      // Of two as near the one drawn later lies on top.
      if (distance <= nearest && distance <= reachOf(feature)) [found, nearest] = [feature, distance];
    }
  }
  return found;
}

/**
 * @param {TileFeature[]} features
 * @param {number} x
 * @param {number} y
 */
function topmostShape(features, x, y) {
  for (let at = features.length - 1; at >= 0; at -= 1) {
    const feature = features[at];
    const [left, top, right, bottom] = feature.box;
    const reach = feature.kind === "line" ? LINE_REACH_PX : 0;
    if (!hasShape(feature) || x < left - reach || x > right + reach || y < top - reach || y > bottom + reach) continue;
    if (feature.kind === "line" ? near(feature.paths, x, y) : inside(feature.paths, x, y)) return feature;
  }
  return null;
}

/**
 * Whether a point lies in rings by the even-odd rule, which takes holes out.
 * @param {number[][]} rings
 * @param {number} x
 * @param {number} y
 */
function inside(rings, x, y) {
  let odd = false;
  for (const ring of rings) {
    for (let at = 0, last = ring.length - 2; at < ring.length; last = at, at += 2) {
      const [x1, y1, x2, y2] = [ring[at], ring[at + 1], ring[last], ring[last + 1]];
      if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) odd = !odd;
    }
  }
  return odd;
}

/**
 * @param {number[][]} lines
 * @param {number} x
 * @param {number} y
 */
function near(lines, x, y) {
  return lines.some((line) => {
    for (let at = 2; at < line.length; at += 2) {
      const [x1, y1, x2, y2] = [line[at - 2], line[at - 1], line[at], line[at + 1]];
      const length = (x2 - x1) ** 2 + (y2 - y1) ** 2;
      const along = length ? Math.max(0, Math.min(1, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length)) : 0;
      if (Math.hypot(x1 + along * (x2 - x1) - x, y1 + along * (y2 - y1) - y) <= LINE_REACH_PX) return true;
    }
    return false;
  });
}
