/** Shows a list of messages by day, and stays at its end while one reads the newest. */

import { authorOf, directory } from "./directory.js";
import { h, reconcile } from "./dom.js";
import { icon } from "./icons.js";
import { messageRow } from "./message.js";
import { dayOf, momentOf } from "./time.js";

const TOGETHER_SECONDS = 300;
const NEAR_END_PIXELS = 48;

/** A scrolling list of messages. */
export class MessageList {
  #place = "";
  #atEnd = true;

  /**
   * @param {string} label What a screen reader calls it.
   * @param {import("./pace.js").Pace} pace
   * @param {Object} actions As for `messageRow`.
   */
  constructor(label, pace, actions) {
    Object.assign(this, { pace, actions });
    this.list = h("ol", { class: "messages", "aria-label": label, onkeydown: moveFocus });
    this.newer = h("button", { class: "newer", type: "button", hidden: true, onclick: () => this.#toEnd() }, icon("down"), "Newest messages");
    this.scroller = h("div", { class: "scroller" }, this.list);
    this.element = h("div", { class: "list" }, this.scroller, this.newer);
    this.scroller.addEventListener("scroll", () => this.#noteEnd());
    const watch = new ResizeObserver(() => (this.#atEnd ? this.#toEnd() : this.#noteEnd()));
    watch.observe(this.list);
    watch.observe(this.scroller);
  }

  /**
   * Shows messages.
   * @param {string} place Which conversation it is; a new one begins at its end.
   * @param {Object[]} messages Oldest first.
   * @param {Map<string, Object[]>|null} threads Replies by root in a channel; null inside a thread.
   */
  show(place, messages, threads) {
    if (place !== this.#place) this.#atEnd = true;
    this.#place = place;
    const rows = messages.flatMap((message, index) => this.#items(message, messages[index - 1], threads, index));
    if (!threads && messages.length > 1) rows.splice(2, 0, replyCount(messages.length - 1));
    reconcile(this.list, rows);
    if (this.#atEnd) this.#toEnd();
  }

  #items(message, previous, threads, index) {
    const day = previous && dayOf(previous.ts) === dayOf(message.ts) ? [] : [divider(message)];
    const grouped = !day.length && belongsTo(previous, message) && !threads?.get(previous.ts) && (threads !== null || index > 1);
    const shown = message.stream ? this.pace.shown(message) : 0;
    const replies = threads ? (threads.get(message.ts) ?? []) : null;
    const version = [directory.me, message.revision, grouped, shown, replies?.map(({ revision }) => revision)].join(" ");
    const build = () => messageRow(message, { grouped, shown, replies }, this.actions);
    return [...day, { key: message.ts, version, build }];
  }

  #noteEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    this.#atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END_PIXELS;
    this.newer.hidden = this.#atEnd;
  }

  #toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.newer.hidden = true;
  }
}

function belongsTo(previous, message) {
  if (!previous || previous.ephemeral_to || message.ephemeral_to || previous.deleted) return false;
  const near = (momentOf(message.ts) - momentOf(previous.ts)) / 1000 < TOGETHER_SECONDS;
  return near && authorOf(previous).name === authorOf(message).name;
}

function divider({ ts }) {
  const day = dayOf(ts);
  return { key: `day ${day}`, version: day, build: () => h("li", { class: "day", role: "separator" }, h("span", {}, day)) };
}

function replyCount(count) {
  const words = count === 1 ? "1 reply" : `${count} replies`;
  return { key: "replies", version: words, build: () => h("li", { class: "reply-count", role: "separator" }, h("span", {}, words)) };
}

/** Moves from message to message with the arrow keys. */
function moveFocus(event) {
  const row = event.target.closest(".message");
  const step = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" }[event.key];
  if (!row || !step || event.target !== row) return;
  let next = row[step];
  while (next && !next.classList.contains("message")) next = next[step];
  next?.focus();
  event.preventDefault();
}
