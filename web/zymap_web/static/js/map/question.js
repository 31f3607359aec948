// A state as a question to the server: what is shown, asked for with the API's parameters.

/** @typedef {import("./types").State} State */
/** @typedef {import("./types").View} View */

/**
 * The parameters that choose the works of a state; `show` is asked for as `located`.
 * @param {State} state
 * @param {string} asOf
 * @returns {Record<string, string>}
 */
export function parametersOf(state, asOf) {
  const parts = {
    area: state.area ?? "",
    status: state.status.join(","),
    kind: state.kind.join(","),
    due: state.due.join(","),
    as_of: state.due.length ? asOf : "",
    location_status: state.quality.join(","),
    polygon: state.polygon?.flat().join(",") ?? "",
    q: state.q.trim(),
    located: state.show === "all" ? "" : String(state.show === "map"),
  };
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value));
}

/**
 * The parameters for exactly what is shown. Which works count towards a target the API is not
 * asked, so those are named one by one.
 * @param {View} view
 * @returns {Record<string, string>}
 */
export function questionOf({ state, rows, asOf }) {
  if (state.target) return { ids: rows.map((work) => work.id).join(",") || "none" };
  return parametersOf(state, asOf);
}
