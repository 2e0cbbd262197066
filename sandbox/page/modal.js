/** Shows the modals a bot opens; the one opened last is on top. */

import { renderBlocks } from "./blocks.js";
import { h, morph } from "./dom.js";
import { icon } from "./icons.js";
import { valuesOf } from "./inputs.js";
import { textObject } from "./mrkdwn.js";

/** The modals that are open, and the dialog that shows the top one. */
export class Modals {
  #views = new Map();
  #dialog = null;

  /** @param {{submit: Function, close: Function, click: Function}} actions Each gets the view first. */
  constructor(actions) {
    this.actions = actions;
  }

  /** Opens a view, or shows its new content. */
  show(view) {
    this.#views.set(view.id, view);
    this.#draw();
  }

  /** Closes a view, and shows what was under it. */
  close(id) {
    if (this.#views.delete(id)) this.#draw();
  }

  #draw() {
    const view = [...this.#views.values()].at(-1);
    if (!view || this.#dialog?.dataset.view !== view.id) {
      this.#dialog?.remove();
      this.#dialog = null;
    }
    if (!view) return;
    const fresh = this.#render(view);
    if (this.#dialog) morph(this.#dialog.firstElementChild, fresh.firstElementChild);
    else this.#open(fresh);
  }

  #open(dialog) {
    this.#dialog = dialog;
    document.body.append(dialog);
    dialog.showModal();
  }

  #render(view) {
    const title = h("h2", { id: `title-${view.id}` }, textObject(view.title));
    const shut = () => this.#leave(view);
    return h(
      "dialog",
      { class: "dialog", "data-view": view.id, "aria-labelledby": `title-${view.id}`, oncancel: shut },
      h(
        "form",
        { onsubmit: (event) => this.#submit(event, view) },
        h("header", {}, title, h("button", { class: "plain", type: "button", "aria-label": "Close", onclick: shut }, icon("close"))),
        h("div", { class: "dialog-body" }, renderBlocks(view.blocks, (action) => this.actions.click(view, action))),
        h("footer", {}, h("button", { class: "button", type: "button", onclick: shut }, textObject(view.close ?? "Cancel")), view.submit && h("button", { class: "button primary", type: "submit" }, textObject(view.submit))),
      ),
    );
  }

  async #submit(event, view) {
    event.preventDefault();
    const form = event.currentTarget;
    const answer = await this.actions.submit(view, valuesOf(form));
    for (const input of form.querySelectorAll("[data-input]")) {
      const words = answer?.errors?.[input.dataset.input];
      const place = input.querySelector(".error");
      place.textContent = words ?? "";
      place.hidden = !words;
    }
  }

  #leave(view) {
    this.close(view.id);
    this.actions.close(view);
  }
}
