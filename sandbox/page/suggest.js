/** Suggests how a line could go on: slash commands, their sub-commands, people and channels. */

import { directory } from "./directory.js";
import { mentionable } from "./escape.js";

const MOST = 8;

/**
 * Returns {from, entries: [{insert, label, hint}]} for the text before the caret; no entries if nothing fits.
 * @param {string} text
 * @param {boolean} slash Whether commands work here: they do not in threads.
 */
export function suggest(text, slash) {
  const command = slash && /^\/\S*$/.exec(text);
  if (command) return matching(0, text, directory.commands.map(({ command: name, description }) => entry(name, description)));
  const sub = slash && /^(\/\S+)\s+(.*)$/.exec(text);
  if (sub) return matching(text.length - sub[2].length, sub[2], subcommands(sub[1]));
  const mention = /(?:^|\s)([@#][\p{L}\p{N}_-]*)$/u.exec(text);
  if (mention) return matching(text.length - mention[1].length, mention[1], mentionable().map(({ label, hint }) => entry(label, hint)));
  return { from: text.length, entries: [] };
}

function subcommands(name) {
  const known = directory.commands.find(({ command }) => command === name);
  return (known?.subcommands ?? []).map(({ name: sub, hint }) => entry(sub, hint));
}

function entry(label, hint) {
  return { insert: `${label} `, label, hint };
}

function matching(from, typed, entries) {
  const start = typed.toLowerCase();
  return { from, typed, entries: entries.filter(({ label }) => label.toLowerCase().startsWith(start)).slice(0, MOST) };
}
