/** The two panes with messages: the channel, and beside it the thread. */

import { channelName, directory, nameOf } from "./directory.js";
import { h, morph } from "./dom.js";
import { icon } from "./icons.js";
import { Composer } from "./composer.js";
import { MessageList } from "./list.js";

/** A pane: head, messages, what the bot is doing, and the composer. */
export class Pane {
  /**
   * @param {string} name `channel` or `thread`.
   * @param {string} label What a screen reader calls it.
   * @param {{pace: Object, actions: Object, send: (text: string) => Promise<boolean>}} parts
   */
  constructor(name, label, { pace, actions, send }) {
    this.messages = new MessageList(label, pace, actions);
    this.composer = new Composer(name, send);
    this.head = h("header", { class: "head" });
    this.status = h("div", { class: "status", role: "status" });
    this.element = h("section", { class: `pane ${name}`, "aria-label": label }, this.head, this.messages.element, this.status, this.composer.element);
  }

  /** Brings head and status line up to date. */
  dress(head, status) {
    this.head = morph(this.head, head);
    this.status = morph(this.status, statusLine(status));
  }
}

/** Makes the head of a channel. */
export function channelHead(channel, { back }) {
  return h(
    "header",
    { class: "head" },
    h("button", { class: "plain only-narrow", type: "button", "aria-label": "Back to the channels", onclick: back }, icon("back")),
    h("h2", {}, channel.kind === "dm" ? null : icon("hash"), channelName(channel)),
    h("p", { class: "topic" }, channel.kind === "dm" ? "Ask anything, or say what should change." : channel.topic),
  );
}

/** Makes the head of a thread. */
export function threadHead(channel, { close }) {
  const where = channel.kind === "dm" ? channelName(channel) : `#${channelName(channel)}`;
  return h(
    "header",
    { class: "head" },
    h("button", { class: "plain only-narrow", type: "button", "aria-label": "Back to the channel", onclick: close }, icon("back")),
    h("h2", {}, "Thread"),
    h("p", { class: "topic" }, where),
    h("button", { class: "plain only-wide", type: "button", "aria-label": "Close thread", title: "Close (Esc)", onclick: close }, icon("close")),
  );
}

function statusLine(status) {
  const dots = h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
  return h("div", { class: "status", role: "status" }, status && [dots, h("span", {}, `${nameOf(directory.bot.id)} ${status}`)]);
}
