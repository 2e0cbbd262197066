/** The page's icons, drawn as strokes in a square of 20 units. */

import { s } from "./dom.js";

const PATHS = {
  back: "M12 4.5 6.5 10l5.5 5.5",
  check: "M4.5 10.5 8.5 14.5 15.5 6",
  chevron: "M7.5 5.5 12 10l-4.5 4.5",
  circle: "M10 4a6 6 0 1 1 0 12 6 6 0 0 1 0-12Z",
  close: "M5.5 5.5l9 9M14.5 5.5l-9 9",
  copy: "M7.5 7.5V4.5h8v8h-3M4.5 7.5h8v8h-8z",
  cross: "M6.5 6.5l7 7M13.5 6.5l-7 7",
  down: "M10 4.5v11M5.5 11l4.5 4.5L14.5 11",
  eye: "M2.5 10S5.2 5 10 5s7.5 5 7.5 5-2.7 5-7.5 5-7.5-5-7.5-5ZM10 8a2 2 0 1 1 0 4 2 2 0 0 1 0-4Z",
  file: "M6 3.5h5.5L15 7v9.5H6zM11.5 3.5V7H15",
  hash: "M8 3.5 6.5 16.5M13.5 3.5 12 16.5M4 7.5h13M3 12.5h13",
  more: "M5 10h.01M10 10h.01M15 10h.01",
  reply: "M4 5.5h12v8H9.5L6 16.5v-3H4z",
  send: "M4 10 3.5 4 17 10 3.5 16zM4 10h6",
  spinner: "M10 3.5a6.5 6.5 0 1 1-6.5 6.5",
  spark: "M10 3v4M10 13v4M3 10h4M13 10h4M5.2 5.2l2.6 2.6M12.2 12.2l2.6 2.6M14.8 5.2l-2.6 2.6M7.8 12.2l-2.6 2.6",
  stop: "M6 6h8v8H6z",
};

/** Makes an icon; it says nothing to a screen reader, the element around it does. */
export function icon(name) {
  return s("svg", { class: `icon icon-${name}`, viewBox: "0 0 20 20", "aria-hidden": "true" }, s("path", { d: PATHS[name] }));
}
