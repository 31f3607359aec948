// Which works a state shows, in which order, and how many each further choice would leave. Pure:
// the answer to a state from works that are all here; remote.js asks the server the same.

import { DUE_CLASSES, dueClass } from "./dates.js";
import { said } from "./i18n.js";
import { searchForm } from "./search.js";
import { touches } from "./shapes.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").FacetName} FacetName */
/** @typedef {import("./types").State} State */
/** @typedef {import("./types").Summary} Summary */
/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Work} Work */

/** Stands for "no value" where one is chosen or counted. */
export const NONE = "none";
/** @type {FacetName[]} */
export const FACETS = ["area", "status", "kind", "due", "quality"];
const UPCOMING = 3;

/**
 * @param {Data} data
 * @param {State} state
 * @param {string} asOf
 * @returns {View}
 */
export function viewOf(data, state, asOf) {
  const filter = filterOf(data, state, asOf);
  const matched = sorted(data.works.filter((work) => filter(work)), state.sort, data);
  const rows = matched.filter((work) => state.show === "all" || work.located === (state.show === "map"));
  /** @type {Record<string, Work[]>} */
  const byArea = {};
  for (const work of data.works) if (filter(work, "area")) (byArea[areaOf(work)] ??= []).push(work);
  return {
    ...summaryOf(matched, asOf),
    state,
    asOf,
    total: data.works.length,
    shown: rows.length,
    rows,
    more: null,
    facets: facetsOf(data, filter, asOf),
    areas: Object.fromEntries(Object.entries(byArea).map(([area, works]) => [area, summaryOf(works, asOf)])),
    candidates: data.candidates.filter((work) => filter(work)),
    onMap: matched.filter((work) => work.located),
  };
}

/**
 * What the works of a selection come to.
 * @param {Work[]} works
 * @param {string} asOf
 * @returns {Summary}
 */
export function summaryOf(works, asOf) {
  const upcoming = works
    .filter((work) => ["soon", "later"].includes(valueOf(work, "due", asOf)))
    .sort((a, b) => ((a.properties.deadline ?? "") < (b.properties.deadline ?? "") ? -1 : 1))
    .slice(0, UPCOMING);
  const counted = (/** @type {FacetName} */ name) => count(works.map((work) => valueOf(work, name, asOf)));
  const facets = /** @type {Summary["facets"]} */ (Object.fromEntries(FACETS.map((name) => [name, counted(name)])));
  return {
    matched: works.length,
    located: works.filter((work) => work.located).length,
    overdue: facets.due.overdue ?? 0,
    upcoming,
    next: upcoming[0]?.properties.deadline ?? null,
    facets,
  };
}

/**
 * The value that a filter compares.
 * @param {Work} work
 * @param {FacetName} name
 * @param {string} asOf
 * @returns {string}
 */
export function valueOf(work, name, asOf) {
  if (name === "area") return areaOf(work);
  if (name === "due") return dueClass(work.properties, asOf);
  if (name === "quality") return work.located ? (work.properties.location_status ?? NONE) : "unlocated";
  return work.properties[name] ?? NONE;
}

/** @param {Work} work */
function areaOf(work) {
  return work.properties.area_id;
}

/**
 * A test of works for a state; the filter named by its second argument is left out.
 * @param {Data} data
 * @param {State} state
 * @param {string} asOf
 * @returns {(work: Work, without?: FacetName) => boolean}
 */
function filterOf(data, state, asOf) {
  const q = searchForm(state.q.trim());
  const chosen = { area: state.area ? [state.area] : [], status: state.status, kind: state.kind, due: state.due, quality: state.quality };
  const tests = FACETS.filter((name) => chosen[name].length).map((name) => ({
    name, holds: (/** @type {Work} */ work) => chosen[name].includes(valueOf(work, name, asOf)),
  }));
  const counts = state.target ? countedBy(data, state.target) : null;
  const { polygon } = state;
  return (work, without) =>
    tests.every(({ name, holds }) => name === without || holds(work)) &&
    (!q || work.search.includes(q)) &&
    (!counts || counts(work)) &&
    (!polygon || touches(work.geometry, polygon));
}

/**
 * A test for the works that count towards a target: its expressions `layer?field=value,value`.
 * @param {Data} data
 * @param {string} targetId
 * @returns {(work: Work) => boolean}
 */
export function countedBy(data, targetId) {
  const expressions = data.targets.find((target) => target.id === targetId)?.counted_from ?? [];
  const tests = expressions.map((text) => {
    const [layer, query = ""] = text.split("?");
    const wanted = [...new URLSearchParams(query)].map(([name, values]) => ({ name, values: values.split(",") }));
    return (/** @type {Work} */ work) =>
      work.layer.id === layer && wanted.every(({ name, values }) => values.includes(String(/** @type {any} */ (work.properties)[name])));
  });
  return (work) => tests.some((test) => test(work));
}

/**
 * How many works each value of a filter would leave, the other filters kept.
 * @param {Data} data
 * @param {(work: Work, without?: FacetName) => boolean} filter
 * @param {string} asOf
 * @returns {Summary["facets"]}
 */
function facetsOf(data, filter, asOf) {
  const facet = (/** @type {FacetName} */ name) => count(data.works.filter((work) => filter(work, name)).map((work) => valueOf(work, name, asOf)));
  return /** @type {any} */ (Object.fromEntries(FACETS.map((name) => [name, facet(name)])));
}

/**
 * @param {string[]} values
 * @returns {Record<string, number>}
 */
function count(values) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/**
 * The values of a filter in the order in which they are offered.
 * @param {Data} data
 * @param {FacetName} name
 * @returns {string[]}
 */
export function valuesOf(data, name) {
  const lists = data.catalog.code_lists;
  if (name === "due") return DUE_CLASSES;
  const list = { area: lists.areas, status: lists.status, kind: lists.kinds, quality: lists.location_status }[name];
  return [...Object.keys(list ?? {}), NONE];
}

/**
 * @param {Work[]} works
 * @param {string} sort
 * @param {Data} data
 */
function sorted(works, sort, data) {
  const places = { area: order(valuesOf(data, "area")), status: order(valuesOf(data, "status")) };
  const collator = new Intl.Collator(["zh-Hans-CN", "en"], { numeric: true });
  const byName = (/** @type {Work} */ a, /** @type {Work} */ b) =>
    collator.compare(said(a.properties, "name"), said(b.properties, "name")) || (a.id < b.id ? -1 : 1);
  const key = (/** @type {Work} */ work) => {
    if (sort === "area") return places.area(areaOf(work));
    if (sort === "status") return places.status(work.properties.status ?? NONE);
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
