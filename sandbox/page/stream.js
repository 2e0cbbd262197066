/** Shows a message while an agent writes it: the plan and its tasks, the words so far, and a button that stops it. */

import { renderBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { markdown } from "./markdown.js";
import { upTo } from "./pace.js";
import { plan, taskCard } from "./tasks.js";

/** Returns the elements of a stream, as far as it should be visible. */
export function renderStream(message, { shown, act, stop }) {
  const { items, display_mode, plan_title, state } = message.stream;
  const visible = upTo(items, shown);
  const busy = state === "streaming";
  return [
    h("div", { class: busy ? "stream busy" : "stream" }, display_mode === "plan" ? asPlan(visible, plan_title, act) : asTimeline(visible, act)),
    busy && h("button", { class: "button stop", type: "button", onclick: stop }, icon("stop"), "Stop"),
  ];
}

function asPlan(items, title, act) {
  const tasks = items.filter((item) => item.type === "task");
  const words = items.filter((item) => item.type !== "task");
  return [tasks.length || title ? plan({ title, tasks }) : null, words.map((item) => piece(item, act))];
}

function asTimeline(items, act) {
  return items.map((item) => piece(item, act));
}

function piece(item, act) {
  if (item.type === "task") return taskCard(item);
  if (item.type === "blocks") return renderBlocks(item.blocks, act);
  return h("div", { class: "prose words" }, markdown(item.text));
}
