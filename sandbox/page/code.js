/** Shows a block of code, with the added and removed lines of a diff in color and a button that copies it. */

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** Makes a code block. A diff is recognized by its language or by its lines. */
export function codeBlock(text, language = "") {
  const lines = text.replace(/\n$/, "").split("\n");
  const colored = language === "diff" || (!language && looksLikeDiff(lines));
  return h(
    "div",
    { class: "code-block" },
    h("pre", { tabindex: "0", "aria-label": colored ? "Diff" : "Code" }, h("code", {}, colored ? lines.map(diffLine) : lines.join("\n"))),
    h("button", { class: "copy", type: "button", title: "Copy", "aria-label": "Copy code", onclick: (event) => copy(event, text) }, icon("copy")),
  );
}

function looksLikeDiff(lines) {
  const marked = lines.filter((line) => /^[+-]/.test(line));
  return marked.length > 0 && lines.every((line) => /^([+\- @]|$)/.test(line));
}

function diffLine(line) {
  const kind = /^(@@|\+\+\+ |--- )/.test(line) ? "range" : { "+": "added", "-": "removed" }[line[0]];
  return h("span", { class: kind ? `line ${kind}` : "line" }, `${line}\n`);
}

async function copy({ currentTarget: button }, text) {
  await navigator.clipboard.writeText(text);
  button.replaceChildren(icon("check"));
  setTimeout(() => button.replaceChildren(icon("copy")), 1500);
}
