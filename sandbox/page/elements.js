/** Shows the elements people use in blocks: buttons, menus, pickers and small images. */

import { confirmed } from "./confirm.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { textObject } from "./mrkdwn.js";
import { personas } from "./directory.js";

/** Makes one element of a block; `act` hears what a person does with it. */
export function element(part, block, act) {
  const say = (target, value) => perform(target, part, { action_id: part.action_id, block_id: block.block_id, value }, act);
  switch (part.type) {
    case "button":
    case "icon_button":
    case "workflow_button":
      return button(part, say);
    case "overflow":
      return overflow(part, say);
    case "static_select":
    case "external_select":
      return choice(part, optionsOf(part), say);
    case "users_select":
      return choice(part, people(), say);
    case "radio_buttons":
      return radios(part, block, say);
    case "image":
      return h("img", { class: "thumb", src: /^https?:/.test(part.image_url) ? part.image_url : null, alt: part.alt_text ?? "" });
    case "feedback_buttons":
      return [part.positive_button, part.negative_button].map((one) => button({ ...one, type: "button" }, say));
    default:
      return h("span", { class: "muted" }, `(${part.type})`);
  }
}

/** Returns the options of a select as {value, label}. */
export function optionsOf(part) {
  const options = part.options ?? (part.option_groups ?? []).flatMap((group) => group.options);
  return options.map((option) => ({ value: option.value, label: option.text.text, option }));
}

/** Returns the people of the workspace as options. */
export function people() {
  return personas().map((person) => ({ value: person.id, label: person.name }));
}

function button(part, say) {
  const words = textObject(part.text);
  const look = { class: `button ${part.style ?? ""}`, "aria-label": part.accessibility_label };
  if (/^https?:/.test(part.url ?? "")) {
    return h("a", { ...look, href: part.url, target: "_blank", rel: "noopener noreferrer", onclick: () => void say(null, part.value) }, words);
  }
  return h("button", { ...look, type: "button", onclick: ({ currentTarget }) => say(currentTarget, part.value) }, words);
}

function overflow(part, say) {
  const pick = (event, value) => {
    event.currentTarget.closest("details").open = false;
    return say(null, value);
  };
  const entry = ({ value, label }) => h("button", { type: "button", onclick: (event) => pick(event, value) }, label);
  return h("details", { class: "overflow" }, h("summary", { "aria-label": "More actions" }, icon("more")), h("div", { class: "menu" }, optionsOf(part).map(entry)));
}

function choice(part, options, say) {
  const chosen = part.initial_option?.value ?? part.initial_user ?? "";
  return h(
    "select",
    { class: "select", "aria-label": part.placeholder?.text ?? "Choose", onchange: ({ currentTarget }) => say(currentTarget, currentTarget.value) },
    h("option", { value: "", disabled: true, selected: !chosen }, part.placeholder?.text ?? "Choose an option"),
    options.map(({ value, label }) => h("option", { value, selected: value === chosen }, label)),
  );
}

function radios(part, block, say) {
  const name = `${block.block_id}-${part.action_id}`;
  const entry = ({ value, label }) =>
    h("label", { class: "pick" }, h("input", { type: "radio", name, value, checked: value === part.initial_option?.value, onchange: ({ currentTarget }) => say(currentTarget, value) }), label);
  return h("div", { role: "radiogroup" }, optionsOf(part).map(entry));
}

/** Asks for confirmation where the element wants it, then acts; the control is busy meanwhile. */
async function perform(control, part, action, act) {
  if (part.confirm && !(await confirmed(part.confirm))) return;
  control?.classList.add("busy");
  control?.setAttribute("aria-busy", "true");
  try {
    await act(action);
  } finally {
    control?.classList.remove("busy");
    control?.removeAttribute("aria-busy");
  }
}
