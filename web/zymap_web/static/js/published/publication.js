// What `zymap publish` wrote into data.js.

/**
 * @typedef {{
 *   path: string, format: string, area: string | null, bytes: number,
 *   crs: number, encoding: string, language: "zh" | "en" | null,
 * }} PublishedFile `area` is null if the file holds all works; only a sheet has a language.
 */
/**
 * @typedef {{
 *   date: string, catalog: import("../map/types").Catalog,
 *   features: Record<string, import("../map/types").Feature[]>, search_texts: Record<string, string>,
 *   targets: {targets: import("../map/types").Target[], counted_works: any[]},
 *   words: Record<"zh" | "en", import("../map/types").Words>, files: PublishedFile[],
 * }} Publication
 */

/** @type {Publication} */
export const publication = JSON.parse(/** @type {any} */ (globalThis).zymap.published);
