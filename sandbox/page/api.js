/** The page's door to the sandbox: requests, and the stream of what happens. */

/** Asks for JSON from /_page/<path>. Throws an Error whose message is the server's sentence. */
export async function get(path, query) {
  return answerOf(await fetch(`/_page/${path}?${new URLSearchParams(query)}`));
}

/** Sends JSON to /_page/<path>; the same errors as `get`. */
export async function send(path, body) {
  const headers = { "Content-Type": "application/json" };
  return answerOf(await fetch(`/_page/${path}`, { method: "POST", headers, body: JSON.stringify(body) }));
}

/**
 * Listens to what happens, as one person sees it; the browser reconnects by itself.
 * @param {string} as The person's id.
 * @param {{onOpen: () => void, onEvent: (event: Object) => void}} listener `onOpen` is called again after a reconnection, when things may have been missed.
 * @returns {EventSource}
 */
export function listen(as, { onOpen, onEvent }) {
  const stream = new EventSource(`/_page/stream?${new URLSearchParams({ as })}`);
  stream.onopen = onOpen;
  stream.onmessage = ({ data }) => onEvent(JSON.parse(data));
  return stream;
}

async function answerOf(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error ?? `The sandbox answered ${response.status}; look at its log.`);
  return body;
}
