// The part of the map that nothing lies on: between the controls above and the phone's sheet below.

import { map } from "./leaflet.js";

const ABOVE_PX = 68;
const BESIDE_PX = 8;

/**
 * @param {number} [above_px] What else lies on the map's upper edge reaches down to here.
 * @returns {{left: number, top: number, right: number, bottom: number}} In the map's own pixels.
 */
export function openFrame(above_px = 0) {
  const { x, y } = map.getSize();
  const covered = Number.parseFloat(getComputedStyle(document.body).getPropertyValue("--covered")) || 0;
  return { left: BESIDE_PX, top: Math.max(ABOVE_PX, above_px), right: x - BESIDE_PX, bottom: y - covered - BESIDE_PX };
}
