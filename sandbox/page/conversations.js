/** The messages of every channel, kept by timestamp, and what the views ask of them. */

/** All conversations one person can see. */
export class Conversations {
  #channels = new Map();
  #changes = 0;

  /** Replaces what is known of a channel. */
  load(channel, messages) {
    this.#channels.set(channel, new Map());
    for (const message of messages) this.put(channel, message);
  }

  /** Takes in a new or changed message. */
  put(channel, message) {
    if (!this.#channels.has(channel)) this.#channels.set(channel, new Map());
    this.#channels.get(channel).set(message.ts, { ...message, channel, revision: ++this.#changes });
  }

  /** Returns a message, or undefined. */
  find(channel, ts) {
    return this.#channels.get(channel)?.get(ts);
  }

  /** Forgets a message. */
  remove(channel, ts) {
    this.#channels.get(channel)?.delete(ts);
  }

  /** Returns the messages of a channel that are not replies, oldest first. */
  roots(channel) {
    return this.#all(channel).filter((message) => !isReply(message) && (!message.deleted || this.replies(channel, message.ts).length));
  }

  /** Returns the replies to a message, oldest first. */
  replies(channel, root) {
    return this.#all(channel).filter((message) => isReply(message) && message.thread_ts === root && !message.deleted);
  }

  /** Returns the replies everybody sees, of every thread of a channel, by root, in one pass. */
  threads(channel) {
    const threads = new Map();
    for (const message of this.#all(channel)) {
      if (!isReply(message) || message.deleted || message.ephemeral_to) continue;
      if (!threads.has(message.thread_ts)) threads.set(message.thread_ts, []);
      threads.get(message.thread_ts).push(message);
    }
    return threads;
  }

  /** Returns the timestamp of the newest thread: of the newest root with replies, or of the newest root. */
  latestThread(channel) {
    const roots = this.roots(channel);
    const answered = roots.filter(({ ts }) => this.replies(channel, ts).length);
    return (answered.at(-1) ?? roots.at(-1))?.ts ?? null;
  }

  /** Returns the newest timestamp of a channel that somebody else than `me` wrote, or an empty string. */
  newestFromOthers(channel, me) {
    return this.#all(channel).findLast((message) => message.user !== me && !message.deleted)?.ts ?? "";
  }

  #all(channel) {
    const messages = [...(this.#channels.get(channel)?.values() ?? [])];
    return messages.sort((one, other) => (one.ts < other.ts ? -1 : 1));
  }
}

function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts;
}
