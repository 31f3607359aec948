// Finding by name: what is typed and what it is compared with, in one form.

/**
 * The form that searching compares; the server's searches compare the same.
 * @param {string} text
 */
export function searchForm(text) {
  return text.normalize("NFKC").toLowerCase();
}

/**
 * What a target is found by: its names and what is said of it, in the form that searching compares.
 * @param {{name_zh: string, name_en: string | null, description_zh?: string | null, description_en?: string | null}} target
 */
export function targetText({ name_zh, name_en, description_zh, description_en }) {
  return searchForm([name_zh, name_en, description_zh, description_en].filter(Boolean).join("\n"));
}
