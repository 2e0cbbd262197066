/** Slack's encoding of text: the three escaped characters, and the names that become mentions. */

import { directory } from "./directory.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/** Returns text with Slack's entities turned back into characters. */
export function unescapeText(text) {
  return text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);
}

/** Returns what a person typed with the @names and #channels that are known as mentions; the server escapes the rest. */
export function encode(text) {
  const known = new Map(mentionable().map(({ label, encoded }) => [label, encoded]));
  return text.replace(/(^|[\s(])([@#][\p{L}\p{N}_-]+)/gu, (whole, before, name) => {
    const mention = known.get(name.toLowerCase());
    return mention ? before + mention : whole;
  });
}

/** Returns what can be mentioned, as {label: what one types, encoded, hint: who or what it is}. */
export function mentionable() {
  const { people, groups, channels } = directory;
  const entry = (label, encoded, hint) => ({ label: label.toLowerCase(), encoded, hint });
  return [
    ...[...people.values()].map(({ id, name, real_name, title }) => entry(`@${name}`, `<@${id}>`, [real_name, title].filter(Boolean).join(", "))),
    ...[...groups.values()].map(({ id, handle, members }) => entry(`@${handle}`, `<!subteam^${id}>`, `group of ${members.length}`)),
    ...[...channels.values()].filter(({ kind }) => kind === "channel").map(({ id, name, topic }) => entry(`#${name}`, `<#${id}>`, topic)),
  ];
}
