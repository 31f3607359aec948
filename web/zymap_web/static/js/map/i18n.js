// The interface's words, one file a language, and the choice between a dataset's two languages.

import { fetchWords } from "./api.js";

/** @typedef {import("./types").Words} Words */

/** @type {Record<string, Words>} */
const loaded = {};
/** @type {"zh" | "en"} */
let language = "zh";

/**
 * Fetch a language's words, once, and speak it from now on.
 * @param {"zh" | "en"} wanted
 */
export async function speak(wanted) {
  loaded[wanted] ??= await fetchWords(wanted);
  language = wanted;
}

/** @returns {"zh" | "en"} */
export function spoken() {
  return language;
}

/**
 * The words for a key, with `{name}` filled in, and `{name|one|many}` by whether that is 1.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  const words = loaded[language][key];
  if (words === undefined) throw new Error(`no words for ${key}`);
  return words.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, name, one, many) => {
    const value = String(values[name] ?? "");
    return one === undefined ? value : value === "1" ? one : many;
  });
}

/**
 * A text that the data hold in both languages (`name_zh`, `name_en`): in the spoken one if there.
 * @param {Record<string, any>} holder
 * @param {string} name
 * @returns {string}
 */
export function said(holder, name) {
  const other = language === "zh" ? "en" : "zh";
  return holder[`${name}_${language}`] || holder[`${name}_${other}`] || "";
}

/**
 * The title of a code of a code list; the code itself if the list lacks it.
 * @param {Record<string, any> | undefined} list
 * @param {string | null | undefined} code
 * @param {"long" | "short"} [form]
 * @returns {string}
 */
export function titled(list, code, form = "long") {
  const entry = code ? list?.[code] : undefined;
  if (!entry) return code ?? "";
  return (form === "short" && entry[`short_${language}`]) || entry[language] || entry.zh;
}

/**
 * Put the spoken words into the fixed parts of the page.
 * @param {ParentNode} root
 */
export function translate(root) {
  const places = { t: null, tLabel: "aria-label", tTitle: "title", tPlaceholder: "placeholder" };
  for (const [place, attribute] of Object.entries(places)) {
    const name = place.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    for (const element of root.querySelectorAll(`[data-${name}]`)) {
      const words = t(/** @type {HTMLElement} */ (element).dataset[place] ?? "");
      if (attribute) element.setAttribute(attribute, words);
      else element.textContent = words;
    }
  }
}
