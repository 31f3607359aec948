// A state as a question to the server: what is shown, asked for with the API's parameters.

/** @typedef {import("./types").State} State */

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
    target: state.target ?? "",
    polygon: state.polygon?.flat().join(",") ?? "",
    q: state.q.trim(),
    located: state.show === "all" ? "" : String(state.show === "map"),
  };
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value));
}

