/** Asks a person to confirm, in Block Kit's words. */

import { h } from "./dom.js";
import { textObject } from "./mrkdwn.js";

/** Shows a confirmation object; resolves to true if the person agrees. */
export function confirmed({ title, text, confirm, deny, style }) {
  return new Promise((resolve) => {
    const close = (answer) => {
      dialog.remove();
      resolve(answer);
    };
    const dialog = h(
      "dialog",
      { class: "dialog small", "aria-label": title?.text ?? "Confirm", oncancel: () => close(false) },
      h("header", {}, h("h2", {}, textObject(title))),
      h("div", { class: "dialog-body prose" }, textObject(text)),
      h(
        "footer",
        {},
        h("button", { class: "button", type: "button", onclick: () => close(false) }, deny?.text ?? "Cancel"),
        h("button", { class: `button ${style ?? "primary"}`, type: "button", onclick: () => close(true) }, confirm?.text ?? "Yes"),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}
