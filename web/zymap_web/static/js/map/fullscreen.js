// The whole page on the whole screen, where the browser can.

/**
 * @param {HTMLElement} button Hidden where there is no full screen to be had (iPhone).
 */
export function fullscreen(button) {
  button.hidden = !document.fullscreenEnabled;
  button.addEventListener("click", () => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void document.documentElement.requestFullscreen();
  });
  const show = () => button.setAttribute("aria-pressed", String(Boolean(document.fullscreenElement)));
  document.addEventListener("fullscreenchange", show);
  show();
}
