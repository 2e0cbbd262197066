/** Who and what the workspace has, by id: people, channels, groups and the bot. */

const APP_COLORS = ["#0b7285", "#7048e8", "#a61e4d", "#2b6a4d", "#8a4b08", "#364fc7"];

/** The workspace as last told by the server. */
export const directory = {
  me: "",
  team: { id: "", name: "" },
  people: new Map(),
  channels: new Map(),
  groups: new Map(),
  bot: { id: "", name: "" },
  commands: [],
  connected: false,
};

/** Takes in the answer of GET /_page/state. */
export function learn(state) {
  const byId = (list) => new Map((list ?? []).map((entry) => [entry.id, entry]));
  const { me, team, bot, commands, connected } = state;
  Object.assign(directory, { me, team, bot, commands, connected });
  directory.people = byId(state.people);
  directory.channels = byId(state.channels);
  directory.groups = byId(state.groups);
}

/** Returns the people one can be. */
export function personas() {
  return [...directory.people.values()].filter((person) => !person.bot);
}

/** Returns a person's first name, or the id of somebody unknown. */
export function nameOf(id) {
  return fullNameOf(id).split(" ")[0];
}

/** Returns a person's whole name, or the id of somebody unknown. */
export function fullNameOf(id) {
  const person = directory.people.get(id);
  return person?.real_name || person?.name || (id === directory.bot.id ? directory.bot.name : id);
}

/** Returns the name a channel is listed under: its own, or that of the other person. */
export function channelName(channel) {
  return channel.kind === "dm" ? nameOf(otherIn(channel)) : channel.name;
}

/** Returns the id of the person (or bot) at the other end of a direct message. */
export function otherIn(channel) {
  const others = [channel.with ?? []].flat().filter((id) => id !== directory.me);
  return others[0] ?? directory.bot.id;
}

/** Returns who wrote a message: {id, name, color, app}. */
export function authorOf(message) {
  const person = directory.people.get(message.user);
  if (person && !person.bot) return { id: person.id, name: fullNameOf(person.id), color: person.color, app: false };
  if (person) return { id: person.id, name: fullNameOf(person.id), color: person.color, app: true };
  const name = message.username || fullNameOf(message.user ?? message.bot_id ?? "");
  return { id: message.bot_id ?? message.user, name, color: colorOf(name), app: true };
}

function colorOf(name) {
  const sum = [...name].reduce((total, letter) => total + letter.codePointAt(0), 0);
  return APP_COLORS[sum % APP_COLORS.length];
}
