// What the page shows, and its form in the address: reload, share and back give the same page.

/** @typedef {import("./types").State} State */

export const SORTS = ["deadline", "area", "status", "name"];
export const SHOWS = ["all", "map", "tray"];

/** @type {State} */
const PLAIN = {
  area: null, status: [], kind: [], q: "", sort: "deadline", show: "all",
  selected: null, hidden: [], lang: "zh", at: null,
};

/**
 * @param {string} search The query of an address.
 * @returns {State}
 */
export function parseState(search) {
  const given = new URLSearchParams(search);
  const sort = given.get("sort") ?? "";
  const show = given.get("show") ?? "";
  return {
    area: given.get("area"),
    status: list(given.get("status")),
    kind: list(given.get("kind")),
    q: given.get("q") ?? "",
    sort: SORTS.includes(sort) ? sort : PLAIN.sort,
    show: SHOWS.includes(show) ? show : PLAIN.show,
    selected: given.get("id"),
    hidden: list(given.get("hide")),
    lang: given.get("lang") === "en" ? "en" : "zh",
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
    ["q", state.q],
    ["sort", state.sort === PLAIN.sort ? "" : state.sort],
    ["show", state.show === PLAIN.show ? "" : state.show],
    ["id", state.selected],
    ["hide", state.hidden.join(",")],
    ["lang", state.lang === PLAIN.lang ? "" : state.lang],
    ["at", state.at ? state.at.join(",") : ""],
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
  return !state.q && !state.status.length && !state.kind.length;
}

/** @param {string | null} text */
function list(text) {
  return text ? text.split(",").filter(Boolean) : [];
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
