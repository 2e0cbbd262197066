/** Shows what an agent is doing: plans, and task cards that turn from a spinner to a check or a cross. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { link } from "./inline.js";
import { markdown } from "./markdown.js";
import { richText } from "./richtext.js";

const LOOKS = {
  pending: { icon: "circle", says: "waiting" },
  in_progress: { icon: "spinner", says: "in progress" },
  complete: { icon: "check", says: "done" },
  error: { icon: "cross", says: "failed" },
};

/** Makes a plan: a title, how far it is, and its tasks. */
export function plan({ title, tasks }) {
  const over = tasks.filter(({ status }) => status === "complete" || status === "error").length;
  const busy = tasks.some(({ status }) => status === "in_progress");
  return h(
    "details",
    { class: "plan", open: true },
    h("summary", {}, busy ? icon("spinner") : icon("spark"), h("span", { class: "plan-title" }, title || "Plan"), h("span", { class: "plan-progress" }, `${over} of ${tasks.length}`), icon("chevron")),
    h("ol", { class: "tasks" }, tasks.map((task) => h("li", {}, taskCard(task)))),
  );
}

/** Makes a task card; what it looked at and what it found unfold. */
export function taskCard(task) {
  const look = LOOKS[task.status] ?? LOOKS.pending;
  const state = h("span", { class: "task-state" }, icon(look.icon), h("span", { class: "unseen" }, `${look.says}: `));
  const title = h("span", { class: "task-title" }, task.title);
  const glance = firstLine(task.output) || firstLine(task.details);
  const heading = [state, h("span", { class: "task-words" }, title, glance && h("span", { class: "task-glance" }, glance))];
  const body = bodyOf(task);
  if (!body.length) return h("div", { class: `task ${task.status}` }, h("div", { class: "task-head" }, heading));
  return h("details", { class: `task ${task.status}` }, h("summary", { class: "task-head" }, heading, icon("chevron")), h("div", { class: "task-body" }, body));
}

function bodyOf({ details, output, sources }) {
  const part = (name, content) => plainText(content) && h("div", { class: `task-${name} prose` }, typeof content === "string" ? markdown(content) : richText(content));
  const pages = (sources ?? []).map((source) => h("li", {}, link(source.url, source.text ?? source.url)));
  return [part("details", details), part("output", output), pages.length ? h("ul", { class: "sources" }, pages) : null].filter(Boolean);
}

function firstLine(content) {
  const words = plainText(content).split("\n").find((line) => line.trim() && !/^\s*(```|~~~)/.test(line)) ?? "";
  return words.trim().replace(/[*_`]{1,2}(\S.*?\S|\S)[*_`]{1,2}/g, "$1");
}

function plainText(content) {
  if (!content) return "";
  if (typeof content === "string") return content;
  return (content.elements ?? []).map((part) => part.text ?? plainText(part)).join("");
}
