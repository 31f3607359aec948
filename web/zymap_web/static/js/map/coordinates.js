// Where the pointer is, in one of three systems; and a pinned place in all three.

import { aim, isOnControl, lonlat } from "./aim.js";
import { copyText } from "./clipboard.js";
import { h, icon } from "./dom.js";
import { said, t } from "./i18n.js";
import { ICONS } from "./icons.js";
import { L, latlng, map } from "./leaflet.js";
import { calm } from "./list.js";
import { openFrame } from "./openframe.js";
import { createOverlay } from "./overlay.js";
import { GRID_CODE, SYSTEMS, pairText, placeIn } from "./projection.js";
import { cardButton } from "./toolcard.js";

/** @typedef {import("./projection.js").LonLat} LonLat */
/** @typedef {import("./projection.js").System} System */
/** @typedef {import("./tools.js").Tool} Tool */
/** @typedef {import("./tools.js").ToolContext} ToolContext */

const PIN_PX = 14;
/** @type {Record<System, string>} */
const TITLES = { wgs84: "coordinates.wgs84", cgcs2000: "coordinates.cgcs2000", gcj02: "coordinates.gcj02" };

/**
 * The strip at the map's lower edge: the pointer's place, the centre's where there is no pointer.
 * @param {(text: string) => void} notify
 * @returns {{update: () => void}}
 */
export function createStrip(notify) {
  /** @type {System} */
  let system = "wgs84";
  /** @type {LonLat} */
  let place = lonlat(map.getCenter());
  let ofPointer = false;
  let value = "";
  const title = h("span", { class: "strip-system" });
  const shown = h("span", { class: "strip-value" });
  const cycle = h("button", { type: "button", class: "strip-cycle", on: { click: next } }, title, shown);
  const copy = h("button", { type: "button", class: "strip-copy", on: { click: () => void take() } }, icon(ICONS.copy));
  const strip = h("div", { class: "strip", role: "group" }, cycle, copy);

  function next() {
    system = SYSTEMS[(SYSTEMS.indexOf(system) + 1) % SYSTEMS.length];
    update();
  }
  const take = async () => {
    if (value) notify(t((await copyText(value)) ? "tools.copied_what" : "tools.not_copied", { what: value }));
  };
  const show = async () => {
    const asked = system;
    const { pair, words } = await written(asked, place);
    if (asked !== system) return;
    value = pair;
    shown.textContent = words;
  };
  const at = (/** @type {LonLat} */ wanted, /** @type {boolean} */ byPointer) => {
    ofPointer = byPointer;
    place = wanted;
    strip.classList.toggle("is-centre", !byPointer);
    void show();
  };
  function update() {
    title.textContent = t(TITLES[system]);
    cycle.title = t("coordinates.cycle");
    strip.setAttribute("aria-label", t("coordinates.strip"));
    copy.setAttribute("aria-label", t("coordinates.copy"));
    copy.title = t("coordinates.copy_key");
    void show();
  }
  map.on("mousemove", (/** @type {any} */ event) => isOnControl(event) || at(lonlat(event.latlng), true));
  map.on("aim", (/** @type {any} */ event) => event.place && at(event.place, true));
  map.on("mouseout", () => at(lonlat(map.getCenter()), false));
  map.on("moveend", () => ofPointer || at(lonlat(map.getCenter()), false));
  addEventListener("keydown", (event) => {
    if (event.key === "c" && !event.ctrlKey && !event.metaKey && !event.altKey && isOnMap()) void take();
  });
  corner(strip);
  return { update };
}

/**
 * The tool that pins a place; a long press or a right click pins one at any time.
 * @param {ToolContext} context
 * @returns {Tool & {pin: (place: LonLat) => void}}
 */
