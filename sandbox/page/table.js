/** Shows table blocks; they scroll by themselves when they are wide. */

import { h } from "./dom.js";
import { richText } from "./richtext.js";

/** Makes a table; the first row is its head, as in Slack. */
export function tableBlock(block) {
  const [head, ...body] = block.rows ?? [];
  const settings = block.column_settings ?? [];
  const row = (cells, tag) => h("tr", {}, cells.map((cell, index) => h(tag, { class: classOf(settings[index]) }, content(cell))));
  return h("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Table" }, h("table", {}, head && h("thead", {}, row(head, "th")), h("tbody", {}, body.map((cells) => row(cells, "td")))));
}

function content(cell) {
  return cell.type === "rich_text" ? richText(cell) : String(cell.text ?? cell.value ?? "");
}

function classOf(setting) {
  const align = { center: "center", right: "end" }[setting?.align];
  return [align, setting?.is_wrapped ? "wrapped" : null].filter(Boolean).join(" ") || null;
}
