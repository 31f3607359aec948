// What can be taken away, as the server makes it on demand: of what is shown, and of one feature.

import { fileAddress, itemAddress } from "./api.js";
import { h } from "./dom.js";
import { said, spoken, t, titled } from "./i18n.js";
import { map } from "./leaflet.js";
import { parametersOf } from "./question.js";
import { isUnfiltered } from "./state.js";
import { grouped } from "./words.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").Format} Format */
/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Work} Work */

/** The server builds and checks a file before it sends the first byte; the page says so meanwhile. */
export const MADE_ON_DEMAND = true;

const FIRST = "shp";

/**
 * The files of what is shown.
 * @param {Data} data
 * @param {View} view
 * @param {{crs: string, encoding: string}} chosen
 * @param {() => void} redraw
 * @returns {HTMLElement[]}
 */
export function viewDownloads(data, view, chosen, redraw) {
  const { formats } = data.catalog;
  const ordered = [...formats].sort((a, b) => Number(b.id === FIRST) - Number(a.id === FIRST));
  const unlocated = view.state.show === "map" ? 0 : view.matched - view.located;
  const question = parametersOf(view.state, view.asOf);
  return [
    h("h2", {}, t("export.heading", { n: grouped(view.shown) })),
    unlocated > 0 && h("p", { class: "note" }, t("export.unlocated", { n: unlocated })),
    h(
      "div",
      { class: "export-choices" },
      select("export.crs", data.catalog.crs.filter((crs) => crs.code !== 3857).map((crs) => [String(crs.code), `${crs.code} · ${crs[spoken()]}`]), chosen.crs, (value) => {
        chosen.crs = value;
        redraw();
      }),
      select("export.encoding", [["UTF-8", t("export.encoding_utf8")], ["GBK", t("export.encoding_gbk")]], chosen.encoding, (value) => {
        chosen.encoding = value;
        redraw();
      }),
    ),
    h("ul", {}, ...ordered.map((format) => h("li", {}, formatLink(format, question, chosen)))),
    areaLink(data, view, chosen),
    h("h3", {}, t("export.print")),
    h("ul", { class: "export-prints" }, ...prints(view).map((one) => h("li", {}, one))),
  ].filter((part) => part instanceof HTMLElement);
}

/**
 * The briefing sheet of what is shown, and the map alone as it is framed now.
 * @param {View} view
 */
function prints(view) {
  const common = { ...parametersOf(view.state, view.asOf), as_of: view.asOf, lang: view.state.lang };
  const [west, south, east, north] = map.getBounds().toBBoxString().split(",").map((/** @type {string} */ degrees) => Number(degrees).toFixed(5));
  const offers = [
    { key: "export.sheet_a3", path: "sheet.pdf", parameters: { ...common, paper: "A3" }, suffix: ".pdf" },
    { key: "export.sheet_a4", path: "sheet.pdf", parameters: { ...common, paper: "A4" }, suffix: ".pdf" },
    { key: "export.picture", path: "sheet.png", parameters: { ...common, only: "map", view: [west, south, east, north].join(",") }, suffix: ".png" },
  ];
  return offers.map(({ key, path, parameters, suffix }) =>
    h("a", { href: fileAddress(path, parameters), download: "", "data-print": key.slice(7) }, h("strong", {}, t(key)), h("small", {}, suffix)),
  );
}

/**
 * @param {Format} format
 * @param {Record<string, string>} question
 * @param {{crs: string, encoding: string}} chosen
 */
function formatLink(format, question, chosen) {
  const parameters = { f: format.id, ...question, ...ways(format, chosen) };
  const fixed = !format.crs.map(String).includes(chosen.crs);
  return h(
    "a",
    { href: fileAddress("export", parameters), download: "", class: format.id === FIRST ? "first" : null, "data-format": format.id },
    h("strong", {}, said(format, "title")),
    h("small", {}, fixed ? `${t("export.fixed_crs", { code: format.crs[0] ?? 4326 })} · ` : "", format.suffix),
  );
}

/**
 * @param {Format} format
 * @param {{crs: string, encoding: string}} chosen
 */
function ways(format, chosen) {
  return {
    ...(format.crs.map(String).includes(chosen.crs) ? { crs: chosen.crs } : {}),
    ...(format.encodings.length > 1 ? { encoding: chosen.encoding } : {}),
  };
}

/**
 * Everything in the area, not the works alone.
 * @param {Data} data
 * @param {View} view
 * @param {{crs: string, encoding: string}} chosen
 */
function areaLink(data, { state }, chosen) {
  const format = data.catalog.formats.find(({ id }) => id === FIRST);
  if (!format || !state.area || !isUnfiltered(state) || !data.catalog.areas.some((area) => area.id === state.area)) return null;
  const area = titled(data.catalog.code_lists.areas, state.area);
  const address = fileAddress(`areas/${encodeURIComponent(state.area)}/export`, { f: FIRST, ...ways(format, chosen) });
  return h("a", { class: "export-area", href: address, download: "" }, h("strong", {}, t("export.area_all", { area })), h("small", {}, t("export.area")));
}

/**
 * @param {string} key
 * @param {string[][]} options
 * @param {string} value
 * @param {(value: string) => void} change
 */
function select(key, options, value, change) {
  const made = h(
    "select",
    { on: { change: (/** @type {Event} */ event) => change(/** @type {HTMLSelectElement} */ (event.target).value) } },
    ...options.map(([code, text]) => h("option", { value: code, selected: code === value }, text)),
  );
  return h("label", {}, h("span", {}, t(key)), made);
}

/**
 * The files and the addresses of one feature.
 * @param {Data} data
 * @param {Work} work
 * @returns {HTMLElement[]}
 */
export function featureDownloads(data, work) {
  const file = (/** @type {string} */ f) => fileAddress(`collections/${work.collection}/items`, { ids: work.id, f });
  const offered = ["shp", "gpkg", "geojson", "kml"].flatMap((id) => data.catalog.formats.find((format) => format.id === id) ?? []);
  const links = offered.map((format) => h("a", { href: file(format.id), download: "" }, said(format, "title")));
  return [
    h("p", {}, h("span", {}, t("popup.download")), ...links),
    h("p", {}, h("span", {}, t("popup.api")), h("a", { href: itemAddress(work, "json") }, t("popup.json")), h("a", { href: itemAddress(work, "html") }, t("popup.open"))),
  ];
}
