// The questions that the page asks the server. Addresses are relative to the page.

/** @typedef {import("./types").Feature} Feature */
/** @typedef {import("./types").Catalog} Catalog */

const PAGE_LIMIT = 10000;

/** @returns {Promise<Catalog>} */
export function fetchCatalog() {
  return fetchJson("catalog?f=json");
}

/**
 * All features of a collection, page after page.
 * @param {string} collection
 * @returns {Promise<Feature[]>}
 */
export async function fetchFeatures(collection) {
  /** @type {Feature[]} */
  const features = [];
  /** @type {string | undefined} */
  let address = `collections/${encodeURIComponent(collection)}/items?limit=${PAGE_LIMIT}&f=json`;
  while (address) {
    const page = await fetchJson(address);
    features.push(...page.features);
    address = page.links?.find((/** @type {{rel: string}} */ link) => link.rel === "next")?.href;
  }
  return features;
}

/**
 * What a search finds each feature by, by id: names, pinyin, initials.
 * @returns {Promise<Record<string, string>>}
 */
export async function fetchSearchTexts() {
  return (await fetchJson("search-texts?f=json")).texts;
}

/**
 * One page of the works.
 * @param {Record<string, string>} parameters
 * @returns {Promise<{features: Feature[], numberMatched: number, numberLocated: number}>}
 */
export function fetchWorks(parameters) {
  return fetchJson(fileAddress("works", { ...parameters, f: "json" }));
}

/**
 * How many works each further choice would leave.
 * @param {Record<string, string>} parameters
 * @returns {Promise<{numberMatched: number, numberLocated: number, facets: Record<string, Record<string, number>>}>}
 */
export function fetchFacets(parameters) {
  return fetchJson(fileAddress("works/facets", { ...parameters, f: "json" }));
}

/**
 * What the works are due by.
 * @returns {Promise<import("./types").Deadlines>}
 */
export function fetchDeadlines() {
  return fetchJson(fileAddress("works/deadlines", { f: "json" }));
}

/**
 * One feature, whatever its collection.
 * @param {string} collection
 * @param {string} id
 * @returns {Promise<Feature>}
 */
export function fetchFeature(collection, id) {
  return fetchJson(`collections/${encodeURIComponent(collection)}/items/${encodeURIComponent(id)}?f=json`);
}

/**
 * The targets, and the works of which the report promises a number.
 * @returns {Promise<{targets: import("./types").Target[], counted_works: any[]}>}
 */
export function fetchTargets() {
  return fetchJson("targets?limit=1000&f=json");
}

/**
 * The interface's words.
 * @param {"zh" | "en"} language
 * @returns {Promise<import("./types").Words>}
 */
export function fetchWords(language) {
  return fetchJson(`static/i18n/${language}.json`);
}

/**
 * The address of one feature.
 * @param {import("./types").Work} feature
 * @param {"html" | "json"} form
 */
export function itemAddress(feature, form) {
  return `collections/${feature.collection}/items/${encodeURIComponent(feature.id)}?f=${form}`;
}

/**
 * The address of a file.
 * @param {string} path
 * @param {Record<string, string>} parameters
 */
export function fileAddress(path, parameters) {
  return `${path}?${new URLSearchParams(parameters)}`;
}

/**
 * @param {string} address
 * @returns {Promise<any>}
 */
async function fetchJson(address) {
  const answer = await fetch(address, { headers: { Accept: "application/geo+json, application/json" } });
  if (!answer.ok) throw new Error(`${address.split("?")[0]}: ${answer.status} ${answer.statusText}`);
  return answer.json();
}
