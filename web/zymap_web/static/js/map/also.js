// What else a search finds: targets of the report, areas and places. The list holds works alone.

import { byId, h } from "./dom.js";
import { refocus } from "./focus.js";
import { said, t, titled } from "./i18n.js";
import { searchForm, targetText } from "./search.js";
import { glyphIcon, glyphOf } from "./symbols.js";
import { grouped, nameOf, worded } from "./words.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").State} State */
/** @typedef {import("./types").Target} Target */
/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Work} Work */

const MOST = 5;

/**
 * @param {Data} data
 * @param {(change: Partial<State>) => void} change
 * @returns {{update: (view: View) => void}}
 */
export function createAlso(data, change) {
  const place = byId("also");
  return {
    update({ state }) {
      const wanted = searchForm(state.q.trim());
      const targets = wanted ? data.targets.filter((target) => targetText(target).includes(wanted)) : [];
      const places = wanted ? [...data.areas, ...data.context].filter(({ search }) => search.includes(wanted)) : [];
      const candidates = wanted ? data.candidates.filter(({ search }) => search.includes(wanted)).length : 0;
      place.hidden = !targets.length && !places.length && !candidates;
      refocus(() =>
        place.replaceChildren(
          ...group("also.targets", targets, (target) => targetButton(data, target, () => change({ view: "targets" }))),
          ...group("also.places", places, (found) => placeButton(data, found, () => change({ selected: found.id }))),
          ...(candidates ? [h("p", { class: "note" }, t("also.candidates", { n: candidates }))] : []),
        ),
      );
    },
  };
}

/**
 * A heading with the number found, and the first of them.
 * @template T
 * @param {string} key
 * @param {T[]} found
 * @param {(one: T) => HTMLElement} button
 */
function group(key, found, button) {
  if (!found.length) return [];
  const more = found.length > MOST && h("li", { class: "note" }, t("list.more", { n: found.length - MOST }));
  return [h("h3", {}, t(key, { n: found.length })), h("ul", {}, ...found.slice(0, MOST).map((one) => h("li", {}, button(one))), more)];
}

/**
 * What is promised, and how much of it is known by name and place.
 * @param {Data} data
 * @param {Target} target
 * @param {() => void} open
 */
function targetButton({ catalog }, target, open) {
  const { progress, quantity, comparator } = target;
  const least = comparator === "ge" ? "≥" : "";
  const number = typeof quantity === "number" ? `${least}${grouped(quantity)}${t("also.space")}${said(target, "unit")}` : "";
  return h(
    "button",
    { type: "button", "data-focus": `also-${target.id}`, on: { click: open } },
    h("strong", {}, said(target, "name")),
    h("b", {}, number),
    h("small", {}, progress ? t("also.progress", { listed: progress.listed, located: progress.located }) : t("also.uncounted")),
    target.section && h("small", {}, worded(target.section, catalog)),
  );
}

/**
 * @param {Data} data
 * @param {Work} place
 * @param {() => void} select
 */
function placeButton({ catalog }, place, select) {
  return h(
    "button",
    { type: "button", class: "also-place", "data-focus": `also-${place.id}`, on: { click: select } },
    glyphIcon(glyphOf(place.properties.kind, catalog.symbology)),
    h("strong", {}, nameOf(place)),
    h("small", {}, titled(catalog.code_lists.kinds, place.properties.kind)),
    !place.located && h("span", { class: "badge badge-tray" }, t("tray.badge")),
  );
}
