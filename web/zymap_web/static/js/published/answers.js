// What the page asks, answered by what lies beside it: stands in for map/api.js where there is no
// server.

import { publication } from "./publication.js";

/** @typedef {import("../map/types").Catalog} Catalog */
/** @typedef {import("../map/types").Feature} Feature */

/** @returns {Promise<Catalog>} */
export async function fetchCatalog() {
  return publication.catalog;
}

/**
 * @param {string} collection
 * @returns {Promise<Feature[]>}
 */
export async function fetchFeatures(collection) {
  return publication.features[collection];
}

/** @returns {Promise<Record<string, string>>} */
export async function fetchSearchTexts() {
  return publication.search_texts;
}

/** @returns {Promise<{targets: import("../map/types").Target[], counted_works: any[]}>} */
export async function fetchTargets() {
  return publication.targets;
}

/**
 * @param {"zh" | "en"} language
 * @returns {Promise<import("../map/types").Words>}
 */
export async function fetchWords(language) {
  return publication.words[language];
}
