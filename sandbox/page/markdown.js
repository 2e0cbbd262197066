/** Turns Markdown into nodes: headings, lists, tables, quotes, fenced code and paragraphs; half-written text is fine. */

import { h } from "./dom.js";
import { codeBlock } from "./code.js";
import { inline, MARKDOWN } from "./inline.js";

const FENCE = /^\s{0,3}(```+|~~~+)\s*([\w+-]*)/;
const HEADING = /^(#{1,6})\s+(\S.*)$/;
const ITEM = /^(\s*)([-*+•]|\d{1,9}[.)])\s+(.*)$/;
const RULE = /^\s{0,3}([-*_])(\s*\1){2,}\s*$/;
const QUOTE = /^\s{0,3}>\s?(.*)$/;
const DEEPEST = 8;

// Each reads its kind of block at the head of `lines` and takes those lines away, or returns nothing.
const READERS = [fence, heading, rule, table, quote, list, paragraph];

/** Returns the nodes of a Markdown text. */
export function markdown(text, depth = 0) {
  const lines = text.split("\n");
  const cursor = { lines, at: 0, depth };
  const nodes = [];
  while (cursor.at < lines.length) {
    if (!lines[cursor.at].trim()) cursor.at++;
    else nodes.push(firstOf(cursor));
  }
  return nodes;
}

function firstOf(cursor) {
  for (const reader of READERS) {
    const node = reader(cursor);
    if (node) return node;
  }
  return null;
}

function fence(cursor) {
  const open = FENCE.exec(cursor.lines[cursor.at]);
  if (!open) return null;
  const body = [];
  for (cursor.at++; cursor.at < cursor.lines.length; cursor.at++) {
    if (cursor.lines[cursor.at].trim().startsWith(open[1])) {
      cursor.at++;
      break;
    }
    body.push(cursor.lines[cursor.at]);
  }
  return codeBlock(body.join("\n"), open[2]);
}

function heading(cursor) {
  const match = HEADING.exec(cursor.lines[cursor.at]);
  if (!match) return null;
  cursor.at++;
  // Headings inside a message rank below the page's own.
  return h(`h${Math.min(match[1].length + 2, 6)}`, {}, inline(match[2].replace(/\s#+$/, ""), MARKDOWN));
}

function rule(cursor) {
  if (!RULE.test(cursor.lines[cursor.at])) return null;
  cursor.at++;
  return h("hr");
}

function table(cursor) {
  const [head, dashes] = cursor.lines.slice(cursor.at, cursor.at + 2);
  if (!head.includes("|") || !isRowOfDashes(dashes)) return null;
  const alignment = cells(dashes).map((cell) => (cell.endsWith(":") ? (cell.startsWith(":") ? "center" : "end") : null));
  const row = (line, tag) => h("tr", {}, cells(line).map((cell, index) => h(tag, { class: alignment[index] }, inline(cell, MARKDOWN))));
  const body = [];
  for (cursor.at += 2; cursor.at < cursor.lines.length && cursor.lines[cursor.at].includes("|"); cursor.at++) {
    body.push(row(cursor.lines[cursor.at], "td"));
  }
  return h("div", { class: "table", tabindex: "0" }, h("table", {}, h("thead", {}, row(head, "th")), h("tbody", {}, body)));
}

function isRowOfDashes(line = "") {
  return line.includes("-") && cells(line).every((cell) => /^:?-+:?$/.test(cell));
}

function cells(line) {
  const inner = line.trim().replace(/^\|/, "").replace(/\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim());
}

function quote(cursor) {
  const body = [];
  for (let match; (match = QUOTE.exec(cursor.lines[cursor.at] ?? "")); cursor.at++) body.push(match[1]);
  if (!body.length) return null;
  const text = body.join("\n");
  return h("blockquote", {}, cursor.depth < DEEPEST ? markdown(text, cursor.depth + 1) : text);
}

function list(cursor) {
  const first = ITEM.exec(cursor.lines[cursor.at]);
  if (!first) return null;
  const ordered = /\d/.test(first[2]);
  const items = [];
  for (let match; (match = ITEM.exec(cursor.lines[cursor.at] ?? "")) && belongs(match, first, ordered); ) {
    cursor.at++;
    items.push(item(match[3], nested(cursor, match[1].length), cursor.depth));
  }
  return ordered ? h("ol", { start: Number.parseInt(first[2], 10) }, items) : h("ul", {}, items);
}

function belongs(match, first, ordered) {
  return match[1].length <= first[1].length + 1 && /\d/.test(match[2]) === ordered && !RULE.test(match[0]);
}

/** Takes the lines indented deeper than an item: its continuation and nested lists. */
function nested(cursor, indent) {
  const body = [];
  for (; cursor.at < cursor.lines.length; cursor.at++) {
    const line = cursor.lines[cursor.at];
    const next = cursor.lines[cursor.at + 1] ?? "";
    if (indentOf(line) <= indent + 1 && (line.trim() || indentOf(next) <= indent + 1)) break;
    body.push(line);
  }
  const margin = Math.min(...body.filter((line) => line.trim()).map(indentOf));
  return body.map((line) => line.slice(margin)).join("\n");
}

function item(words, rest, depth) {
  const box = /^\[([ xX])\]\s+(.*)$/.exec(words);
  const check = box && h("input", { type: "checkbox", disabled: true, checked: box[1] !== " " });
  return h("li", { class: box ? "todo" : null }, check, inline(box ? box[2] : words, MARKDOWN), rest && depth < DEEPEST ? markdown(rest, depth + 1) : rest);
}

function indentOf(line) {
  return line.trim() ? line.length - line.trimStart().length : 0;
}

function paragraph(cursor) {
  const body = [cursor.lines[cursor.at++]];
  while (cursor.at < cursor.lines.length && continues(cursor)) body.push(cursor.lines[cursor.at++]);
  return h("p", {}, body.flatMap((line, index) => [index ? h("br") : null, ...inline(line.trim(), MARKDOWN)]));
}

function continues({ lines, at }) {
  const line = lines[at];
  if (!line.trim()) return false;
  return ![FENCE, HEADING, ITEM, QUOTE, RULE].some((pattern) => pattern.test(line)) && !isRowOfDashes(lines[at + 1]);
}
