// Where the reader is, if the browser tells: a circle as wide as it is sure of.

import { t } from "./i18n.js";
import { map } from "./leaflet.js";
import { calm } from "./list.js";
import { createOverlay } from "./overlay.js";
import { sideOf } from "./ring.js";

/** @typedef {import("./types").Work} Work */

const CLOSEST = 16;
const PATIENCE_MS = 15_000;
// GeolocationPositionError's codes.
/** @type {Record<number, string>} */
const REASONS = { 1: "locate.denied", 2: "locate.unavailable", 3: "locate.timeout" };

// Nothing need be said inside.
/** @type {Record<string, string>} */
const SIDES = { near: "locate.near", outside: "locate.outside" };

/**
 * @param {{boundary: Work[], notify: (text: string) => void, changed: (on: boolean) => void}} on
 * @returns {{toggle: () => void}}
 */
export function createLocate({ boundary, notify, changed }) {
  const overlay = createOverlay();
  let wanted = false;
  const set = (/** @type {boolean} */ on) => {
    wanted = on;
    changed(on);
    if (!on) overlay.clear();
  };
  const fail = (/** @type {string} */ reason) => {
    set(false);
    notify(t(reason));
  };
  map.on("locationfound", (/** @type {any} */ found) => {
    if (!wanted) return;
    const { lat, lng } = found.latlng;
    const circle = overlay.circle([lng, lat], found.accuracy);
    const side = sideOfDistrict(boundary, [lng, lat], found.accuracy);
    // Far outside there is nothing of ours to look at; the map stays where it is.
    if (side !== "outside") map.fitBounds(circle.getBounds(), { maxZoom: CLOSEST, animate: !calm() });
    notify([t("locate.found", { m: Math.round(found.accuracy) }), side && SIDES[side] && t(SIDES[side])].filter(Boolean).join(" "));
  });
  map.on("locationerror", (/** @type {any} */ error) => wanted && fail(REASONS[error.code] ?? "locate.unavailable"));
  return {
    toggle() {
      if (wanted) return set(false);
      if (!isSecureContext) return fail("locate.insecure");
      set(true);
      map.locate({ enableHighAccuracy: true, timeout: PATIENCE_MS });
    },
  };
}

/**
 * @param {Work[]} boundary
 * @param {[number, number]} place
 * @param {number} accuracy_m
 */
function sideOfDistrict(boundary, place, accuracy_m) {
  const parts = boundary.flatMap(({ geometry }) => (geometry ? (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates) : []));
  if (!parts.length) return null;
  const doubt_m = Math.max(0, ...boundary.map(({ properties }) => properties.coordinateUncertaintyInMeters ?? 0));
  return sideOf(parts.flat(), place, doubt_m + accuracy_m);
}
