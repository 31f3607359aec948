// Hover and click on what a canvas shows, which the browser itself cannot tell apart.

import { map } from "../map/leaflet.js";
import { SIZE_PX } from "./decode.js";
import { hit } from "./hit.js";

/** @typedef {import("./decode.js").TileFeature} TileFeature */
/** @typedef {{feature: TileFeature, lonlat: [number, number]}} Found */

// Half of the least size of a touch target.
const FINGER_PX = 22;
// What lies above the canvas answers for itself.
const ABOVE = ".leaflet-marker-icon, .leaflet-control, .leaflet-popup, button, a";

/**
 * @param {any} grid Leaflet's grid layer.
 * @param {{
 *   at: (coords: {x: number, y: number, z: number}) => TileFeature[],
 *   reachOf: (feature: TileFeature) => number,
 *   select: (properties: Record<string, string>, lonlat: [number, number]) => void,
 *   hover: (feature: TileFeature | null) => void,
 * }} on `at` gives the features of a tile, in the order of drawing.
 */
export function pointing(grid, on) {
  const container = map.getContainer();
  const finger = matchMedia("(pointer: coarse)");
  const reachOf = (/** @type {TileFeature} */ feature) => Math.max(on.reachOf(feature), finger.matches ? FINGER_PX : 0);
  /** @type {TileFeature | null} */
  let hovered = null;
  let frame = 0;

  const find = (/** @type {any} */ event) => {
    const busy = container.classList.contains("is-aiming") || event.target.closest?.(ABOVE);
    return busy ? null : found(grid, map.mouseEventToLatLng(event), on.at, reachOf);
  };
  const hover = (/** @type {TileFeature | null} */ feature) => {
    if (feature?.id === hovered?.id) return;
    hovered = feature;
    container.style.cursor = feature ? "pointer" : "";
    on.hover(feature);
  };
  const listeners = {
    mousemove(/** @type {any} */ { originalEvent }) {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => hover(find(originalEvent)?.feature ?? null));
    },
    "mouseout movestart zoomstart"() {
      cancelAnimationFrame(frame);
      hover(null);
    },
  };
  // Ahead of Leaflet: a click on a symbol is not one on the area that it stands in.
  const click = (/** @type {MouseEvent} */ event) => {
    if (map.dragging?.moved() || map.boxZoom?.moved()) return;
    const feature = find(event);
    if (!feature) return;
    event.stopPropagation();
    on.select(feature.feature.properties, feature.lonlat);
  };
  grid.on("add", () => {
    map.on(listeners);
    container.addEventListener("click", click, true);
  });
  grid.on("remove", () => {
    map.off(listeners);
    container.removeEventListener("click", click, true);
    hover(null);
  });
}

/**
 * @param {any} grid
 * @param {{lat: number, lng: number}} latlng
 * @param {(coords: {x: number, y: number, z: number}) => TileFeature[]} at
 * @param {(feature: TileFeature) => number} reachOf
 * @returns {Found | null} With the place of its symbol, or where a larger shape was pointed at.
 */
function found(grid, latlng, at, reachOf) {
  const z = grid._tileZoom;
  if (z === undefined) return null;
  const point = map.project(latlng, z);
  const [x, y] = [Math.floor(point.x / SIZE_PX), Math.floor(point.y / SIZE_PX)];
  const [left, top] = [x * SIZE_PX, y * SIZE_PX];
  const feature = hit(at({ x, y, z }), point.x - left, point.y - top, reachOf);
  if (!feature) return null;
  const spot = feature.spots.length === 1 ? feature.spots[0] : null;
  const { lat, lng } = spot ? map.unproject([left + spot[0], top + spot[1]], z) : latlng;
  return { feature, lonlat: [lng, lat] };
}
