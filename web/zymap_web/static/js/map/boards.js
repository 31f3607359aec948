// The boards beside the map, each fetched when it is first asked for.

import { styled } from "./styles.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").State} State */
/** @typedef {import("./types").View} View */

const MAKERS = /** @type {Record<string, (data: Data, on: {change: (patch: Partial<State>) => void}) => Promise<{update: (view: View) => void}>>} */ ({
  targets: async (data, on) => (await import("./targets.js")).createTargets(data, on),
  compare: async (data, on) => (await import("./compare.js")).createCompare(data, on),
});

/**
 * @param {Data} data
 * @param {(change: Partial<State>) => void} change
 * @returns {{update: (view: View) => void}}
 */
export function createBoards(data, change) {
  /** @type {Record<string, Promise<{update: (view: View) => void}>>} */
  const made = {};
  /** @type {View} */
  let latest;
  return {
    update(view) {
      latest = view;
      const { view: name } = view.state;
      if (!(name in MAKERS)) return;
      made[name] ??= styled("static/css/boards.css").then(() => MAKERS[name](data, { change }));
      void made[name].then((board) => latest.state.view === name && board.update(latest));
    },
  };
}
