/** Shows attachments: the colored bar beside an alert's title, words and fields. */

import { h } from "./dom.js";
import { renderBlocks } from "./blocks.js";
import { link } from "./inline.js";
import { mrkdwn } from "./mrkdwn.js";

const NAMED_COLORS = { good: "#2eb67d", warning: "#daa038", danger: "#e01e5a" };

/** Returns the elements of a list of attachments. */
export function renderAttachments(attachments, act) {
  return (attachments ?? []).map((attachment) => {
    const color = barColor(attachment.color);
    return h("div", { class: "attachment", style: color ? { "--bar": color } : null }, attachment.blocks?.length ? renderBlocks(attachment.blocks, act) : classic(attachment));
  });
}

function classic({ pretext, author_name, title, title_link, text, fallback, fields, image_url, footer, ts }) {
  return [
    pretext && h("div", { class: "prose" }, mrkdwn(pretext)),
    author_name && h("div", { class: "muted" }, author_name),
    title && h("div", { class: "attachment-title" }, title_link ? link(title_link, title) : title),
    (text || (!title && fallback)) && h("div", { class: "prose" }, mrkdwn(text || fallback)),
    fields?.length && h("dl", { class: "fields" }, fields.map(field)),
    /^https?:/.test(image_url ?? "") && h("img", { src: image_url, alt: "", loading: "lazy" }),
    (footer || ts) && h("div", { class: "muted" }, [footer, ts && new Date(ts * 1000).toLocaleString()].filter(Boolean).join(" · ")),
  ];
}

function field({ title, value, short }) {
  return h("div", { class: short ? "field" : "field wide" }, h("dt", {}, title), h("dd", {}, mrkdwn(String(value ?? ""))));
}

function barColor(color) {
  if (Object.hasOwn(NAMED_COLORS, color ?? "")) return NAMED_COLORS[color];
  return /^#?[0-9a-f]{6}$/i.test(color ?? "") ? `#${color.replace("#", "")}` : null;
}
