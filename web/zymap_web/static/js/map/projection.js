// A place in the three systems that people here write coordinates in.

import { wgs84ToGcj02 } from "./gcj02.js";
import { vendored } from "./vendored.js";

/** @typedef {[number, number]} LonLat */
/** @typedef {"wgs84" | "cgcs2000" | "gcj02"} System */

/** @type {System[]} */
export const SYSTEMS = ["wgs84", "cgcs2000", "gcj02"];
export const GRID_CODE = 4547;

// EPSG:4547. The datum is taken as that of WGS 84, as EPSG's null transformation does.
const GRID = "+proj=tmerc +lat_0=0 +lon_0=114 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs";
// The zone in which EPSG:4547 is in use.
const ZONE = [112.5, 115.5];

/**
 * @param {System} system
 * @param {LonLat} place Degrees on WGS 84.
 * @returns {Promise<[number, number] | null>} Longitude and latitude in degrees or, in `cgcs2000`,
 *   east and north in metres; null outside the zone of the grid.
 */
export async function placeIn(system, place) {
  if (system === "wgs84") return place;
  if (system === "gcj02") return wgs84ToGcj02(...place);
  if (place[0] < ZONE[0] || place[0] > ZONE[1]) return null;
  const proj4 = await vendored("proj4/proj4.js", "proj4");
  return proj4(GRID).forward([...place]);
}

/**
 * @param {System} system
 * @param {[number, number]} pair
 */
export function pairText(system, pair) {
  const digits = system === "cgcs2000" ? 2 : 6;
  return pair.map((value) => value.toFixed(digits)).join(", ");
}
