/** Turns a line of text into nodes: emphasis, code, links, mentions and emoji, for either of Slack's two dialects. */

import { h } from "./dom.js";
import { channelName, directory, nameOf } from "./directory.js";
import { emoji } from "./emoji.js";
import { unescapeText } from "./escape.js";

const SHARED = [
  ["code", /`([^`\n]+)`/y],
  ["angle", /<([^<>\n]+)>/y],
  ["emoji", /:([a-z0-9_+-]{1,50}(?:::skin-tone-[2-6])?):/y],
  ["url", /https?:\/\/[^\s<>*`|]*[^\s<>*`|.,;:!?'")\]]/y],
  ["entity", /&(?:amp|lt|gt);/y],
];

/**
 * The dialects: what may stand in a line besides words, and which marks emphasize.
 * A mark that `hugs` does so only between words, as `_` in snake_case must not.
 */
export const SLACK = {
  atoms: [...SHARED],
  marks: [["*", "strong", true], ["_", "em", true], ["~", "s", true]],
};
export const MARKDOWN = {
  atoms: [
    ["escape", /\\([\\`*_{}[\]()#+\-.!|~<>])/y],
    ["link", /!?\[((?:[^[\]\n]|\[[^[\]\n]*\]){1,500})\]\(((?:[^()\s]|\([^()\s]*\))+)(?: "[^"\n]*")?\)/y],
    ...SHARED,
  ],
  marks: [["**", "strong", false], ["__", "strong", true], ["~~", "s", false], ["*", "em", false], ["_", "em", true]],
};

// Runs of characters that begin nothing are taken at once; `h` may begin an address.
const ORDINARY = /[^`<:&\\[!*_~h]+/y;
// Marks that are opened and never closed may not pile up.
const MOST_OPEN = 12;

/** Returns the nodes of a piece of text. Takes time linear in its length, whatever it holds. */
export function inline(text, dialect) {
  const stack = [{ mark: null, nodes: [] }];
  let plain = "";
  const flush = () => {
    if (plain) top(stack).nodes.push(document.createTextNode(plain));
    plain = "";
  };
  for (let at = 0; at < text.length; ) {
    const found = ordinary(text, at) ?? atomAt(text, at, dialect) ?? markAt(text, at, dialect) ?? { length: 1, plain: text[at] };
    at += found.length;
    plain += found.plain ?? "";
    if (found.plain !== undefined) continue;
    flush();
    if (found.node) top(stack).nodes.push(found.node);
    else place(stack, found);
  }
  flush();
  while (stack.length > 1) giveUp(stack);
  return stack[0].nodes;
}

/** Makes a link that leaves the page, or plain words if the address is not one a browser should open. */
export function link(address, ...words) {
  if (!/^(https?:|mailto:)/i.test(address)) return h("span", {}, words);
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, words);
}

const top = (stack) => stack[stack.length - 1];

function ordinary(text, at) {
  ORDINARY.lastIndex = at;
  const match = ORDINARY.exec(text);
  return match && { length: match[0].length, plain: match[0] };
}

function atomAt(text, at, dialect) {
  for (const [kind, pattern] of dialect.atoms) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return { length: match[0].length, ...atom(kind, match, dialect) };
  }
  return null;
}

function atom(kind, [whole, first, second], dialect) {
  switch (kind) {
    case "escape":
      return { plain: first };
    case "entity":
      return { plain: unescapeText(whole) };
    case "code":
      return { node: h("code", {}, unescapeText(first)) };
    case "link":
      return { node: link(unescapeText(second), inline(first, { ...dialect, atoms: dialect.atoms.filter(([name]) => name !== "link") })) };
    case "url":
      return { node: link(unescapeText(whole), unescapeText(whole)) };
    case "emoji":
      return emoji(first) === whole ? { plain: whole } : { node: h("span", { class: "emoji", title: whole }, emoji(first)) };
    default:
      return angle(first, whole);
  }
}

function angle(inside, whole) {
  const [target, label] = inside.split(/\|(.*)/s);
  const mention = (words, mine = false) => ({ node: h("span", { class: mine ? "mention mine" : "mention" }, words) });
  if (target.startsWith("@")) return mention(`@${nameOf(target.slice(1))}`, target.slice(1) === directory.me);
  if (target.startsWith("#")) return mention(`#${channelLabel(target.slice(1), label)}`);
  if (target.startsWith("!subteam^")) return mention(`@${groupHandle(target.slice(9), label)}`, isMine(target.slice(9)));
  if (target.startsWith("!date^")) return { node: h("time", {}, label ?? target) };
  if (target.startsWith("!")) return mention(`@${label ?? target.slice(1)}`, true);
  if (/^(https?:|mailto:)/i.test(target)) return { node: link(unescapeText(target), unescapeText(label ?? target.replace(/^mailto:/, ""))) };
  return { plain: whole };
}

function channelLabel(id, label) {
  const channel = directory.channels.get(id);
  return channel ? channelName(channel) : label || id;
}

function groupHandle(id, label) {
  return directory.groups.get(id)?.handle ?? label?.replace(/^@/, "") ?? id;
}

function isMine(group) {
  return directory.groups.get(group)?.members?.includes(directory.me) ?? false;
}

function markAt(text, at, { marks }) {
  for (const [mark, tag, hugs] of marks) {
    if (!text.startsWith(mark, at)) continue;
    const before = text[at - 1] ?? " ";
    const after = text[at + mark.length] ?? " ";
    const opens = !/\s/.test(after) && !(hugs && /[\p{L}\p{N}]/u.test(before));
    const closes = !/\s/.test(before) && !(hugs && /[\p{L}\p{N}]/u.test(after));
    return opens || closes ? { length: mark.length, mark, tag, opens, closes } : null;
  }
  return null;
}

/** Closes the open mark of the same kind, or opens one; marks left open inside become words again. */
function place(stack, { mark, tag, opens, closes }) {
  if (closes && stack.some((level) => level.mark === mark)) {
    while (top(stack).mark !== mark) giveUp(stack);
    const { nodes } = stack.pop();
    top(stack).nodes.push(nodes.length ? h(tag, {}, nodes) : document.createTextNode(mark + mark));
  } else if (opens && stack.length < MOST_OPEN) stack.push({ mark, nodes: [] });
  else top(stack).nodes.push(document.createTextNode(mark));
}

function giveUp(stack) {
  const { mark, nodes } = stack.pop();
  const target = top(stack).nodes;
  target.push(document.createTextNode(mark));
  for (const node of nodes) target.push(node);
}
