// One promise of the report, as a row: its number, its words, and what can be counted towards it.

import { daysText, dueClass } from "./dates.js";
import { h } from "./dom.js";
import { said, t, titled } from "./i18n.js";
import { bar } from "./textures.js";
import { deadlineOf, grouped, statusOf, verbOf } from "./words.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").State} State */
/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Work} Work */
/**
 * A target, or a work of which the report states a number; only the latter has a collection.
 * @typedef {Omit<import("./types").Target, "progress" | "counted_from" | "comparator"> & Partial<import("./types").Target> &
 *   {collection?: string, kind?: string, status?: string | null, status_verb_zh?: string | null, location_status?: string}} Promised
 */
/** @typedef {{change: (patch: Partial<State>) => void, rows: Map<string, Promised>}} Around What a row refers to. */

/**
 * @param {Data} data
 * @param {Promised} row
 * @param {View} view
 * @param {Around} around
 * @returns {HTMLElement}
 */
export function promise(data, row, view, around) {
  const patch = patchOf(row);
  const active = isActive(row, view.state);
  return h(
    "li",
    { class: active ? "promise is-active" : "promise", tabindex: -1, "data-id": row.id, "data-focus": `promise-${row.id}` },
    number(data, row),
    h(
      "div",
      { class: "promise-body" },
      h("h4", {}, patch ? opener(row, patch, active, around) : said(row, "name") || row.id),
      facts(data, row, view.asOf),
      said(row, "description") && h("p", { class: "promise-note" }, said(row, "description")),
      ...progress(row),
      ...(patch ? [state(data, row, active, around)] : [h("p", { class: "promise-none" }, t("targets.uncounted"))]),
      overlap(data, row, around),
    ),
  );
}

/**
 * What a click asks the map for; null where nothing can be counted.
 * @param {Promised} row
 * @returns {Partial<State> | null}
 */
function patchOf(row) {
  if (row.collection) return { selected: row.id, view: "map" };
  return row.counted_from?.length ? { target: row.id, view: "map" } : null;
}

/**
 * @param {Promised} row
 * @param {State} state
 */
function isActive(row, state) {
  return (row.collection ? state.selected : state.target) === row.id;
}

/**
 * The name, as a button whose reach is the whole row.
 * @param {Promised} row
 * @param {Partial<State>} patch
 * @param {boolean} active
 * @param {Around} around
 */
function opener(row, patch, active, { change }) {
  return h(
    "button",
    { type: "button", class: "promise-open", "aria-current": active ? "true" : null, "data-focus": `promise-open-${row.id}`, on: { click: () => change(patch) } },
    said(row, "name") || row.id,
    h("span", { class: "visually-hidden" }, ` · ${openWords(row)}`),
  );
}

/** @param {Promised} row */
function openWords(row) {
  return t(row.collection ? "targets.details" : "targets.open");
}

/**
 * The promised number in big type, with how it is meant.
 * @param {Data} data
 * @param {Promised} row
 */
function number({ catalog }, row) {
  const { quantity, comparator } = row;
  const unit = h("span", { class: "promise-unit" }, said(row, "unit"));
  if (comparator === "zero") return h("p", { class: "promise-number" }, h("b", {}, t("targets.zero")), " ", unit);
  if (comparator === "all") return h("p", { class: "promise-number" }, h("b", {}, t("targets.all")));
  if (comparator === "qualitative") return h("p", { class: "promise-number is-words" }, t("targets.qualitative"));
  if (typeof quantity !== "number") return h("p", { class: "promise-number is-words" }, t("targets.no_number"));
  const least = comparator === "ge" && [
    h("i", { "aria-hidden": "true" }, "≥"),
    h("span", { class: "visually-hidden" }, `${titled(catalog.code_lists.comparator, "ge")} `),
  ];
  return h("p", { class: "promise-number" }, ...(least || []), h("b", {}, grouped(quantity)), " ", unit);
}

/**
 * @param {Data} data
 * @param {Promised} row
 * @param {string} asOf
 */
