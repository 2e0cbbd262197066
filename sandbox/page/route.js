/** Where the person is looking, kept in the address: who they are, the channel, the thread. */

const START = { as: "U0BEN0001", channel: "C0INCIDEN", thread: "", list: "" };

/** Reads the address. */
export function readRoute() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  return Object.fromEntries(Object.entries(START).map(([name, value]) => [name, wanted.get(name) ?? value]));
}

/** Changes the address; `step` false leaves no step to go back to. */
export function writeRoute(route, step = true) {
  const told = Object.entries(route).filter(([, value]) => value);
  const address = `#${new URLSearchParams(told)}`;
  if (address === location.hash) return;
  if (step) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
}

/** Names the one pane a narrow window shows. */
export function paneOf(route) {
  if (route.list) return "list";
  return route.thread ? "thread" : "channel";
}
