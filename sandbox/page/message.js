/** Shows one message: who, when, what, reactions and the way into its thread. */

import { renderAttachments } from "./attachments.js";
import { avatar } from "./avatar.js";
import { renderBlocks } from "./blocks.js";
import { authorOf } from "./directory.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { mrkdwn } from "./mrkdwn.js";
import { reactionRow, toolbar } from "./reactions.js";
import { renderStream } from "./stream.js";
import { dayAndTimeOf, fullTimeOf, timeOf } from "./time.js";

/**
 * Makes a message's row.
 * @param {Object} message
 * @param {Object} look {grouped: follows one of the same author, shown: visible characters of a stream, replies: the thread below, or null inside one}
 * @param {Object} actions {click, react, open, stop}: what a person can do, each with the message first.
 */
export function messageRow(message, { grouped, shown, replies }, actions) {
  const author = authorOf(message);
  const only = message.ephemeral_to ? "ephemeral" : "";
  return h(
    "li",
    { class: ["message", grouped ? "grouped" : "", only].filter(Boolean).join(" "), tabindex: "-1", "data-ts": message.ts, "aria-label": `${author.name}, ${timeOf(message.ts)}` },
    h("div", { class: "gutter" }, grouped ? moment(message) : avatar(author)),
    h("div", { class: "content" }, only && onlyYou(), grouped ? null : byline(author, message), body(message, shown, actions), foot(message, replies, actions)),
    message.deleted || only ? null : toolbar({ react: (name, remove) => actions.react(message, name, remove), reply: replies && (() => actions.open(message)) }),
  );
}

function onlyYou() {
  return h("div", { class: "only-you" }, icon("eye"), "Only visible to you");
}

function byline(author, message) {
  const badge = author.app && h("span", { class: "badge" }, "APP");
  return h("div", { class: "byline" }, h("strong", { class: "author" }, author.name), badge, moment(message));
}

function moment({ ts }) {
  return h("time", { title: fullTimeOf(ts) }, timeOf(ts));
}

function body(message, shown, actions) {
  if (message.deleted) return h("div", { class: "body muted" }, "This message was deleted.");
  const act = (action) => actions.click(message, action);
  return h(
    "div",
    { class: "body" },
    message.stream && renderStream(message, { shown, act, stop: () => actions.stop(message) }),
    message.blocks?.length ? renderBlocks(message.blocks, act) : null,
    !message.stream && !message.blocks?.length && message.text && h("div", { class: "prose" }, mrkdwn(message.text)),
    message.edited && !message.stream ? h("span", { class: "edited" }, "(edited)") : null,
    renderAttachments(message.attachments, act),
    (message.files ?? []).map(file),
  );
}

function file({ name, title, alt_txt, mimetype, url_private, permalink, size }) {
  const address = url_private ?? permalink ?? "";
  const safe = /^(https?:|\/)/.test(address) ? address : null;
  if (safe && mimetype?.startsWith("image/")) return h("figure", {}, h("img", { src: safe, alt: alt_txt || (title ?? name), loading: "lazy" }));
  const weight = size ? h("span", { class: "muted" }, ` ${Math.ceil(size / 1024)} kB`) : null;
  return h("a", { class: "file", href: safe, target: "_blank", rel: "noopener noreferrer" }, icon("file"), h("span", {}, title ?? name), weight);
}

function foot(message, replies, actions) {
  return [reactionRow(message, (name, mine) => actions.react(message, name, mine)), replies?.length ? threadLine(message, replies, actions) : null];
}

function threadLine(message, replies, actions) {
  const authors = new Map(replies.map((reply) => [authorOf(reply).name, authorOf(reply)]));
  const count = replies.length === 1 ? "1 reply" : `${replies.length} replies`;
  const working = replies.some(({ stream }) => stream?.state === "streaming");
  return h(
    "button",
    { class: "thread-line", type: "button", onclick: () => actions.open(message) },
    [...authors.values()].slice(0, 4).map((author) => avatar(author, "tiny")),
    h("strong", {}, count),
    h("span", { class: "muted" }, working ? "working now …" : `Last reply ${dayAndTimeOf(replies.at(-1).ts)}`),
    icon("chevron"),
  );
}
