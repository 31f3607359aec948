// All that is known of one feature, in plain words, for the panel beside the map.

import { areaColour } from "./areas.js";
import { daysText, dueClass } from "./dates.js";
import { h, icon } from "./dom.js";
import { featureDownloads } from "./downloads.js";
import { said, spoken, t, titled } from "./i18n.js";
import { precision } from "./precision.js";
import { distance_m } from "./shapes.js";
import { workSymbol } from "./symbols.js";
import { deadlineOf, grouped, nameOf, qualityOf, statusOf, verbOf, worded } from "./words.js";
import { countedBy } from "./works.js";

/** @typedef {import("./types").Catalog} Catalog */
/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").State} State */
/** @typedef {import("./types").Work} Work */
/** @typedef {{asOf: string, select: (work: Work) => void, hover: (id: string | null) => void, filter: (change: Partial<State>) => void, copy: () => void}} On */

const NEAR_M = 1000;
const NEAR_SHOWN = 6;
const ICONS = { link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.700-5.700l-1 1M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.700 5.700l1-1", file: "M12 4v11m0 0-4.500-4.500M12 15l4.500-4.500M4.500 19.500h15" };

/**
 * @param {Data} data
 * @param {Work} work
 * @param {On} on
 * @returns {HTMLElement}
 */
export function detail(data, work, on) {
  const isOfReport = work.layer.role === "works";
  return h(
    "article",
    { class: "detail" },
    head(data, work),
    h("p", { class: "detail-tags" }, ...tags(data, work)),
    isOfReport && due(work, on.asOf, data.catalog),
    said(work.properties, "description") && h("p", { class: "detail-text" }, said(work.properties, "description")),
    h(
      "dl",
      {},
      ...row(t("popup.quantity"), quantity(work)),
      ...row(t("popup.status"), isOfReport ? stage(data, work) : null),
      ...row(t("popup.section"), worded(work.properties.section, data.catalog)),
      ...row(t("popup.facts"), (work.properties.fact_ids ?? []).join(spoken() === "zh" ? "、" : ", ")),
      ...row(t("popup.rank"), rank(work)),
      ...targetsOf(data, work, on),
    ),
    place(work),
    work.lonlat && neighbours(data, work, on),
    links(data, work, on),
  );
}

/**
 * @param {Data} data
 * @param {Work} work
 */
function head(data, work) {
  const other = spoken() === "zh" ? work.properties.name_en : work.properties.name_zh;
  const drawn = work.layer.role === "works" ? workSymbol(work, data.catalog.symbology, { ring: false }) : null;
  return h(
    "header",
    { class: "detail-head" },
    drawn,
    h("div", {}, h("h2", { id: "detail-title", tabindex: "-1" }, nameOf(work)), other && other !== nameOf(work) && h("p", { class: "detail-other", lang: spoken() === "zh" ? "en" : "zh" }, other)),
  );
}

/**
 * @param {Data} data
 * @param {Work} work
 */
function tags(data, work) {
  const { catalog } = data;
  const { area_id, area_source, kind } = work.properties;
  const lists = catalog.code_lists;
  const area = h("span", { class: "tag tag-area" }, titled(lists.areas, area_id), area_source === "inferred" && h("small", {}, t("popup.area_inferred")));
  area.style.setProperty("--area", areaColour(data, area_id));
  const inReport = work.layer.role === "works";
  return [
    inReport && h("span", { class: `tag tag-status status-${work.properties.status ?? "none"}` }, statusOf(work, catalog)),
    h("span", { class: "tag" }, titled(lists.kinds, kind)),
    inReport && area,
    work.properties.in_district === false && h("span", { class: "tag" }, t("popup.outside")),
  ].filter(Boolean);
}

/**
 * When it is due and how that stands at the as-of date.
 * @param {Work} work
 * @param {string} asOf
 * @param {Catalog} catalog
 */
function due(work, asOf, catalog) {
  const stated = deadlineOf(work.properties, catalog);
  return h(
    "p",
    { class: `detail-due due-${dueClass(work.properties, asOf)}` },
    h("span", { class: "detail-due-title" }, t("popup.deadline")),
    h("b", {}, stated || t("popup.deadline_none")),
    work.properties.deadline && h("span", { class: "detail-due-days" }, daysText(work.properties, asOf), h("small", {}, t("due.as_of", { date: asOf }))),
  );
}

/**
 * @param {Data} data
 * @param {Work} work
 */
function stage(data, work) {
  const verb = work.properties.status_verb_zh;
  if (!verb) return null;
  return spoken() === "zh" ? verbOf(verb) : h("span", {}, `${statusOf(work, data.catalog)} · `, verbOf(verb));
}

/** @param {Work} work */
function quantity(work) {
  const { quantity: number } = work.properties;
  if (typeof number !== "number") return "";
  return `${grouped(number)} ${said(work.properties, "unit")}`.trim();
}

/** @param {Work} work */
function rank(work) {
  const { rank: number } = work.properties;
  return typeof number === "number" ? t("candidates.rank", { n: number }) : "";
}

/**
 * The targets that this work counts towards.
 * @param {Data} data
 * @param {Work} work
 * @param {On} on
 */
function targetsOf(data, work, on) {
  const found = data.targets.filter((target) => (target.counted_from ?? []).length && countedBy(data, target.id)(work));
  if (!found.length) return [];
  const buttons = found.map((target) =>
    h("button", { type: "button", class: "link", on: { click: () => on.filter({ target: target.id }) } }, said(target, "name")),
  );
  return [h("dt", {}, t("popup.targets")), h("dd", {}, ...buttons)];
}

/**
 * How far the position can be trusted: in words, drawn to scale, with its source.
 * @param {Work} work
 */
function place(work) {
  const { georeferenceSources: sources, georeferenceProtocol: method, location_status: status } = work.properties;
  return h(
    "section",
    { class: "detail-place" },
    h("h3", {}, t("popup.position")),
    h("p", { class: `quality quality-${work.located ? status : "unlocated"}` }, qualityOf(work)),
    precision(work),
    (sources || method) &&
      h("details", { class: "evidence" }, h("summary", {}, t("popup.source")), sources && h("p", {}, sources), method && h("p", {}, method)),
  );
}

/**
 * What lies near, by the straight line between the points that stand for the shapes.
 * @param {Data} data
 * @param {Work} work
 * @param {On} on
 */
function neighbours(data, work, on) {
  const here = /** @type {[number, number]} */ (work.lonlat);
  const list = h("section", { class: "detail-near" });
  const show = (/** @type {Work[]} */ works) => list.replaceChildren(...nearest(here, work, [...works, ...data.context], on));
  if (!data.remote) {
    show(data.works);
    return list;
  }
  // Not all works are here, so the server is asked for those of the neighbourhood.
  const failed = () => list.replaceChildren(h("p", { class: "note" }, t("near.failed")));
  void import("./remote.js").then(({ askNear }) => askNear(data, here, NEAR_M)).then(show, failed);
  return list;
}

/**
 * @param {[number, number]} here
 * @param {Work} work
 * @param {Work[]} others
 * @param {On} on
 */
function nearest(here, work, others, on) {
  const near = others
    .filter((other) => other.id !== work.id && other.lonlat && (other.layer.role === "works" || other.geometry?.type === "Point"))
    .map((other) => ({ other, metres: distance_m(here, /** @type {[number, number]} */ (other.lonlat)) }))
    .filter(({ metres }) => metres <= NEAR_M)
    .sort((a, b) => a.metres - b.metres);
  const item = (/** @type {{other: Work, metres: number}} */ { other, metres }) =>
    h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          on: { click: () => on.select(other), mouseenter: () => on.hover(other.id), mouseleave: () => on.hover(null), focus: () => on.hover(other.id), blur: () => on.hover(null) },
        },
        h("span", {}, nameOf(other)),
        h("small", {}, t("unit.metre", { m: grouped(Math.round(metres / 10) * 10) })),
      ),
    );
  return [
    h("h3", {}, t("near.heading", { n: near.length })),
    near.length ? h("ul", {}, ...near.slice(0, NEAR_SHOWN).map(item)) : h("p", { class: "note" }, t("near.none")),
    near.length > 0 && h("p", { class: "note" }, t(near.length > NEAR_SHOWN ? "near.note_more" : "near.note", { n: NEAR_SHOWN })),
  ].filter((part) => part !== false);
}

/**
 * @param {Data} data
 * @param {Work} work
 * @param {On} on
 */
function links(data, work, on) {
  return h(
    "footer",
    { class: "detail-links" },
    h("button", { type: "button", class: "button", on: { click: on.copy } }, icon(ICONS.link), t("popup.copy")),
    ...featureDownloads(data, work),
  );
}

/**
 * @param {string} title
 * @param {string | Node | null} text
 */
function row(title, text) {
  return text ? [h("dt", {}, title), h("dd", {}, text)] : [];
}
