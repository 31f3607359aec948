// Short words on what just happened, and the box that says why there is no page.

import { byId, h, icon } from "./dom.js";
import { t } from "./i18n.js";

const SHOWN_MS = 6000;
const RETRY_ICON = "M19 12a7 7 0 1 1-2-5M17 3.5V7h-3.5";
let timer = 0;

/**
 * Say something for a few seconds; a screen reader says it too.
 * @param {string} text
 */
export function notify(text) {
  const place = byId("toast");
  place.textContent = text;
  place.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => (place.hidden = true), SHOWN_MS);
}

/**
 * Say that the data could not be fetched, and offer another try.
 * @param {unknown} error
 * @param {() => void} retry
 */
export function showFailure(error, retry) {
  const detail = error instanceof Error ? error.message : String(error);
  // The words themselves may be what could not be fetched; then the page's own Chinese stays.
  const words = (/** @type {string} */ key, /** @type {string} */ otherwise) => {
    try {
      return t(key, { detail });
    } catch {
      return otherwise;
    }
  };
  const notice = byId("notice");
  notice.replaceChildren(
    h("strong", {}, words("error.heading", "数据没有取到")),
    h("p", {}, words("error.help", "请检查网络或服务，再试一次。")),
    h("p", { class: "note" }, words("error.detail", detail)),
    h("button", { type: "button", class: "button", on: { click: retry } }, icon(RETRY_ICON), words("error.retry", "重试")),
  );
  notice.hidden = false;
}

/** Take the box away. */
export function hideFailure() {
  byId("notice").hidden = true;
}
