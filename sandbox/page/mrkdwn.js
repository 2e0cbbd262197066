/** Turns Slack's mrkdwn into nodes: fenced code, quotes and lines. */

import { h } from "./dom.js";
import { codeBlock } from "./code.js";
import { inline, SLACK } from "./inline.js";
import { unescapeText } from "./escape.js";

/** Returns the nodes of a text in mrkdwn. */
export function mrkdwn(text) {
  return text.split("```").flatMap((part, index) => {
    if (index % 2) return [codeBlock(unescapeText(part.replace(/^\n/, "")))];
    return prose(index ? part.replace(/^\n/, "") : part);
  });
}

/** Returns the nodes of a text object of Block Kit, mrkdwn or plain. */
export function textObject(object) {
  if (!object) return [];
  if (typeof object === "string") return mrkdwn(object);
  return object.type === "mrkdwn" ? mrkdwn(object.text ?? "") : inline(object.text ?? "", { atoms: SLACK.atoms.filter(([kind]) => kind === "emoji"), marks: [] });
}

function prose(text) {
  const nodes = [];
  for (const { quoted, lines } of runs(text.split("\n"))) {
    const content = lines.flatMap((line, index) => [index ? h("br") : null, ...inline(line, SLACK)]);
    if (quoted) nodes.push(h("blockquote", {}, content));
    else nodes.push(...content.filter(Boolean));
  }
  return nodes;
}

/** Groups lines into runs of quoted and unquoted ones. */
function runs(lines) {
  const groups = [];
  for (const line of lines) {
    const quoted = /^(&gt;|>) ?/.test(line);
    const words = quoted ? line.replace(/^(&gt;|>) ?/, "") : line;
    const last = groups[groups.length - 1];
    if (last?.quoted === quoted) last.lines.push(words);
    else groups.push({ quoted, lines: [words] });
  }
  return groups;
}
