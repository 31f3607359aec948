// Which works a state shows, in which order, and how many each further choice would leave.

import { searchForm } from "./data.js";
import { said } from "./i18n.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").State} State */
/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Work} Work */

/** Stands for "no status stated" where a status is chosen. */
export const NONE = "none";

/**
 * @param {Data} data
 * @param {State} state
 * @returns {View}
 */
export function viewOf(data, state) {
  const matched = sorted(data.works.filter((work) => matches(work, state)), state.sort, data);
  const located = matched.filter((work) => work.located).length;
  return {
    state,
    matched,
    shown: matched.filter((work) => state.show === "all" || work.located === (state.show === "map")),
    candidates: data.candidates.filter((work) => matches(work, state)),
    located,
    unlocated: matched.length - located,
  };
}

/**
 * How many works each value of a field would leave, the other filters kept.
 * @param {Data} data
 * @param {State} state
 * @param {"status" | "kind" | "area"} field
 * @returns {Map<string, number>}
 */
export function facet(data, state, field) {
  const rest = { ...state, [field]: field === "area" ? null : [] };
  const counts = new Map();
  for (const work of data.works) {
    if (!matches(work, rest)) continue;
    const value = valueOf(work, field);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

/**
 * Whether a feature passes the state's filters (the choice of map or tray aside).
 * @param {Work} work
 * @param {State} state
 */
export function matches(work, state) {
  return (
    (!state.area || work.properties.area_id === state.area) &&
    (!state.status.length || state.status.includes(valueOf(work, "status"))) &&
    (!state.kind.length || state.kind.includes(work.properties.kind)) &&
    (!state.q.trim() || work.search.includes(searchForm(state.q.trim())))
  );
}

/**
 * The earliest stated date among works.
 * @param {Work[]} works
 * @returns {string | null}
 */
export function earliest(works) {
  const dates = works.map((work) => work.properties.deadline).filter(Boolean);
  return dates.length ? /** @type {string[]} */ (dates).sort()[0] : null;
}

/**
 * @param {Work} work
 * @param {"status" | "kind" | "area"} field
 * @returns {string}
 */
function valueOf(work, field) {
  if (field === "area") return work.properties.area_id;
  return work.properties[field] ?? NONE;
}

/**
 * @param {Work[]} works
 * @param {string} sort
 * @param {Data} data
 */
function sorted(works, sort, data) {
  const lists = data.catalog.code_lists;
  const places = {
    area: order(Object.keys(lists.areas ?? {})),
    status: order([...Object.keys(lists.status ?? {}), NONE]),
  };
  const collator = new Intl.Collator(["zh-Hans-CN", "en"], { numeric: true });
  const byName = (/** @type {Work} */ a, /** @type {Work} */ b) =>
    collator.compare(said(a.properties, "name"), said(b.properties, "name")) || (a.id < b.id ? -1 : 1);
  const key = (/** @type {Work} */ work) => {
    if (sort === "area") return places.area(valueOf(work, "area"));
    if (sort === "status") return places.status(valueOf(work, "status"));
    return sort === "deadline" ? work.properties.deadline || "9999" : 0;
  };
  return [...works].sort((a, b) => {
    const [one, other] = [key(a), key(b)];
    return one < other ? -1 : one > other ? 1 : byName(a, b);
  });
}

/** @param {string[]} codes */
function order(codes) {
  const places = new Map(codes.map((code, index) => [code, index]));
  return (/** @type {string} */ code) => places.get(code) ?? codes.length;
}
