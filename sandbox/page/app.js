/** Starts the page and keeps it true: what happens comes in, what the person does goes out, and the views follow. */

import { get, listen, send } from "./api.js";
import { Conversations } from "./conversations.js";
import { authorOf, channelName, directory, learn, nameOf } from "./directory.js";
import { h, morph } from "./dom.js";
import { encode } from "./escape.js";
import { Modals } from "./modal.js";
import { announce, attempt, note } from "./notice.js";
import { Pace } from "./pace.js";
import { channelHead, Pane, threadHead } from "./panes.js";
import { markRead, marksOf } from "./reading.js";
import { paneOf, readRoute, writeRoute } from "./route.js";
import { sidebar } from "./sidebar.js";

const LOOK_FOR_BOT_SECONDS = 5;

const conversations = new Conversations();
const statuses = new Map();
const pace = new Pace(() => soon());
let route = readRoute();
let stream = null;
let asked = false;

const actions = {
  click: (message, action) => press({ channel: message.channel, ts: message.ts, ...action }),
  react: (message, name, remove) => attempt(() => send("react", { as: route.as, channel: message.channel, ts: message.ts, name, remove })),
  stop: (message) => attempt(() => send("stop", { as: route.as, channel: message.channel, thread_ts: message.thread_ts ?? message.ts })),
  open: (message) => go({ thread: message.ts, list: "" }),
};
const modals = new Modals({
  submit: (view, values) => attempt(() => send("modal", { as: route.as, view_id: view.id, action: "submit", values })),
  close: (view) => attempt(() => send("modal", { as: route.as, view_id: view.id, action: "close", values: {} })),
  click: (view, action) => press({ view_id: view.id, ...action }),
});
const channelPane = new Pane("channel", "Messages", { pace, actions, send: (text) => say(text, "") });
const threadPane = new Pane("thread", "Thread", { pace, actions, send: (text) => say(text, route.thread) });

/** Becomes a person: learns what they see, and listens as them. */
async function become(person) {
  stream?.close();
  route = { ...route, as: person };
  const state = await get("state", { as: person });
  learn(state);
  for (const { channel, thread_ts, status } of state.statuses ?? []) statuses.set(`${channel} ${thread_ts}`, status);
  if (!directory.channels.has(route.channel)) route = { ...route, channel: directory.channels.keys().next().value, thread: "" };
  stream = listen(person, { onOpen: () => attempt(reload), onEvent: happened });
}

async function reload() {
  const channels = [...directory.channels.keys()];
  const loaded = await Promise.all(channels.map((channel) => get("messages", { channel, as: route.as })));
  loaded.forEach(({ messages }, index) => conversations.load(channels[index], messages));
  document.body.dataset.ready = route.as;
  soon();
}

function happened(event) {
  switch (event.type) {
    case "message":
      tell(event);
      conversations.put(event.channel, event.message);
      break;
    case "delete":
      conversations.remove(event.channel, event.ts);
      break;
    case "channel":
      directory.channels.set(event.channel.id, event.channel);
      break;
    case "status":
      statuses.set(`${event.channel} ${event.thread_ts}`, event.status);
      break;
    case "modal":
      modals.show(event.view);
      break;
    case "modal_closed":
      modals.close(event.view_id);
      break;
  }
  soon();
}

/** Has a screen reader say what is new; words still being written are said when they are all there. */
function tell({ channel, message }) {
  const known = conversations.find(channel, message.ts);
  const finished = known?.stream?.state === "streaming" && message.stream?.state !== "streaming";
  if ((known && !finished) || message.user === route.as || message.deleted) return;
  announce(`${authorOf(message).name}: ${message.stream?.state === "streaming" ? "is writing" : message.text.slice(0, 300)}`);
}

async function say(text, thread) {
  const place = { as: route.as, channel: route.channel };
  if (text.startsWith("/") && thread) {
    note("Slash commands do not work in threads; say it in words here, or use the command in the channel.");
    return false;
  }
  if (text.startsWith("/")) return command(text, place);
  return Boolean(await attempt(() => send("post", { ...place, text: encode(text), thread_ts: thread || undefined })));
}

