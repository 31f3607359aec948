// Line drawings of the tools and of what one does with their results, on a grid of 24 by 24.

/** @type {Record<string, string>} */
export const ICONS = {
  tools: "M4 20 13.5 10.5M13 7.5a4.5 4.5 0 0 1 6-4l-2.6 2.6 1.5 1.5L20.5 5a4.5 4.5 0 0 1-6.5 5.5M4.5 4.5l4 4M14.5 14.5l5 5",
  measure: "M3.5 16.5 16.5 3.5l4 4-13 13zM7.5 12.5l2 2M10.5 9.5l2 2M13.5 6.5l2 2",
  coordinates: "M12 3v5.5M12 15.5V21M3 12h5.5M15.5 12H21M12 5.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z",
  box: "M6.5 5h11M6.5 19h11M5 6.5v11M19 6.5v11M3.5 3.5h3v3h-3zM17.5 3.5h3v3h-3zM3.5 17.5h3v3h-3zM17.5 17.5h3v3h-3z",
  polygon: "M5 9.5 13 4l7 7-4 8.5H7z",
  locate: "M20.5 3.5 3.5 10.5l7.5 2.5 2.5 7.5z",
  fullscreen: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  copy: "M8.5 8.5h11v11h-11zM15.5 8.5v-4h-11v11h4",
  undo: "M9 6 4.5 10.5 9 15M5 10.5h9a5 5 0 0 1 0 9h-3",
  close: "M6 6l12 12M18 6 6 18",
  done: "M5 12.5 10 17.5 19.5 7",
  area: "M5 9.5 13 4l7 7-4 8.5H7zM9 16.5l8-7",
  export: "M12 4v11m0 0-4.5-4.5M12 15l4.5-4.5M4.5 19.5h15",
};
