// Keep the keyboard's place when a part of the page is made anew.

/**
 * Make something anew; what had the focus and is made again under the same `data-focus` has it
 * afterwards.
 * @param {() => void} make
 */
export function refocus(make) {
  const key = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.focus;
  make();
  if (!key) return;
  const again = /** @type {HTMLElement | null} */ (document.querySelector(`[data-focus="${CSS.escape(key)}"]`));
  if (again !== document.activeElement) again?.focus({ preventScroll: true });
}
