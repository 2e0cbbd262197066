/** Lets streamed words appear at reading pace instead of in network-sized lumps. */

const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** How much of each streaming message is visible. */
export class Pace {
  #shown = new Map();
  #waiting = new Set();

  /** @param {() => void} onStep Called when more has become visible. */
  constructor(onStep) {
    this.onStep = onStep;
  }

  /** Returns how many characters of a message's stream are visible. What was there on first sight is visible at once. */
  shown({ ts, stream }) {
    const total = lengthOf(stream.items);
    const shown = calm.matches ? total : Math.min(this.#shown.get(ts) ?? total, total);
    this.#shown.set(ts, shown);
    if (shown < total) this.#step(ts, total);
    return shown;
  }

  #step(ts, total) {
    if (this.#waiting.has(ts)) return;
    this.#waiting.add(ts);
    requestAnimationFrame(() => {
      this.#waiting.delete(ts);
      const shown = this.#shown.get(ts);
      this.#shown.set(ts, shown + Math.ceil((total - shown) / 10) + 1);
      this.onStep();
    });
  }
}

/** Returns a stream's items, its words cut off after so many characters. */
export function upTo(items, shown) {
  let left = shown;
  return items.map((item) => {
    if (item.type !== "markdown") return item;
    const text = item.text.slice(0, left);
    left -= text.length;
    return { ...item, text };
  });
}

function lengthOf(items) {
  return items.reduce((total, item) => total + (item.type === "markdown" ? item.text.length : 0), 0);
}
