// What can be taken away where there is no server: the files that were published, and what a browser
// makes by itself; stands in for map/downloads.js.

import { h } from "../map/dom.js";
import { said, spoken, t, titled } from "../map/i18n.js";
import { grouped } from "../map/words.js";
import { csvOf, geojsonOf, save } from "./making.js";
import { publication } from "./publication.js";

/** @typedef {import("../map/types").Data} Data */
/** @typedef {import("../map/types").View} View */
/** @typedef {import("../map/types").Work} Work */
/** @typedef {import("./publication.js").PublishedFile} PublishedFile */

/** The files are finished. */
export const MADE_ON_DEMAND = false;

const SHEET = "pdf";
const SCALES = ["B", "kB", "MB"];

/**
 * The list as it is shown, made here; then the files that were published, of the area or of all.
 * @param {Data} data
 * @param {View} view
 * @returns {HTMLElement[]}
 */
export function viewDownloads(data, view) {
  const [area, files] = filesFor(view.state.area);
  const scope = area ? titled(data.catalog.code_lists.areas, area) : t("published.all");
  const sheets = files.filter((file) => file.format === SHEET);
  const tables = files.filter((file) => file.format !== SHEET);
  return [
    h("h2", {}, t("export.heading", { n: grouped(view.shown) })),
    h("div", { class: "export-made" }, made("CSV", "csv", () => csvOf(data.catalog, view.rows)), made("GeoJSON", "geojson", () => geojsonOf(view.rows))),
    h("h3", {}, t("published.files", { scope })),
    h("p", { class: "note" }, t("published.note", { date: publication.date })),
    h("ul", {}, ...tables.map((file) => h("li", {}, fileLink(data, file)))),
    sheets.length > 0 && h("h3", {}, t("published.sheets", { date: publication.date })),
    h("ul", { class: "export-prints" }, ...sheets.map((file) => h("li", {}, sheetLink(file)))),
  ].filter((part) => part instanceof HTMLElement);
}

/**
 * One feature, made here.
 * @param {Data} _data
 * @param {Work} work
 * @returns {HTMLElement[]}
 */
export function featureDownloads(_data, work) {
  const make = () => save(geojsonOf([work]), "geojson", work.id);
  const button = h("button", { type: "button", class: "link", on: { click: make } }, "GeoJSON");
  return [h("p", {}, h("span", {}, t("popup.download")), button)];
}

/**
 * The files of an area; those of all works where the area has none.
 * @param {string | null} wanted
 * @returns {[string | null, PublishedFile[]]}
 */
function filesFor(wanted) {
  const ofArea = publication.files.filter((file) => file.area === wanted);
  return ofArea.length ? [wanted, ofArea] : [null, publication.files.filter((file) => file.area === null)];
}

/**
 * @param {string} title
 * @param {string} suffix
 * @param {() => string} make
 */
function made(title, suffix, make) {
  const click = () => save(make(), suffix, `${publication.catalog.dataset.id}-${publication.date}`);
  return h("button", { type: "button", class: "button", "data-made": suffix, on: { click } }, `${title} · .${suffix}`);
}

/**
 * @param {Data} data
 * @param {PublishedFile} file
 */
function fileLink(data, file) {
  const format = data.catalog.formats.find(({ id }) => id === file.format);
  const notes = [file.format === "shp" ? `${file.encoding} · ${file.crs}` : "", size(file.bytes)];
  return h("a", { href: file.path, download: "", "data-format": file.format }, h("strong", {}, format ? said(format, "title") : file.format), h("small", {}, notes.filter(Boolean).join(" · ")));
}

/** @param {PublishedFile} file */
function sheetLink(file) {
  const language = t(file.language === "zh" ? "published.chinese" : "published.english");
  return h("a", { href: file.path, target: "_blank", "data-print": file.language }, h("strong", {}, `${t("export.sheet_a3")} · ${language}`), h("small", {}, `.pdf · ${size(file.bytes)}`));
}

/** @param {number} bytes */
function size(bytes) {
  const step = Math.min(SCALES.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const number = (bytes / 1000 ** step).toLocaleString(spoken() === "zh" ? "zh-CN" : "en", { maximumFractionDigits: step > 1 ? 1 : 0 });
  return `${number} ${SCALES[step]}`;
}
