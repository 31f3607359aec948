// Finding by name: what is typed and what it is compared with, in one form.

/**
 * The form that searching compares; the server's searches compare the same.
 * @param {string} text
 */
export function searchForm(text) {
  return text.normalize("NFKC").toLowerCase();
}
