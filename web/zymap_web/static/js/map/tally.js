// Map + tray = total: what is drawn, what is still to be located, and their sum, always in sight.

import { byId, h } from "./dom.js";
import { t } from "./i18n.js";
import { grouped } from "./words.js";

/** @typedef {import("./types").View} View */

/**
 * @param {() => void} openTray
 * @returns {{update: (view: View) => void, thinned: (count: number) => void}} `thinned`: how many
 *   features stand too close to others to be drawn at this zoom.
 */
export function createTally(openTray) {
  const button = byId("tally");
  button.addEventListener("click", openTray);
  return {
    thinned(count) {
      const note = byId("thinned");
      note.hidden = !count;
      note.textContent = t("tally.thinned", { n: grouped(count) });
    },
    update(view) {
      const away = view.onMap.filter((work) => view.state.hidden.includes(work.layer.id)).length;
      button.hidden = false;
      button.title = t("tally.hint");
      button.replaceChildren(
        part("tally.located", view.located, "tally-map", away ? t("tally.hidden", { n: away }) : ""),
        h("i", { "aria-hidden": "true" }, "+"),
        part("tally.unlocated", view.matched - view.located, "tally-tray"),
        h("i", { "aria-hidden": "true" }, "="),
        part("tally.total", view.matched, "tally-total"),
      );
    },
  };
}

/**
 * @param {string} key
 * @param {number} number
 * @param {string} className
 * @param {string} [note]
 */
function part(key, number, className, note = "") {
  return h("span", { class: className }, `${t(key)} `, h("b", {}, grouped(number)), note);
}