async function press(what) {
  const answer = await attempt(() => send("click", { as: route.as, ...what }));
  if (answer && !answer.ok) noteSilence();
}

function noteSilence() {
  note(`${nameOf(directory.bot.id)} did not answer within three seconds; is it running?`);
}

async function command(text, place) {
  const answer = await attempt(() => send("slash", { ...place, text }));
  if (answer && !answer.ok) noteSilence();
  return Boolean(answer?.ok);
}

async function talkToBot() {
  const answer = await attempt(() => send("dm", { as: route.as, user: directory.bot.id }));
  if (answer) await attempt(() => become(route.as));
  if (answer) go({ channel: answer.channel, thread: "", list: "" });
}

function go(changes) {
  route = { ...route, ...changes };
  writeRoute(route);
  soon();
}

/** Draws once before the next frame, however much has changed. */
function soon() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    draw();
  });
}

function draw() {
  const channel = directory.channels.get(route.channel);
  if (!channel) return;
  if (route.thread === "latest") settleLatest();
  markRead(route.as, channel.id, conversations.newestFromOthers(channel.id, route.as));
  drawSidebar();
  drawChannel(channel);
  drawThread(channel);
  document.body.dataset.pane = paneOf(route);
  document.title = `${channel.kind === "dm" ? "" : "#"}${channelName(channel)}, ${directory.team.name}`;
}

function settleLatest() {
  const thread = conversations.latestThread(route.channel);
  if (!thread) return;
  route = { ...route, thread };
  writeRoute(route, false);
}

function drawSidebar() {
  const marks = marksOf(route.as);
  const unread = new Set([...directory.channels.keys()].filter((id) => conversations.newestFromOthers(id, route.as) > (marks[id] ?? "")));
  const open = (channel) => go({ channel, thread: "", list: "" });
  const pretend = (person) => attempt(() => become(person)).then(() => writeRoute(route));
  morph(document.getElementById("sidebar"), sidebar({ channel: route.channel, unread }, { become: pretend, open, talk: talkToBot }));
  morph(document.getElementById("banner"), banner());
}

function drawChannel(channel) {
  const name = channelName(channel);
  channelPane.dress(channelHead(channel, { back: () => go({ list: "1" }) }), "");
  channelPane.messages.show(channel.id, conversations.roots(channel.id), conversations.threads(channel.id));
  channelPane.composer.point(channel.id, `Message ${channel.kind === "dm" ? name : `#${name}`} as ${nameOf(route.as)}`, true);
}

function drawThread(channel) {
  const root = conversations.find(channel.id, route.thread);
  threadPane.element.hidden = !root;
  document.body.classList.toggle("with-thread", Boolean(root));
  if (!root) return;
  const place = `${channel.id} ${root.ts}`;
  threadPane.dress(threadHead(channel, { close: closeThread }), statuses.get(place) ?? "");
  threadPane.messages.show(place, [root, ...conversations.replies(channel.id, root.ts)], null);
  threadPane.composer.point(place, `Reply as ${nameOf(route.as)}`, false);
}

function banner() {
  const words = directory.connected ? `Sandbox company · ${nameOf(directory.bot.id)} is connected` : "Sandbox company · no bot yet: python -m bot";
  return h("p", { id: "banner", class: directory.connected ? "banner" : "banner alone" }, words);
}

function closeThread() {
  go({ thread: "" });
}

async function lookForBot() {
  if (document.hidden) return;
  const { connected } = await get("state", { as: route.as });
  if (connected !== directory.connected) soon();
  directory.connected = connected;
}

document.getElementById("panes").append(channelPane.element, threadPane.element);
document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape" && route.thread && !document.querySelector("dialog[open]")) closeThread();
});
window.addEventListener("popstate", async () => {
  const before = route.as;
  route = readRoute();
  if (route.as !== before) await attempt(() => become(route.as));
  soon();
});
setInterval(() => lookForBot().catch(() => {}), LOOK_FOR_BOT_SECONDS * 1000);
await attempt(() => become(route.as));
