/** Tells a person something in passing: a note on the screen, or words for a screen reader only. */

import { h } from "./dom.js";

const NOTE_SECONDS = 6;

/** Shows a short note at the foot of the page for a few seconds. */
export function note(sentence) {
  const place = document.getElementById("notes");
  const element = h("div", { class: "note" }, sentence);
  place.append(element);
  setTimeout(() => element.remove(), NOTE_SECONDS * 1000);
}

/** Has a screen reader say something when it is free. */
export function announce(sentence) {
  document.getElementById("announcer").textContent = sentence;
}

/** Runs something a person asked for, and notes what went wrong. */
export async function attempt(deed) {
  try {
    return await deed();
  } catch (error) {
    note(error.message);
    return null;
  }
}
