// The four figures at the head of the panel.

import { byId, h } from "./dom.js";
import { t } from "./i18n.js";
import { earliest } from "./works.js";

/** @typedef {import("./types").View} View */

/** @returns {{update: (view: View) => void}} */
export function createFigures() {
  const place = byId("figures");
  return {
    update({ matched, located, unlocated }) {
      const share = matched.length ? Math.round((100 * located) / matched.length) : 0;
      const due = earliest(matched);
      const dated = matched.filter((work) => work.properties.deadline).length;
      place.replaceChildren(
        figure("figures.works", matched.length, ""),
        figure("figures.located", located, `${share}%`),
        figure("figures.unlocated", unlocated, "", "figure-tray"),
        figure("figures.dated", dated, due ? t("figures.next", { date: due }) : t("figures.none")),
      );
    },
  };
}

/**
 * @param {string} key
 * @param {number} number
 * @param {string} note
 * @param {string} [className]
 */
function figure(key, number, note, className = "") {
  return h(
    "div",
    { class: `figure ${className}` },
    h("span", { class: "figure-title" }, t(key)),
    h("span", { class: "figure-number" }, h("b", {}, String(number)), note && h("small", {}, note)),
  );
}
