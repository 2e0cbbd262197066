/** Shows Block Kit: one small function for each type of block. */

import { h } from "./dom.js";
import { element } from "./elements.js";
import { inputBlock } from "./inputs.js";
import { markdown } from "./markdown.js";
import { textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { tableBlock } from "./table.js";
import { plan, taskCard } from "./tasks.js";

const TYPES = {
  section,
  header: (block) => h("h3", { class: "block-header" }, textObject(block.text)),
  divider: () => h("hr"),
  context,
  context_actions: actions,
  actions,
  markdown: (block) => h("div", { class: "prose" }, markdown(block.text ?? "")),
  rich_text: (block) => h("div", { class: "prose" }, richText(block)),
  image,
  file: (block) => h("p", { class: "muted" }, `File ${block.external_id ?? ""}`),
  input: inputBlock,
  table: tableBlock,
  plan: (block) => plan({ title: block.title, tasks: block.tasks ?? [] }),
  task_card: (block) => taskCard(block),
};

/**
 * Returns the elements of a list of blocks.
 * @param {Object[]} blocks
 * @param {(action: Object) => Promise<void>} act Called with {action_id, block_id, value} when a person uses an element.
 */
export function renderBlocks(blocks, act) {
  return (blocks ?? []).map((block) => {
    const show = Object.hasOwn(TYPES, block.type) ? TYPES[block.type] : unknown;
    return h("div", { class: `block block-${block.type}` }, show(block, act));
  });
}

function section(block, act) {
  const fields = (block.fields ?? []).map((field) => h("div", { class: "field" }, textObject(field)));
  return [
    h("div", { class: "section-words" }, block.text && h("div", { class: "prose" }, textObject(block.text)), fields.length ? h("div", { class: "fields" }, fields) : null),
    block.accessory && h("div", { class: "accessory" }, element(block.accessory, block, act)),
  ];
}

function context(block, act) {
  return (block.elements ?? []).map((part) => (part.type === "image" ? element(part, block, act) : h("span", {}, textObject(part))));
}

function actions(block, act) {
  return (block.elements ?? []).map((part) => element(part, block, act));
}

function image(block) {
  const file = block.slack_file;
  const address = block.image_url ?? file?.url ?? (file?.id ? `/files/${encodeURIComponent(file.id)}/picture` : "");
  const title = block.title ? h("figcaption", {}, textObject(block.title)) : null;
  return h("figure", {}, title, /^(https?:|\/)/.test(address) ? h("img", { src: address, alt: block.alt_text ?? "", loading: "lazy" }) : block.alt_text);
}

function unknown(block) {
  return h("p", { class: "muted" }, `A block of type ${block.type ?? "?"} cannot be shown here.`);
}
