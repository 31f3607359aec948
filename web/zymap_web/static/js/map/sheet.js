// On a phone the panel is a sheet over the map, in three heights: by its grip, or by dragging it.

import { byId } from "./dom.js";

const HEIGHTS = ["low", "half", "full"];
const DRAG_FROM_PX = 24;
export const narrow = matchMedia("(max-width: 760px)");
// As in narrow.css.
const LOW_PX = 114;
const HALF = 0.42;

/**
 * @returns {{isSheet: () => boolean, set: (height: string) => void, covered: () => number}}
 */
export function createSheet() {
  const panel = byId("panel");
  const grip = byId("grip");
  let height = "half";
  let startY = 0;
  const set = (/** @type {string} */ wanted) => {
    height = wanted;
    panel.dataset.height = wanted;
    if (wanted === "low") byId("panel-scroll").scrollTop = 0;
    document.body.style.setProperty("--covered", `${covered()}px`);
  };
  // By the height asked for, not the one measured: the sheet may still be on its way.
  const covered = () => {
    if (!narrow.matches) return 0;
    return { low: LOW_PX, half: innerHeight * HALF }[height] ?? panel.offsetHeight;
  };
  const step = (/** @type {number} */ by) => {
    set(HEIGHTS[Math.max(0, Math.min(2, HEIGHTS.indexOf(height) + by))]);
  };
  grip.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    startY = event.clientY;
    grip.setPointerCapture(event.pointerId);
  });
  grip.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    if (grip.hasPointerCapture(event.pointerId)) panel.style.setProperty("--drag", `${event.clientY - startY}px`);
  });
  grip.addEventListener("pointerup", (/** @type {PointerEvent} */ event) => {
    const moved = event.clientY - startY;
    panel.style.removeProperty("--drag");
    if (Math.abs(moved) > DRAG_FROM_PX) step(moved < 0 ? 1 : -1);
    else set(HEIGHTS[(HEIGHTS.indexOf(height) + 1) % 3]);
  });
  grip.addEventListener("pointercancel", () => panel.style.removeProperty("--drag"));
  grip.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "ArrowUp") step(1);
    else if (event.key === "ArrowDown") step(-1);
    else if (event.key === "Enter" || event.key === " ") set(HEIGHTS[(HEIGHTS.indexOf(height) + 1) % 3]);
    else return;
    event.preventDefault();
  });
  set(height);
  addEventListener("resize", () => set(height));
  return {
    isSheet: () => narrow.matches,
    set,
    covered,
  };
}
