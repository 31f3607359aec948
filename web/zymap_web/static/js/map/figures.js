// The four figures at the head of the panel; three of them are questions as well.

import { byId, h } from "./dom.js";
import { refocus } from "./focus.js";
import { t } from "./i18n.js";
import { grouped } from "./words.js";

/** @typedef {import("./types").State} State */
/** @typedef {import("./types").View} View */

/**
 * @param {(change: Partial<State>) => void} change
 * @returns {{update: (view: View) => void}}
 */
export function createFigures(change) {
  const place = byId("figures");
  return {
    update({ matched, located, overdue, state }) {
      const share = matched ? Math.round((100 * located) / matched) : 0;
      const show = (/** @type {string} */ one) => ({ show: state.show === one ? "all" : one });
      const late = state.due.join() === "overdue";
      refocus(() =>
        place.replaceChildren(
          figure("works", matched, "", state.show === "all", () => change({ show: "all" })),
          figure("located", located, `${share}%`, state.show === "map", () => change(show("map"))),
          figure("unlocated", matched - located, "", state.show === "tray", () => change(show("tray"))),
          figure("overdue", overdue, "", late, () => change({ due: late ? [] : ["overdue"] })),
        ),
      );
    },
  };
}

/**
 * @param {string} name
 * @param {number} number
 * @param {string} note
 * @param {boolean} pressed
 * @param {() => void} ask
 */
function figure(name, number, note, pressed, ask) {
  return h(
    "button",
    { type: "button", class: `figure figure-${name}`, "aria-pressed": String(pressed), "data-focus": `figure-${name}`, on: { click: ask } },
    h("span", { class: "figure-title" }, t(`figures.${name}`)),
    h("span", { class: "figure-number" }, h("b", { class: number > 99_999 ? "is-long" : null }, grouped(number)), note && h("small", {}, note)),
  );
}
