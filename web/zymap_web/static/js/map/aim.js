// Pointing at places while a tool is in use: by mouse, by finger, or by a cross-hair that keys move.

import { h } from "./dom.js";
import { L, map } from "./leaflet.js";

/** @typedef {[number, number]} LonLat */
/**
 * @typedef {object} Aimed
 * @property {(place: LonLat, byKeys: boolean) => void} point A place is chosen.
 * @property {(place: LonLat | null) => void} [move] The pointer is there now, or nowhere.
 * @property {() => void} [finish]
 * @property {() => void} [undo]
 */

const STEP_PX = 10;
const BIG_STEP_PX = 60;
const MARGIN_PX = 24;
// The second click of a double click still belongs to the tool that the first one ended.
const AFTER_MS = 400;
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

let release = 0;

/**
 * Give clicks, moves and keys on the map to a tool; what lies on the map does not answer meanwhile.
 * @param {Aimed} on
 * @param {boolean} byKeys Show the cross-hair at once.
 * @returns {() => void} Stop.
 */
export function aim(on, byKeys) {
  const container = map.getContainer();
  const hair = createHair(container, (place) => tellMove(place));
  const tellMove = (/** @type {LonLat | null} */ place) => {
    on.move?.(place);
    map.fire("aim", { place });
  };
  let lies = "";
  const listeners = {
    click: (/** @type {any} */ event) => on.point(lonlat(event.latlng), false),
    dblclick: () => on.finish?.(),
    mousemove(/** @type {any} */ event) {
      // Browsers also report a mouse that lies still while the map moves under it.
      const { clientX, clientY } = event.originalEvent;
      const spot = `${clientX},${clientY}`;
      if (spot === lies) return;
      lies = spot;
      hair.hide();
      on.move?.(isOnControl(event) ? null : lonlat(event.latlng));
    },
    mouseout: () => hair.shown() || on.move?.(null),
  };
  const keys = (/** @type {KeyboardEvent} */ event) => {
    if (event.target !== container || event.ctrlKey || event.metaKey) return;
    if (ARROWS[event.key]) hair.step(ARROWS[event.key], event.shiftKey ? BIG_STEP_PX : STEP_PX);
    else if (event.key === "Backspace") on.undo?.();
    else if (event.key !== "Enter") return;
    else if (hair.shown()) on.point(hair.place(), true);
    else on.finish?.();
    event.preventDefault();
    event.stopPropagation();
  };

  clearTimeout(release);
  map.doubleClickZoom.disable();
  map.boxZoom.disable();
  map.on(listeners);
  container.classList.add("is-aiming");
  container.addEventListener("keydown", keys);
  container.focus({ preventScroll: true });
  if (byKeys) hair.step([0, 0], 0);
  return () => {
    map.off(listeners);
    container.removeEventListener("keydown", keys);
    hair.remove();
    release = setTimeout(() => {
      container.classList.remove("is-aiming");
      map.doubleClickZoom.enable();
      map.boxZoom.enable();
    }, AFTER_MS);
  };
}

/**
 * @param {{lat: number, lng: number}} latlng
 * @returns {LonLat}
 */
export function lonlat(latlng) {
  const { lat, lng } = L.latLng(latlng).wrap();
  return [lng, lat];
}

/**
 * Whether a Leaflet mouse event is about a control that lies on the map, not about the map.
 * @param {any} event
 */
export function isOnControl(event) {
  return Boolean(event.originalEvent?.target?.closest?.(".leaflet-control"));
}

/**
 * @param {HTMLElement} container
 * @param {(place: LonLat) => void} moved
 */
function createHair(container, moved) {
  const element = h("div", { class: "crosshair", "aria-hidden": "true" });
  /** @type {any} */
  let at = null;
  const place = () => lonlat(map.containerPointToLatLng(at));
  // The map glides under a cross-hair that stays: then it points at another place.
  const follow = () => at && moved(place());
  map.on("move", follow);
  return {
    place,
    shown: () => at !== null,
    /**
     * @param {[number, number]} direction
     * @param {number} px
     */
    step([right, down], px) {
      const size = map.getSize();
      const wanted = (at ?? size.divideBy(2)).add([right * px, down * px]);
      at = L.point(within(wanted.x, size.x), within(wanted.y, size.y));
      const rest = wanted.subtract(at);
      if (rest.x || rest.y) map.panBy(rest, { animate: false });
      element.style.left = `${at.x}px`;
      element.style.top = `${at.y}px`;
      container.append(element);
      moved(place());
    },
    hide() {
      at = null;
      element.remove();
    },
    remove() {
      map.off("move", follow);
      element.remove();
    },
  };
}

/**
 * @param {number} x
 * @param {number} size
 */
function within(x, size) {
  return Math.max(MARGIN_PX, Math.min(size - MARGIN_PX, x));
}
