/** Shows the workspace: who one is, the channels with what is unread, and the bot. */

import { avatar } from "./avatar.js";
import { channelName, directory, fullNameOf, nameOf, personas } from "./directory.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

/**
 * Makes the sidebar.
 * @param {{channel: string, unread: Set<string>}} view
 * @param {{become: (person: string) => void, open: (channel: string) => void, talk: () => void}} actions
 */
export function sidebar(view, actions) {
  const channels = [...directory.channels.values()];
  return h(
    "nav",
    { class: "sidebar", id: "sidebar", "aria-label": "Workspace" },
    h("header", { class: "workspace" }, h("span", { class: "workspace-mark", "aria-hidden": "true" }, directory.team.name.slice(0, 1)), h("h1", {}, directory.team.name)),
    switcher(actions.become),
    h("h2", {}, "Channels"),
    h("ul", {}, channels.filter(({ kind }) => kind === "channel").map((channel) => entry(channel, view, actions.open))),
    h("h2", {}, "Direct messages"),
    h("ul", {}, directMessages(channels, view, actions)),
  );
}

function switcher(become) {
  const me = directory.people.get(directory.me);
  const choice = (person) => {
    const mine = person.id === directory.me;
    const name = fullNameOf(person.id);
    return h(
      "button",
      { class: "persona", type: "button", role: "radio", "aria-checked": String(mine), title: [name, person.title].filter(Boolean).join(", "), onclick: () => become(person.id) },
      avatar({ ...person, name, app: false }),
      h("span", {}, nameOf(person.id)),
    );
  };
  return h(
    "section",
    { class: "you" },
    h("p", { id: "you-are" }, "You are ", h("strong", {}, fullNameOf(directory.me)), h("span", { class: "title" }, me?.title ?? "")),
    h("div", { class: "personas", role: "radiogroup", "aria-labelledby": "you-are" }, personas().map(choice)),
  );
}

function entry(channel, { channel: current, unread }, open) {
  const here = channel.id === current;
  const news = unread.has(channel.id) && !here;
  return h(
    "li",
    {},
    h(
      "button",
      { class: news ? "place unread" : "place", type: "button", "aria-current": here ? "page" : null, onclick: () => open(channel.id) },
      channel.kind === "dm" ? avatar({ id: directory.bot.id, name: channelName(channel), app: true }, "tiny") : icon("hash"),
      h("span", { class: "place-name" }, channelName(channel)),
      news && h("span", { class: "dot" }, h("span", { class: "unseen" }, "unread")),
    ),
  );
}

/** The bot is always there to be written to, even before there is a conversation. */
function directMessages(channels, view, actions) {
  const known = channels.filter(({ kind }) => kind === "dm");
  if (known.length) return known.map((channel) => entry(channel, view, actions.open));
  return entry({ id: "", kind: "dm", with: directory.bot.id }, view, actions.talk);
}
