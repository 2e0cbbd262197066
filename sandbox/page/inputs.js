/** Shows input blocks of a modal and reads what was filled in, in the shape of view.state.values. */

import { optionsOf, people } from "./elements.js";
import { h } from "./dom.js";
import { textObject } from "./mrkdwn.js";

const TYPED = { email_text_input: "email", url_text_input: "url", number_input: "number", datepicker: "date", timepicker: "time" };
const VALUE_NAMES = { datepicker: "selected_date", timepicker: "selected_time" };

/** Makes an input block: label, field, hint, and room for an error. */
export function inputBlock(block) {
  const id = `input-${block.block_id}`;
  const needed = block.optional ? { optional: h("span", { class: "muted" }, " (optional)") } : {};
  return h(
    "div",
    { class: "input", "data-input": block.block_id },
    h("label", { for: id }, textObject(block.label), needed.optional),
    field(block.element, { id, required: !block.optional, "data-block": block.block_id, "data-action": block.element.action_id, "data-type": block.element.type }),
    block.hint && h("p", { class: "hint" }, textObject(block.hint)),
    h("p", { class: "error", role: "alert", hidden: true }),
  );
}

/** Returns the values of a form as {block_id: {action_id: {...}}}. */
export function valuesOf(form) {
  const values = {};
  for (const control of form.querySelectorAll("[data-block]")) {
    const { block, action, type } = control.dataset;
    values[block] = { ...values[block], [action]: { type, ...valueOf(control, type) } };
  }
  return values;
}

function field(part, marks) {
  const words = { ...marks, placeholder: part.placeholder?.text };
  switch (part.type) {
    case "plain_text_input":
      return textField(part, { ...words, minlength: part.min_length, maxlength: part.max_length });
    case "static_select":
      return select(part, optionsOf(part), [part.initial_option?.value], marks);
    case "multi_static_select":
      return select(part, optionsOf(part), (part.initial_options ?? []).map(({ value }) => value), { ...marks, multiple: true });
    case "users_select":
      return select(part, people(), [part.initial_user], marks);
    case "checkboxes":
    case "radio_buttons":
      return ticks(part, marks);
    default:
      return h("input", { ...words, type: TYPED[part.type] ?? "text", value: part.initial_value ?? part.initial_date ?? part.initial_time });
  }
}

function textField(part, attributes) {
  if (part.multiline) return h("textarea", { ...attributes, rows: "4" }, part.initial_value);
  return h("input", { ...attributes, type: "text", value: part.initial_value });
}

function select(part, options, chosen, attributes) {
  const entries = options.map(({ value, label }) => h("option", { value, selected: chosen.includes(value) }, label));
  const nothing = attributes.multiple ? null : h("option", { value: "" }, part.placeholder?.text ?? "Choose an option");
  return h("select", { ...attributes, class: "select" }, nothing, entries);
}

function ticks(part, { id, required, ...marks }) {
  const many = part.type === "checkboxes";
  const chosen = (part.initial_options ?? [part.initial_option]).map((option) => option?.value);
  const entry = ({ value, label }) =>
    h("label", { class: "pick" }, h("input", { type: many ? "checkbox" : "radio", name: id, value, checked: chosen.includes(value), required: required && !many }), label);
  return h("div", { ...marks, id, role: many ? "group" : "radiogroup" }, optionsOf(part).map(entry));
}

function valueOf(control, type) {
  const option = (value, label) => ({ text: { type: "plain_text", text: label.trim() }, value });
  const ticked = () => [...control.querySelectorAll("input:checked")].map((box) => option(box.value, box.parentElement.textContent));
  const picked = () => [...control.selectedOptions].filter(({ value }) => value).map((one) => option(one.value, one.textContent));
  switch (type) {
    case "static_select":
      return { selected_option: picked()[0] ?? null };
    case "multi_static_select":
      return { selected_options: picked() };
    case "users_select":
      return { selected_user: control.value || null };
    case "checkboxes":
      return { selected_options: ticked() };
    case "radio_buttons":
      return { selected_option: ticked()[0] ?? null };
    default:
      return { [VALUE_NAMES[type] ?? "value"]: control.value || null };
  }
}
