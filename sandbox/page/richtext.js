/** Shows rich_text blocks: sections, lists, quotes and preformatted text with their styled elements. */

import { h } from "./dom.js";
import { codeBlock } from "./code.js";
import { channelName, directory, nameOf } from "./directory.js";
import { emoji } from "./emoji.js";
import { link } from "./inline.js";

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };

/** Returns the nodes of a rich_text block. */
export function richText(block) {
  return (block.elements ?? []).map(part);
}

function part(element) {
  switch (element.type) {
    case "rich_text_list":
      return h(element.style === "ordered" ? "ol" : "ul", { class: `indent-${element.indent ?? 0}`, start: (element.offset ?? 0) + 1 }, element.elements.map((entry) => h("li", {}, words(entry))));
    case "rich_text_quote":
      return h("blockquote", {}, words(element));
    case "rich_text_preformatted":
      return codeBlock(element.elements.map((entry) => entry.text ?? entry.url ?? "").join(""), element.language);
    default:
      return h("p", {}, words(element));
  }
}

function words({ elements = [] }) {
  return elements.map((element) => styled(word(element), element.style));
}

function word(element) {
  const mention = (text) => h("span", { class: "mention" }, text);
  switch (element.type) {
    case "link":
      return link(element.url, element.text ?? element.url);
    case "emoji":
      return h("span", { class: "emoji", title: element.name }, emoji(element.name));
    case "user":
      return mention(`@${nameOf(element.user_id)}`);
    case "usergroup":
      return mention(`@${directory.groups.get(element.usergroup_id)?.handle ?? element.usergroup_id}`);
    case "channel":
      return mention(`#${directory.channels.has(element.channel_id) ? channelName(directory.channels.get(element.channel_id)) : element.channel_id}`);
    case "broadcast":
      return mention(`@${element.range}`);
    case "date":
      return h("time", {}, element.fallback ?? new Date(element.timestamp * 1000).toLocaleString());
    default:
      return lines(element.text ?? "");
  }
}

function lines(text) {
  return text.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));
}

function styled(content, style = {}) {
  const tags = Object.entries(STYLES).filter(([name]) => style[name]);
  return tags.reduce((inner, [, tag]) => h(tag, {}, inner), content);
}
