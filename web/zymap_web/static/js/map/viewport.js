// Which part of the world the map shows: all, an area, or what the address says.

import { L, latlng, map, turned } from "./leaflet.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").State} State */
/** @typedef {import("./types").Work} Work */

const NEAR_PX = 3;
const CLOSEST_FIT = 15;
const TO_SELECTED = 14;
const PADDING_PX = { wide: { side: 28, tools: 64, top: 64, bottom: 124 }, narrow: { side: 16, tools: 16, top: 84, bottom: 60 } };

/**
 * @param {Data} data
 * @param {{moved: (at: State["at"]) => void, covered: () => number, calm: () => boolean}} on
 * @returns {{go: (state: State) => void, settle: (state: State) => void, show: (work: Work) => void}}
 */
export function createViewport(data, on) {
  /** @type {{centre: any, zoom: number} | null} */
  let home = null;
  const fit = (/** @type {State} */ { area, polygon }, /** @type {boolean} */ animate) => {
    const bounds = polygon ? L.latLngBounds(turned(polygon)) : boundsOf(data, area);
    if (!bounds.isValid()) {
      // Nothing has a place yet; Leaflet needs one all the same.
      map.setView([0, 0], map.getMinZoom());
      home = { centre: map.getCenter(), zoom: map.getZoom() };
      return;
    }
    const covered = on.covered();
    const { side, tools, top, bottom } = PADDING_PX[covered ? "narrow" : "wide"];
    // Known before the map sets out: while it glides, its own centre is on the way.
    home = frame(bounds, L.point(side, top), L.point(tools, covered + bottom));
    map.setView(home.centre, home.zoom, { animate: animate && !on.calm() });
  };
  // Leaflet brings what the keyboard reaches into sight by itself, gliding.
  const { panBy } = map;
  map.panBy = (/** @type {any} */ offset, /** @type {any} */ options) => panBy.call(map, offset, on.calm() ? { ...options, animate: false } : options);
  let fitted = /** @type {string | null | undefined} */ (undefined);
  map.on("moveend", () => {
    if (fitted === undefined) return;
    const atHome = home !== null && map.getZoom() === home.zoom && map.project(map.getCenter()).distanceTo(map.project(home.centre)) < NEAR_PX;
    const { lat, lng } = map.getCenter();
    on.moved(atHome ? null : [round(lat), round(lng), map.getZoom()]);
  });
  const go = (/** @type {State} */ state) => {
    const first = fitted === undefined;
    if (state.at) {
      if (first) fit(state, false);
      map.setView([state.at[0], state.at[1]], state.at[2], { animate: false });
    } else fit(state, !first);
    fitted = state.area;
  };
  return {
    go,
    settle(state) {
      // What moves while the page takes its shape is not the reader's doing.
      fitted = undefined;
      map.invalidateSize({ animate: false });
      go(state);
    },
    show(work) {
      if (!work.lonlat) return;
      // At once: the popup that follows needs the symbols' places at the new zoom.
      if (map.getZoom() < TO_SELECTED) map.setView(latlng(work.lonlat), TO_SELECTED, { animate: false });
      map.panInside(latlng(work.lonlat), { paddingTopLeft: [40, 90], paddingBottomRight: [60, on.covered() + 120], animate: false });
    },
  };
}

/**
 * Where the map must stand to show bounds between paddings.
 * @param {any} bounds
 * @param {any} topLeft In CSS pixels.
 * @param {any} bottomRight In CSS pixels.
 * @returns {{centre: any, zoom: number}}
 */
function frame(bounds, topLeft, bottomRight) {
  const zoom = Math.min(CLOSEST_FIT, map.getBoundsZoom(bounds, false, topLeft.add(bottomRight)));
  const middle = map.project(bounds.getSouthWest(), zoom).add(map.project(bounds.getNorthEast(), zoom)).divideBy(2);
  return { centre: map.unproject(middle.add(bottomRight.subtract(topLeft).divideBy(2)), zoom), zoom };
}

/**
 * The box of an area and its works; of all areas and works where none is asked for.
 * @param {Data} data
 * @param {string | null} area
 * @returns {any}
 */
function boundsOf(data, area) {
  const ours = (/** @type {Work} */ feature) => feature.geometry && (!area || feature.properties.area_id === area);
  const shapes = data.areas.filter(ours);
  const works = data.works.filter(ours);
  const bounds = L.latLngBounds([]);
  for (const { geometry } of [...shapes, ...works]) bounds.extend(L.latLngBounds(flat(turned(geometry?.coordinates))));
  if (bounds.isValid()) return bounds;
  return area ? boundsOf(data, null) : ofAll(data);
}

/** @param {Data} data */
function ofAll(data) {
  const bounds = L.latLngBounds([]);
  for (const { geometry } of data.byId.values()) if (geometry) bounds.extend(L.latLngBounds(flat(turned(geometry.coordinates))));
  return bounds;
}

/**
 * @param {any} positions Nested to any depth.
 * @returns {[number, number][]}
 */
function flat(positions) {
  return typeof positions[0] === "number" ? [positions] : positions.flatMap(flat);
}

/** @param {number} degrees */
function round(degrees) {
  return Math.round(degrees * 1e5) / 1e5;
}
