// The answer to a state from the server, where there are more works than a page should hold.

import { fetchDeadlines, fetchFacets, fetchWorks } from "./api.js";
import { asWork } from "./data.js";
import { DUE_CLASSES } from "./dates.js";
import { parametersOf } from "./question.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").State} State */
/** @typedef {import("./types").Summary} Summary */
/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Work} Work */

const PAGE = 100;
const UPCOMING = 3;
const NEAR_LIMIT = 1000;
const METRES_A_DEGREE = 111_195;
const NO_FACETS = { area: {}, status: {}, kind: {}, due: {}, quality: {} };
const SORT_FIELDS = /** @type {Record<string, string>} */ ({ deadline: "deadline", area: "area_id", status: "status", name: "name_zh" });

/**
 * @param {Data} data
 * @param {State} state
 * @param {string} asOf
 * @returns {Promise<View>}
 */
export async function askView(data, state, asOf) {
  const asked = parametersOf(state, asOf);
  const everywhere = parametersOf({ ...state, area: null }, asOf);
  const keyAreas = data.catalog.areas.map((area) => area.id);
  const areaIds = state.view === "compare" ? Object.keys(data.catalog.code_lists.areas ?? {}) : keyAreas;
  const [whole, first, ...ofAreas] = await Promise.all([
    summaryOf(data, asked, asOf),
    page(data, state, asked),
    // Counting by every field is dear; only the comparison of areas shows it.
    ...areaIds.map((area) => (state.view === "compare" ? summaryOf : headOf)(data, { ...everywhere, area }, asOf)),
  ]);
  return {
    ...whole,
    state,
    asOf,
    total: data.catalog.layers.filter((layer) => layer.role === "works").reduce((sum, layer) => sum + layer.counts.matched, 0),
    shown: first.matched,
    rows: first.rows,
    more: first.more,
    areas: { ...othersOf(whole.facets.area, areaIds), ...Object.fromEntries(areaIds.map((id, index) => [id, ofAreas[index]])) },
    candidates: [],
    onMap: [],
  };
}

/**
 * @param {Data} data
 * @param {Record<string, string>} parameters
 * @param {string} asOf
 * @returns {Promise<Summary>}
 */
async function summaryOf(data, parameters, asOf) {
  const { located: _, ...filters } = parameters;
  const [head, counts] = await Promise.all([headOf(data, parameters, asOf), fetchFacets({ ...filters, as_of: asOf })]);
  const { location_status: quality, ...facets } = counts.facets;
  return { ...head, facets: /** @type {any} */ ({ ...facets, quality }) };
}

/**
 * The numbers alone, without a facet.
 * @param {Data} data
 * @param {Record<string, string>} parameters
 * @param {string} asOf
 * @returns {Promise<Summary>}
 */
async function headOf(data, parameters, asOf) {
  const { located: _, ...filters } = parameters;
  const asked = filters.due?.split(",") ?? DUE_CLASSES;
  const ofDue = async (/** @type {string[]} */ classes, /** @type {number} */ limit) => {
    const due = classes.filter((name) => asked.includes(name)).join(",");
    if (!due) return { numberMatched: 0, features: [] };
    return fetchWorks({ ...filters, due, as_of: asOf, sortby: "deadline", limit: String(limit) });
  };
  const [all, overdue, next] = await Promise.all([
    fetchWorks({ ...filters, limit: "1" }), ofDue(["overdue"], 1), ofDue(["soon", "later"], UPCOMING),
  ]);
  const upcoming = next.features.map((feature) => workOf(data, feature));
  return {
    matched: all.numberMatched,
    located: all.numberLocated,
    overdue: overdue.numberMatched,
    upcoming,
    next: upcoming[0]?.properties.deadline ?? null,
    facets: NO_FACETS,
  };
}

/**
 * @param {Data} data
 * @param {State} state
 * @param {Record<string, string>} parameters
 * @returns {Promise<{matched: number, rows: Work[], more: (() => Promise<Work[]>) | null}>}
 */
async function page(data, state, parameters) {
  const question = { ...parameters, sortby: SORT_FIELDS[state.sort], limit: String(PAGE) };
  const answer = await fetchWorks(question);
  const rows = answer.features.map((feature) => workOf(data, feature));
  let last = rows.at(-1)?.id;
  let got = rows.length;
  const more = async () => {
    if (!last || got >= answer.numberMatched) return [];
    const next = (await fetchWorks({ ...question, after: last })).features.map((feature) => workOf(data, feature));
    last = next.at(-1)?.id;
    got += next.length;
    return next;
  };
  return { matched: answer.numberMatched, rows, more: got < answer.numberMatched ? more : null };
}

/** What all works are due by. */
export function askDeadlines() {
  return fetchDeadlines();
}

/**
 * One work by its id, or null.
 * @param {Data} data
 * @param {string} id
 * @returns {Promise<Work | null>}
 */
export async function askWork(data, id) {
  const [feature] = (await fetchWorks({ ids: id })).features;
  return feature ? workOf(data, feature) : null;
}

/**
 * The located works in the box round a place.
 * @param {Data} data
 * @param {[number, number]} lonlat
 * @param {number} metres Half the box's side.
 * @returns {Promise<Work[]>}
 */
export async function askNear(data, [lon, lat], metres) {
  const [dLat, dLon] = [metres / METRES_A_DEGREE, metres / (METRES_A_DEGREE * Math.cos((lat * Math.PI) / 180))];
  const bbox = [lon - dLon, lat - dLat, lon + dLon, lat + dLat].map((degrees) => degrees.toFixed(6)).join(",");
  const answer = await fetchWorks({ bbox, located: "true", limit: String(NEAR_LIMIT) });
  return answer.features.map((feature) => workOf(data, feature));
}

/**
 * A feature of the server as the page holds it; known by its id from now on.
 * @param {Data} data
 * @param {import("./types").Feature} feature
 * @returns {Work}
 */
export function workOf(data, feature) {
  const known = data.byId.get(feature.id);
  if (known) return known;
  const layer = data.catalog.layers.find(({ id }) => id === feature.collection);
  if (!layer) throw new Error(`no layer ${feature.collection}`);
  const work = asWork(feature, layer);
  data.byId.set(work.id, work);
  return work;
}

/**
 * What is known of the areas that have no boundary: how many works, and no more.
 * @param {Record<string, number>} counts
 * @param {string[]} areaIds
 * @returns {Record<string, Summary>}
 */
function othersOf(counts, areaIds) {
  const others = Object.entries(counts).filter(([id]) => !areaIds.includes(id));
  return Object.fromEntries(others.map(([id, matched]) => [id, { matched, located: 0, overdue: 0, upcoming: [], next: null, facets: NO_FACETS }]));
}
