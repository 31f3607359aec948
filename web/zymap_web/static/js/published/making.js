// Files that the browser makes of the works that it holds.

/** @typedef {import("../map/types").Catalog} Catalog */
/** @typedef {import("../map/types").Work} Work */

const TYPES = /** @type {Record<string, string>} */ ({ csv: "text/csv", geojson: "application/geo+json" });
// CWE-1236, as zymap.export.csv_file has it: Excel also takes the full-width signs, and skips TAB, CR,
// LF and NUL before a formula.
const FORMULA = /^'*[=+\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20]/;
const KEPT_MS = 60_000;

/**
 * Hand a text over as a file.
 * @param {string} text
 * @param {string} suffix
 * @param {string} name
 */
export function save(text, suffix, name) {
  const address = URL.createObjectURL(new Blob([text], { type: TYPES[suffix] }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `${name}.${suffix}`;
  link.click();
  // Not at once: the browser reads the address after the click.
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
}

/**
 * The works as RFC 7946 has them.
 * @param {Work[]} works
 */
export function geojsonOf(works) {
  const features = works.map(({ id, collection, geometry, properties }) => JSON.stringify({ type: "Feature", id, collection, geometry, properties }));
  return `{"type":"FeatureCollection","features":[\n${features.join(",\n")}\n]}\n`;
}

/**
 * The works as one table: RFC 4180 in UTF-8 with BOM, no cell a formula. Codes stay codes; a work that
 * is no point has no coordinates here.
 * @param {Catalog} catalog
 * @param {Work[]} works
 */
export function csvOf(catalog, works) {
  const layers = catalog.layers.filter((layer) => works.some((work) => work.layer.id === layer.id));
  const fields = new Map(layers.flatMap((layer) => layer.fields.filter(({ name }) => name !== "id").map((field) => [field.name, `${field.title_zh}(${field.name})`])));
  const rows = works.map((work) => [work.id, work.collection, ...[...fields.keys()].map((name) => Reflect.get(work.properties, name)), ...pointOf(work)]);
  const heading = ["编号(id)", "图层(collection)", ...fields.values(), "经度(lon)", "纬度(lat)"];
  return `\ufeff${[heading, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("")}`;
}

/** @param {Work} work */
function pointOf({ geometry }) {
  return geometry?.type === "Point" ? geometry.coordinates.slice(0, 2) : [null, null];
}

/** @param {unknown} value */
function cell(value) {
  const text = plain(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** @param {unknown} value */
function plain(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (typeof value === "number") return String(value);
  const text = Array.isArray(value) ? value.join("; ") : String(value);
  return FORMULA.test(text) ? `'${text}` : text;
}