function facts({ catalog }, row, asOf) {
  // A target is kept where all that it promises is done; then nothing of it is late.
  const kept = row.progress && typeof row.quantity === "number" && row.progress.done >= row.quantity;
  const timed = { deadline: row.deadline, status: row.collection ? row.status : kept ? "completion" : null };
  const days = daysText(timed, asOf);
  const ids = row.fact_ids ?? [];
  const due = dueClass(timed, asOf);
  return h(
    "p",
    { class: "promise-facts" },
    h("span", {}, titled(catalog.code_lists.areas, row.area_id, "short")),
    row.status_verb_zh && verbOf(row.status_verb_zh),
    h("span", {}, t("targets.deadline", { date: deadlineOf(row, catalog) || t("popup.deadline_none") })),
    days && h("span", { class: due === "overdue" ? "is-late" : null }, days),
    ids.length > 0 && h("span", { class: "promise-ids" }, t("targets.facts", { ids: ids.join(", ") })),
  );
}

/**
 * Listed, located, done: each against the promise, each with its own look. They are not parts of
 * one bar, because what is done need not be located.
 * @param {Promised} row
 */
function progress({ progress: counted, quantity }) {
  if (!counted) return [];
  const looks = /** @type {const} */ ([["listed", "light", "targets.listed"], ["located", "dots", "targets.located"], ["done", "", "targets.done"]]);
  return [
    h(
      "dl",
      { class: "measures" },
      ...looks.map(([name, texture, key]) => {
        const measure = quantity ? t("targets.of", { n: grouped(counted[name]), promised: grouped(quantity) }) : grouped(counted[name]);
        return h(
          "div",
          { class: `measure measure-${name}` },
          h("dt", {}, t(key)),
          h("dd", {}, quantity ? track(counted[name] / quantity, `var(--measure-${name})`, texture) : null, h("span", {}, measure)),
        );
      }),
    ),
  ];
}

/**
 * @param {number} part Of the promise; what is beyond it is told by the number alone.
 * @param {string} colour
 * @param {string} texture
 */
function track(part, colour, texture) {
  const fill = h("span", { class: "track-fill" }, bar(colour, texture));
  fill.style.width = `${100 * Math.min(1, part)}%`;
  return h("span", { class: "track", "aria-hidden": "true" }, part > 0 && fill);
}

/**
 * What a click does, or how to undo it.
 * @param {Data} data
 * @param {Promised} row
 * @param {boolean} active
 * @param {Around} around
 */
function state({ catalog }, row, active, { change }) {
  if (active) {
    const undo = row.collection ? { selected: null } : { target: null };
    return h(
      "p",
      { class: "promise-state" },
      h("strong", {}, t(row.collection ? "targets.selected" : "targets.filtered")),
      h("button", { type: "button", class: "text-button", "data-focus": `promise-undo-${row.id}`, on: { click: () => change(undo) } }, t("targets.undo")),
    );
  }
  const status = row.collection && statusOf(/** @type {any} */ ({ properties: row }), catalog);
  const place = row.collection && titled(catalog.code_lists.location_status, row.location_status);
  return h("p", { class: "promise-state" }, ...[status, place].filter(Boolean).map((text) => h("span", {}, text)), h("span", { class: "promise-go", "aria-hidden": "true" }, openWords(row)));
}

/**
 * Which other promises this one overlaps with; those on the board are a click away.
 * @param {Data} data
 * @param {Promised} row
 * @param {Around} around
 */
function overlap(data, row, around) {
  const names = (row.overlaps_with ?? []).map((id) => reference(data, id, around));
  if (!names.length) return null;
  const comma = t("targets.comma");
  const [before, after = ""] = t("targets.overlap", { names: "\n" }).split("\n");
  return h("p", { class: "promise-overlap" }, before, ...names.map((name, index) => h("span", {}, name, index < names.length - 1 && comma)), after);
}

/**
 * @param {Data} data
 * @param {string} id
 * @param {Around} around
 */
function reference(data, id, { change, rows }) {
  const link = (/** @type {string} */ text, /** @type {() => void} */ follow) =>
    h("button", { type: "button", class: "text-button", on: { click: follow } }, text);
  const row = rows.get(id);
  if (row) return link(said(row, "name"), () => reveal(id));
  const work = data.byId.get(id);
  return work ? link(said(work.properties, "name"), () => change({ selected: id, view: "map" })) : id;
}

/** @param {string} id */
function reveal(id) {
  const row = /** @type {HTMLElement | null} */ (document.querySelector(`#board-targets [data-id="${CSS.escape(id)}"]`));
  row?.scrollIntoView({ block: "center" });
  row?.focus({ preventScroll: true });
}
