/** Where a person writes: grows with the text, keeps a draft per conversation, completes commands and names. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { suggest } from "./suggest.js";

/** A text field with completion. Enter sends, Shift+Enter begins a new line. */
export class Composer {
  #drafts = new Map();
  #place = "";
  #slash = false;
  #active = 0;
  #chose = false;
  #offer = { from: 0, typed: "", entries: [] };

  /**
   * @param {string} name Unique on the page; ids are made from it.
   * @param {(text: string) => Promise<boolean>} send Resolves to false if the text should stay.
   */
  constructor(name, send) {
    Object.assign(this, { name, send });
    this.field = h("textarea", {
      rows: "1", role: "combobox", "aria-autocomplete": "list", "aria-controls": `${name}-offers`, "aria-expanded": "false",
      oninput: () => this.#typed(), onkeydown: (event) => this.#key(event),
    });
    this.field.addEventListener("blur", () => this.#suggest(""));
    this.offers = h("ul", { class: "offers", id: `${name}-offers`, role: "listbox", "aria-label": "Suggestions", hidden: true });
    const button = h("button", { class: "send", type: "submit", "aria-label": "Send" }, icon("send"));
    this.element = h("form", { class: "composer", onsubmit: (event) => this.#submit(event) }, this.offers, h("div", { class: "composer-box" }, this.field, button));
  }

  /** Points the composer at a conversation, whose draft comes back. */
  point(place, placeholder, slash) {
    this.#slash = slash;
    this.field.placeholder = placeholder;
    this.field.setAttribute("aria-label", placeholder);
    if (place === this.#place) return;
    this.#drafts.set(this.#place, this.field.value);
    this.#place = place;
    this.#write(this.#drafts.get(place) ?? "");
  }

  #write(text) {
    this.field.value = text;
    this.#fit();
    this.#suggest("");
  }

  #typed() {
    this.#fit();
    this.#suggest(this.field.value.slice(0, this.field.selectionStart));
  }

  #fit() {
    this.field.style.height = "auto";
    // In a pane that is not on screen there is nothing to measure.
    if (this.field.scrollHeight) this.field.style.height = `${this.field.scrollHeight}px`;
  }

  #suggest(text) {
    this.#offer = text ? suggest(text, this.#slash) : { from: 0, typed: "", entries: [] };
    this.#active = 0;
    this.#chose = false;
    this.#draw();
  }

  #draw() {
    const { entries } = this.#offer;
    this.offers.hidden = !entries.length;
    this.field.setAttribute("aria-expanded", String(entries.length > 0));
    this.offers.replaceChildren(...entries.map((entry, index) => this.#option(entry, index)));
    if (entries.length) this.field.setAttribute("aria-activedescendant", `${this.name}-offer-${this.#active}`);
    else this.field.removeAttribute("aria-activedescendant");
  }

  #option({ label, hint }, index) {
    const take = (event) => {
      event.preventDefault();
      this.#take(index);
    };
    const option = h("li", { id: `${this.name}-offer-${index}`, role: "option", "aria-selected": String(index === this.#active) }, h("strong", {}, label), h("span", { class: "muted" }, hint));
    option.addEventListener("pointerdown", take);
    return option;
  }

  #take(index) {
    const { from, entries } = this.#offer;
    const caret = this.field.selectionStart;
    const { value } = this.field;
    this.#write(value.slice(0, from) + entries[index].insert + value.slice(caret).trimStart());
    this.field.setSelectionRange(from + entries[index].insert.length, from + entries[index].insert.length);
    this.#typed();
  }

  #key(event) {
    if (event.isComposing) return;
    const { entries } = this.#offer;
    const deeds = entries.length ? this.#offerKeys(entries) : {};
    const deed = deeds[event.key] ?? (event.key === "Enter" && !event.shiftKey ? () => this.element.requestSubmit() : null);
    if (!deed || (event.key === "Enter" && event.shiftKey)) return;
    event.preventDefault();
    event.stopPropagation();
    deed();
  }

  #offerKeys(entries) {
    const move = (step) => () => {
      this.#active = (this.#active + step + entries.length) % entries.length;
      this.#chose = true;
      this.#draw();
    };
    const keys = { ArrowDown: move(1), ArrowUp: move(-1), Tab: () => this.#take(this.#active), Escape: () => this.#suggest("") };
    // Enter completes what is half typed, and sends what is already whole.
    const half = this.#offer.typed && this.#offer.typed !== entries[this.#active].label;
    return this.#chose || half ? { ...keys, Enter: keys.Tab } : keys;
  }

  async #submit(event) {
    event.preventDefault();
    const text = this.field.value.trim();
    if (!text) return;
    this.#write("");
    if (!(await this.send(text))) this.#write(text);
  }
}
