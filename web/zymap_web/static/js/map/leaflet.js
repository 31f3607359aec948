// The door to Leaflet, which the page's frame loads as a plain script, and to the map it made.

/* global zymap */

/** @type {any} */
export const L = /** @type {any} */ (globalThis).L;

/** @type {any} */
export const map = /** @type {any} */ (globalThis).zymap.map;

/** @type {Record<string, any>} */
export const groups = /** @type {any} */ (globalThis).zymap.groups;

/**
 * GeoJSON order to Leaflet's.
 * @param {number[]} lonlat
 * @returns {[number, number]}
 */
export function latlng([lon, lat]) {
  return [lat, lon];
}

/**
 * A geometry's positions as Leaflet takes them, whatever its depth.
 * @param {any} coordinates
 * @returns {any}
 */
export function turned(coordinates) {
  return typeof coordinates[0] === "number" ? latlng(coordinates) : coordinates.map(turned);
}

/**
 * Leaflet's options for a path of the symbology.
 * @param {import("./types").PathStyle} style
 * @param {Record<string, any>} [more]
 */
export function pathOptions(style, more = {}) {
  return {
    color: style.stroke,
    weight: style.width_px,
    dashArray: style.dash || null,
    fill: Boolean(style.fill),
    fillColor: style.fill || undefined,
    fillOpacity: style.fill_opacity,
    ...more,
  };
}

/** @param {string} type */
export function isLine(type) {
  return type.endsWith("LineString");
}

/** @param {string} type */
export function isPolygon(type) {
  return type.endsWith("Polygon");
}
