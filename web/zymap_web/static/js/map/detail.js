// All that is said about one feature: in the popup on the map, in the list for what has no place.

import { fileAddress, itemAddress } from "./api.js";
import { areaColour } from "./areas.js";
import { h } from "./dom.js";
import { said, spoken, t, titled } from "./i18n.js";
import { workSymbol } from "./symbols.js";
import { deadlineOf, grouped, nameOf, qualityOf, statusOf } from "./words.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").Work} Work */

/**
 * @param {Data} data
 * @param {Work} work
 * @param {{heading: boolean}} options Without a heading where the name stands above already.
 * @returns {HTMLElement}
 */
export function detail(data, work, { heading }) {
  const { catalog } = data;
  const isOfReport = work.layer.role === "works";
  return h(
    "article",
    { class: "detail" },
    heading && head(data, work),
    h("p", { class: "detail-tags" }, ...tags(data, work)),
    said(work.properties, "description") && h("p", { class: "detail-text" }, said(work.properties, "description")),
    h(
      "dl",
      {},
      ...(isOfReport ? row(t("popup.deadline"), deadlineOf(work) || t("popup.deadline_none")) : []),
      ...row(t("popup.quantity"), quantity(work)),
      ...row(t("popup.status"), isOfReport ? stage(data, work) : ""),
      ...row(t("popup.position"), position(work), `quality quality-${work.properties.location_status}`),
      ...row(t("popup.section"), work.properties.section ?? ""),
      ...row(t("popup.facts"), (work.properties.fact_ids ?? []).join(spoken() === "zh" ? "、" : ", ")),
      ...row(catalog.code_lists.kinds && work.properties.rank ? "#" : "", rank(work)),
    ),
    evidence(work),
    links(work),
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
    h("div", {}, h("h2", {}, nameOf(work)), other && other !== nameOf(work) && h("p", { class: "detail-other", lang: spoken() === "zh" ? "en" : "zh" }, other)),
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
 * @param {Data} data
 * @param {Work} work
 */
function stage(data, work) {
  const verb = work.properties.status_verb_zh;
  if (!verb) return "";
  return spoken() === "zh" ? t("popup.status_verb", { verb }) : `${statusOf(work, data.catalog)} · ${t("popup.status_verb", { verb })}`;
}

/** @param {Work} work */
function position(work) {
  return qualityOf(work);
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
 * @param {string} title
 * @param {string} text
 * @param {string} [className]
 */
function row(title, text, className) {
  return text ? [h("dt", {}, title), h("dd", { class: className ?? null }, text)] : [];
}

/** @param {Work} work */
function evidence(work) {
  const { georeferenceSources: sources, georeferenceProtocol: method } = work.properties;
  if (!sources && !method) return null;
  return h(
    "details",
    { class: "evidence" },
    h("summary", {}, t("popup.source")),
    sources && h("p", {}, sources),
    method && h("p", {}, method),
  );
}

/** @param {Work} work */
function links(work) {
  const download = fileAddress(`collections/${work.collection}/items`, { ids: work.id, f: "shp" });
  return h(
    "p",
    { class: "detail-links" },
    h("a", { href: itemAddress(work, "html") }, t("popup.open")),
    h("a", { href: itemAddress(work, "json") }, t("popup.json")),
    h("a", { href: download, download: "" }, `${t("popup.download")} (Shapefile)`),
  );
}
