// What the page shows, and its form in the address: reload, share and back give the same page.

import { DUE_CLASSES } from "./dates.js";

/** @typedef {import("./types").State} State */

export const SORTS = ["deadline", "area", "status", "name"];
export const SHOWS = ["all", "map", "tray"];
export const VIEWS = ["map", "targets", "compare"];

/** What "clear filters" leaves; the area is asked for by itself. */
export const NO_FILTERS = /** @type {Partial<State>} */ ({
  status: [], kind: [], due: [], quality: [], target: null, polygon: null, q: "",
});

/** @type {State} */
const PLAIN = {
  area: null, status: [], kind: [], due: [], quality: [], target: null, polygon: null,
  q: "", sort: "deadline", show: "all", view: "map",
  selected: null, hidden: [], base: null, lang: "zh", asOf: null, at: null,
};

/**
 * @param {string} search The query of an address.
 * @returns {State}
 */
export function parseState(search) {
  const given = new URLSearchParams(search);
  const oneOf = (/** @type {string} */ name, /** @type {string[]} */ choices, /** @type {string} */ usual) => {
    const value = given.get(name) ?? "";
    return choices.includes(value) ? value : usual;
  };
  return {
    area: given.get("area"),
    status: list(given.get("status")),
    kind: list(given.get("kind")),
    due: list(given.get("due")).filter((name) => DUE_CLASSES.includes(name)),
    quality: list(given.get("location_status")),
    target: given.get("target"),
    polygon: ring(given.get("polygon")),
    q: given.get("q") ?? "",
    sort: oneOf("sort", SORTS, PLAIN.sort),
    show: oneOf("show", SHOWS, PLAIN.show),
    view: oneOf("view", VIEWS, PLAIN.view),
    selected: given.get("id"),
    hidden: list(given.get("hide")),
    base: given.get("base"),
    lang: given.get("lang") === "en" ? "en" : "zh",
    asOf: day(given.get("as_of")),
    at: place(given.get("at")),
  };
}

/**
 * The query of an address; what is as usual is left out.
 * @param {State} state
 * @returns {string}
 */
export function formatState(state) {
  const parts = [
    ["area", state.area],
    ["status", state.status.join(",")],
    ["kind", state.kind.join(",")],
    ["due", state.due.join(",")],
    ["location_status", state.quality.join(",")],
    ["target", state.target],
    ["polygon", state.polygon?.flat().join(",")],
    ["q", state.q],
    ["sort", state.sort === PLAIN.sort ? "" : state.sort],
    ["show", state.show === PLAIN.show ? "" : state.show],
    ["view", state.view === PLAIN.view ? "" : state.view],
    ["id", state.selected],
    ["hide", state.hidden.join(",")],
    ["base", state.base],
    ["lang", state.lang === PLAIN.lang ? "" : state.lang],
    ["as_of", state.asOf],
    ["at", state.at?.join(",")],
  ];
  const said = parts.filter(([, value]) => value).map(([name, value]) => `${name}=${escaped(String(value))}`);
  return said.length ? `?${said.join("&")}` : "";
}

/**
 * Hold the state, keep the address in step, and tell those who listen.
 * @returns {{get: () => State, set: (change: Partial<State>, how?: "push" | "replace") => void,
 *   listen: (listener: (state: State, before: State) => void) => void}}
 */
export function createStore() {
  let state = parseState(location.search);
  /** @type {((state: State, before: State) => void)[]} */
  const listeners = [];
  const tell = (/** @type {State} */ before) => listeners.forEach((listener) => listener(state, before));

  addEventListener("popstate", () => {
    const before = state;
    state = parseState(location.search);
    tell(before);
  });
  return {
    get: () => state,
    set(change, how = "replace") {
      const before = state;
      state = { ...state, ...change };
      const address = formatState(state);
      if (address !== location.search) {
        history[how === "push" ? "pushState" : "replaceState"](null, "", address || location.pathname);
      }
      tell(before);
    },
    listen: (listener) => listeners.push(listener),
  };
}

/**
 * Whether nothing but the area narrows what is shown.
 * @param {State} state
 */
export function isUnfiltered(state) {
  const lists = [state.status, state.kind, state.due, state.quality];
  return !state.q.trim() && !state.target && !state.polygon && lists.every((values) => !values.length);
}

/** @param {string | null} text */
function list(text) {
  return text ? text.split(",").filter(Boolean) : [];
}

/**
 * @param {string | null} text An ISO date of the calendar.
 * @returns {string | null}
 */
function day(text) {
  if (!text || !/^\d{4}-\d\d-\d\d$/.test(text)) return null;
  const moment = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text) ? text : null;
}

/**
 * @param {string | null} text `lon,lat,lon,lat,…`
 * @returns {[number, number][] | null}
 */
function ring(text) {
  const numbers = list(text).map(Number);
  if (numbers.length < 6 || numbers.length % 2 || !numbers.every(Number.isFinite)) return null;
  const positions = Array.from({ length: numbers.length / 2 }, (_, index) => /** @type {[number, number]} */ ([numbers[2 * index], numbers[2 * index + 1]]));
  return positions.every(([lon, lat]) => Math.abs(lon) <= 180 && Math.abs(lat) <= 90) ? positions : null;
}

/**
 * @param {string | null} text `lat,lon,zoom`
 * @returns {[number, number, number] | null}
 */
function place(text) {
  const numbers = list(text).map(Number);
  const [lat, lon, zoom] = numbers;
  const sound = numbers.length === 3 && numbers.every(Number.isFinite);
  return sound && Math.abs(lat) <= 85 && Math.abs(lon) <= 180 ? [lat, lon, Math.round(zoom)] : null;
}

/** @param {string} text */
function escaped(text) {
  return encodeURIComponent(text).replace(/%2C/g, ",");
}
