// Asking by area: the switch in the header, the cards in the panel, the areas that are no place.

import { areaColour, isSchematic } from "./areas.js";
import { byId, h } from "./dom.js";
import { refocus } from "./focus.js";
import { said, t, titled } from "./i18n.js";
import { grouped } from "./words.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").State} State */
/** @typedef {import("./types").Summary} Summary */
/** @typedef {import("./types").View} View */

/**
 * @param {Data} data
 * @param {(areaId: string | null) => void} choose
 * @returns {{update: (view: View) => void}}
 */
export function createCards(data, choose) {
  const places = { cards: byId("area-cards"), heads: byId("area-switch"), note: byId("areas-note") };
  return {
    update({ state, areas, facets }) {
      const counts = facets.area;
      const keyAreas = data.catalog.areas.map((area) => area.id);
      const ordered = Object.keys(data.catalog.code_lists.areas).filter((id) => !keyAreas.includes(id) && (id in counts || state.area === id));
      const rest = ordered.map((id) => pill(data, state, id, counts[id] ?? 0, choose));
      refocus(() => {
        places.heads.replaceChildren(...switches(data, state, choose));
        places.cards.replaceChildren(
          ...keyAreas.map((id) => card(data, state, id, areas[id], choose)),
          ...(rest.length ? [h("div", { class: "elsewhere" }, h("span", {}, t("areas.elsewhere")), ...rest)] : []),
        );
      });
      places.note.textContent = t(state.area ? "areas.note_chosen" : "areas.note");
    },
  };
}

/**
 * @param {Data} data
 * @param {State} state
 * @param {(areaId: string | null) => void} choose
 */
function switches(data, state, choose) {
  const lists = data.catalog.code_lists;
  const make = (/** @type {string | null} */ id, /** @type {string} */ text) =>
    h("button", { type: "button", "aria-pressed": String(state.area === id), "data-focus": `switch-${id}`, on: { click: () => choose(id) } }, text);
  return [make(null, t("areas.all")), ...data.catalog.areas.map((area) => make(area.id, titled(lists.areas, area.id, "short")))];
}

/**
 * @param {Data} data
 * @param {State} state
 * @param {string} id
 * @param {Summary | undefined} summary None where no work of the area is left.
 * @param {(areaId: string | null) => void} choose
 */
function card(data, state, id, summary, choose) {
  const { matched, located, overdue, next } = summary ?? { matched: 0, located: 0, overdue: 0, next: null };
  const area = data.areas.find((feature) => feature.properties.area_id === id);
  const chosen = state.area === id;
  const fill = h("span", { class: "bar-fill" });
  fill.style.width = matched ? `${(100 * located) / matched}%` : "0";
  const made = h(
    "button",
    { type: "button", class: "area-card", "aria-pressed": String(chosen), "data-focus": `card-${id}`, on: { click: () => choose(chosen ? null : id) } },
    h(
      "span",
      { class: "area-card-head" },
      h("strong", {}, area ? said(area.properties, "name") : titled(data.catalog.code_lists.areas, id)),
      area?.located && isSchematic(area) && h("small", {}, t("areas.schematic")),
      h("b", {}, t("areas.works", { n: grouped(matched) })),
    ),
    h(
      "span",
      { class: "area-card-foot" },
      h("span", {}, t("areas.split", { located: grouped(located), unlocated: grouped(matched - located) })),
      overdue > 0 && h("span", { class: "due" }, t("areas.overdue", { n: grouped(overdue) })),
      !overdue && next && h("span", { class: "due-next" }, t("areas.due", { date: next })),
    ),
    h("span", { class: "bar", "aria-hidden": "true" }, fill),
  );
  made.style.setProperty("--area", areaColour(data, id));
  return made;
}

/**
 * @param {Data} data
 * @param {State} state
 * @param {string} id
 * @param {number} count
 * @param {(areaId: string | null) => void} choose
 */
function pill(data, state, id, count, choose) {
  const chosen = state.area === id;
  return h(
    "button",
    { type: "button", class: "chip", "aria-pressed": String(chosen), "data-focus": `card-${id}`, on: { click: () => choose(chosen ? null : id) } },
    titled(data.catalog.code_lists.areas, id, "short"),
    h("b", {}, String(count)),
  );
}
