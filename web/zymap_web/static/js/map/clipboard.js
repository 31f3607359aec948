// Text to the clipboard, also where the page came over plain HTTP, as in an office's own network.

import { h } from "./dom.js";

/**
 * @param {string} text
 * @returns {Promise<boolean>} Whether it is there now.
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** @param {string} text */
function copyBySelection(text) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  const field = /** @type {HTMLTextAreaElement} */ (h("textarea", { class: "visually-hidden", readonly: true }));
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus({ preventScroll: true });
  return done;
}
