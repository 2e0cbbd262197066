/** Shows who somebody is at a glance: initials on their color; apps are square. */

import { directory } from "./directory.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

/** Makes the avatar of {id, name, color, app}. */
export function avatar({ id, name, color, app }, size = "") {
  const ours = app && id === directory.bot.id;
  const shape = ["avatar", size, app ? "app" : "", ours ? "ours" : ""].filter(Boolean).join(" ");
  return h("span", { class: shape, style: { "--color": cssColor(color) }, "aria-hidden": "true" }, ours ? icon("spark") : initials(name));
}

function initials(name) {
  const words = name.replace(/[^\p{L}\p{N}\s]/gu, "").split(/\s+|(?<=\p{Ll})(?=\p{Lu})/u).filter(Boolean);
  return words.slice(0, 2).map((word) => [...word][0]).join("").toUpperCase() || "?";
}

function cssColor(color) {
  return /^#?[0-9a-f]{6}$/i.test(color ?? "") ? `#${color.replace("#", "")}` : "#5c5b66";
}