export function createPin({ data, card, notify }) {
  const overlay = createOverlay();
  /** @type {(() => void) | null} */
  let aiming = null;
  let byKeys = false;
  /** @type {{place: LonLat, rows: {system: System, pair: string, words: string}[]} | null} */
  let pinned = null;

  const stopAiming = () => {
    aiming?.();
    aiming = null;
  };
  const clear = () => {
    stopAiming();
    overlay.clear();
    card.hide();
    pinned = null;
  };
  const pin = async (/** @type {LonLat} */ place) => {
    overlay.pin(place);
    pinned = { place, rows: [] };
    card.show(content);
    const rows = await Promise.all(SYSTEMS.map(async (system) => ({ system, ...(await written(system, place)) })));
    if (pinned?.place !== place) return;
    pinned = { place, rows };
    card.update();
    uncover(place, card.bottom_px());
  };
  const copy = async (/** @type {string} */ what) => {
    notify(t((await copyText(what)) ? "tools.copied_what" : "tools.not_copied", { what }));
  };
  const row = (/** @type {{system: System, pair: string, words: string}} */ { system, pair, words }) => {
    const grid = system === "cgcs2000" ? data.catalog.crs.find(({ code }) => code === GRID_CODE) : null;
    const name = h("dt", { title: grid && said({ crs_zh: grid.zh, crs_en: grid.en }, "crs") }, t(TITLES[system]));
    const button = pair && cardButton(`copy-${system}`, ICONS.copy, t("coordinates.copy_one", { system: t(TITLES[system]) }), () => void copy(pair), false);
    return [name, h("dd", {}, h("span", {}, words), button)];
  };
  const content = {
    hint: () => {
      if (pinned?.rows.length) return t("coordinates.pinned", { place: pinned.rows[0].words });
      return [t("coordinates.hint"), ...(byKeys ? [t("tools.keys")] : [])].join(" ");
    },
    quiet: () => Boolean(pinned?.rows.length),
    result: () => (pinned?.rows.length ? [h("dl", { class: "places" }, ...pinned.rows.flatMap(row)), foot()] : []),
  };
  const foot = () =>
    h("div", { class: "places-foot" }, h("p", { class: "note" }, t("coordinates.note")), cardButton("clear", ICONS.close, t("tools.clear"), clearPin, false));
  const clearPin = () => {
    overlay.clear();
    pinned = null;
    if (aiming) card.update();
    else card.hide();
  };
  return {
    start(keys) {
      byKeys = keys;
      aiming = aim({ point: (place) => void pin(place) }, keys);
      card.show(content);
    },
    // What is pinned stays to be copied.
    stop() {
      stopAiming();
      if (!pinned) card.hide();
    },
    clear,
    pin: (place) => void pin(place),
  };
}

/**
 * @param {System} system
 * @param {LonLat} place
 * @returns {Promise<{pair: string, words: string}>} As one copies it (nothing where it has none),
 *   and as it is shown.
 */
async function written(system, place) {
  try {
    const found = await placeIn(system, place);
    if (!found) return { pair: "", words: t("coordinates.outside") };
    const pair = pairText(system, found);
    const [east, north] = pair.split(", ");
    return { pair, words: system === "cgcs2000" ? `E ${east}  N ${north}` : pair };
  } catch {
    return { pair: "", words: t("tools.not_loaded") };
  }
}

/**
 * Move the map so that a place is beside what lies on it.
 * @param {LonLat} place
 * @param {number} above_px How far down the map is covered.
 */
function uncover(place, above_px) {
  const { top, right, bottom } = openFrame(above_px);
  const margin = L.point(PIN_PX, PIN_PX);
  const { x, y } = map.getSize();
  const paddingBottomRight = L.point(x - right, y - bottom).add(margin);
  map.panInside(latlng(place), { paddingTopLeft: L.point(0, top).add(margin), paddingBottomRight, animate: !calm() });
}

/** Whether keys are for the map: it has the focus, or the pointer is on it and nobody types. */
function isOnMap() {
  const container = map.getContainer();
  const focused = document.activeElement;
  return focused === container || (focused === document.body && container.matches(":hover"));
}

/** @param {HTMLElement} strip */
function corner(strip) {
  L.DomEvent.disableClickPropagation(strip).disableScrollPropagation(strip);
  const control = L.control({ position: "bottomright" });
  control.onAdd = () => strip;
  control.addTo(map);
}
