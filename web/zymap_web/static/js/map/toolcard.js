// The card on the map that says what the tool in use waits for and what it found.

import { h, icon } from "./dom.js";
import { refocus } from "./focus.js";
import { L, map } from "./leaflet.js";

/**
 * @typedef {object} Content
 * @property {() => string} hint Read out when it changes.
 * @property {() => boolean} [quiet] Whether the result shows what the hint says, so that it is only
 *   read out.
 * @property {() => (Node | string)[]} [result]
 * @property {() => HTMLElement[]} [actions]
 */
/**
 * @typedef {object} Card
 * @property {(content: Content) => void} show
 * @property {() => void} update After anything that the content tells has changed, or the language.
 * @property {() => void} updateResult The result alone: while the pointer moves.
 * @property {() => void} focus To the first thing to do.
 * @property {() => number} bottom_px How far down the map it reaches.
 * @property {() => void} hide
 */

/** @returns {Card} */
export function createCard() {
  const hint = h("p", { class: "tool-hint", role: "status" });
  const result = h("div", { class: "tool-result" });
  const actions = h("div", { class: "tool-actions" });
  const card = h("section", { class: "tool-card leaflet-control" }, hint, result, actions);
  /** @type {Content | null} */
  let shown = null;
  L.DomEvent.disableClickPropagation(card).disableScrollPropagation(card);
  card.hidden = true;
  map.getContainer().append(card);

  const updateResult = () => result.replaceChildren(...(shown?.result?.() ?? []));
  const update = () => {
    card.hidden = !shown;
    const words = shown?.hint() ?? "";
    if (hint.textContent !== words) hint.textContent = words;
    hint.classList.toggle("visually-hidden", shown?.quiet?.() ?? false);
    refocus(() => {
      updateResult();
      actions.replaceChildren(...(shown?.actions?.() ?? []));
    });
  };
  return {
    show(content) {
      shown = content;
      update();
    },
    update,
    updateResult,
    bottom_px: () => card.offsetTop + card.offsetHeight,
    focus: () => card.querySelector("button")?.focus({ preventScroll: true }),
    hide() {
      // The keyboard's place would be lost with the button that it is on.
      if (card.contains(document.activeElement)) map.getContainer().focus({ preventScroll: true });
      shown = null;
      update();
    },
  };
}

/**
 * A button of the card.
 * @param {string} name Unique in the card; keeps the focus when the card is made anew.
 * @param {string} path Its icon.
 * @param {string} words
 * @param {() => void} act
 * @param {boolean} [withWords] Otherwise the words are the icon's name.
 * @returns {HTMLElement}
 */
export function cardButton(name, path, words, act, withWords = true) {
  const named = withWords ? {} : { "aria-label": words, title: words };
  return h(
    "button",
    { type: "button", class: withWords ? "tool-action" : "tool-action is-icon", "data-focus": `tool-${name}`, ...named, on: { click: act } },
    icon(path),
    withWords && words,
  );
}
