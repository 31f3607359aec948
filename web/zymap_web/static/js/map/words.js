// A feature's facts in plain words.

import { h } from "./dom.js";
import { said, spoken, t, titled } from "./i18n.js";

/** @typedef {import("./types").Catalog} Catalog */
/** @typedef {import("./types").Work} Work */

/** @param {Work} work */
export function nameOf(work) {
  return said(work.properties, "name") || work.id;
}

/**
 * @param {Work} work
 * @param {Catalog} catalog
 */
export function statusOf(work, catalog) {
  const { status } = work.properties;
  return status ? titled(catalog.code_lists.status, status) : t("filters.no_status");
}

/**
 * The verb by which the report tells the stage, quoted.
 * @param {string} verb
 */
export function verbOf(verb) {
  return h("span", {}, t("popup.status_verb"), h("q", { lang: "zh" }, verb));
}

/**
 * The report's own words in the spoken language; as reported where the catalogue has no others.
 * @param {string | null | undefined} words One text, or several with "；" between them.
 * @param {Pick<Catalog, "glossary">} catalog
 */
export function worded(words, { glossary }) {
  if (!words || spoken() === "zh") return words ?? "";
  return glossary[words] ?? words.split("；").map((part) => glossary[part] ?? part).join("; ");
}

/**
 * When it is due: the date and the report's words for it, or the words alone.
 * @param {{deadline?: string | null, deadline_text?: string | null}} stated
 * @param {Pick<Catalog, "glossary">} catalog
 */
export function deadlineOf({ deadline, deadline_text }, catalog) {
  const words = worded(deadline_text, catalog);
  if (deadline && words) return spoken() === "zh" ? `${deadline}（${words}）` : `${deadline} (${words})`;
  return deadline || words;
}

/**
 * How far the position can be trusted.
 * @param {Work} work
 */
export function qualityOf(work) {
  const { location_status: status, coordinateUncertaintyInMeters: metres } = work.properties;
  if (!work.located || status === "unlocated") return t("quality.unlocated");
  if (status === "candidate") return t("quality.candidate");
  const known = typeof metres === "number";
  if (status === "approximate" && known && work.geometry?.type !== "Point") return t("quality.approximate_line", { m: grouped(metres) });
  if (status === "approximate") return known ? t("quality.approximate", { m: grouped(metres) }) : t("quality.approximate_exact");
  return known ? t("quality.located", { m: grouped(metres) }) : t("quality.located_exact");
}

/**
 * The quality in a word or two, for the list.
 * @param {Work} work
 */
export function badgeOf(work) {
  if (!work.located) return t("tray.badge");
  const metres = work.properties.coordinateUncertaintyInMeters;
  return typeof metres === "number" ? `±${t("unit.metre", { m: grouped(metres) })}` : "";
}

/** @param {number} number */
export function grouped(number) {
  return new Intl.NumberFormat("en", { maximumFractionDigits: 2 }).format(number).replace(/,/g, "\u202f");
}
