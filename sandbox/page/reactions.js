/** Shows the reactions of a message, and the bar that offers more. */

import { directory, nameOf } from "./directory.js";
import { h } from "./dom.js";
import { emoji, OFFERED } from "./emoji.js";
import { icon } from "./icons.js";

const spoken = (name) => name.replaceAll("_", " ");

/** Returns the row of reactions; a click adds or takes back one's own. */
export function reactionRow(message, react) {
  if (!message.reactions?.length) return null;
  return h("div", { class: "reactions" }, message.reactions.map(({ name, users }) => {
    const mine = users.includes(directory.me);
    const who = users.map(nameOf).join(", ");
    const label = `${spoken(name)}, ${users.length}: ${who}`;
    return h(
      "button",
      { class: mine ? "reaction mine" : "reaction", type: "button", title: `${who} reacted with :${name}:`, "aria-label": label, "aria-pressed": String(mine), onclick: () => react(name, mine) },
      h("span", { class: "emoji" }, emoji(name)),
      h("span", { class: "count" }, users.length),
    );
  }));
}

/** Returns the bar over a message: reactions to add, and a way to reply. */
export function toolbar({ react, reply }) {
  const offer = (name) => h("button", { type: "button", title: `React with :${name}:`, "aria-label": `React with ${spoken(name)}`, onclick: () => react(name, false) }, emoji(name));
  const answer = reply && h("button", { type: "button", title: "Reply in thread", "aria-label": "Reply in thread", onclick: reply }, icon("reply"));
  return h("div", { class: "toolbar", role: "group", "aria-label": "Message actions" }, OFFERED.map(offer), answer);
}
