/** Builds and updates DOM trees from data; text only ever becomes text nodes, never markup. */

const SVG = "http://www.w3.org/2000/svg";
const HANDLERS = ["onclick", "onchange", "oninput", "onkeydown", "onsubmit", "oncancel", "ontoggle"];
// What a person opened, typed or chose is theirs; an update of the page leaves it alone.
const OWNED_BY_PERSON = { DETAILS: "open", OPTION: "selected" };

/**
 * Makes an element.
 * @param {string} tag
 * @param {Object} attributes Functions become handlers, `style` is an object of CSS properties, empty values are left out.
 * @param {...(Node|string|number|Array|null|false|undefined)} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** Makes an SVG element; the same arguments as `h`. */
export function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** Makes `old` look like `fresh` with as few changes as possible, so focus, scroll and animations live on. */
export function morph(old, fresh) {
  if (!sameKind(old, fresh)) {
    old.replaceWith(fresh);
    return fresh;
  }
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return old;
  }
  morphAttributes(old, fresh);
  for (const name of HANDLERS) if (old[name] !== fresh[name]) old[name] = fresh[name];
  morphChildren(old, fresh);
  return old;
}

/**
 * Keeps a long list up to date: an item whose version did not change is not even built.
 * @param {HTMLElement} parent
 * @param {{key: string, version: string, build: () => HTMLElement}[]} items
 */
export function reconcile(parent, items) {
  const wanted = new Set(items.map((item) => item.key));
  for (const child of [...parent.children]) if (!wanted.has(child.dataset.key)) child.remove();
  const present = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let cursor = parent.firstElementChild;
  for (const item of items) {
    const element = upToDate(present.get(item.key), item);
    if (element === cursor) cursor = cursor.nextElementSibling;
    else parent.insertBefore(element, cursor);
  }
}

function upToDate(element, item) {
  if (element?.version === item.version) return element;
  const fresh = item.build();
  fresh.dataset.key = item.key;
  const current = element ? morph(element, fresh) : fresh;
  current.version = item.version;
  return current;
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) assign(element, name, value);
  element.append(...children.flat(Infinity).filter((child) => child || child === 0).map(toNode));
  return element;
}

function toNode(child) {
  return child instanceof Node ? child : document.createTextNode(String(child));
}

function assign(element, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (typeof value === "function") element[name] = value;
  else if (name === "style") for (const [property, setting] of Object.entries(value)) element.style.setProperty(property, setting);
  else element.setAttribute(name, value === true ? "" : value);
}

function sameKind(old, fresh) {
  return old.nodeType === fresh.nodeType && old.nodeName === fresh.nodeName && old.dataset?.key === fresh.dataset?.key;
}

function morphAttributes(old, fresh) {
  const owned = OWNED_BY_PERSON[old.nodeName];
  for (const { name } of [...old.attributes]) {
    if (name !== owned && name !== "style" && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (name !== owned && name !== "style" && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  // Through the style object: the page's content security policy refuses style attributes.
  if (old.style.cssText !== fresh.style.cssText) old.style.cssText = fresh.style.cssText;
}

function morphChildren(old, fresh) {
  const present = [...old.childNodes];
  const wanted = [...fresh.childNodes];
  wanted.forEach((child, index) => {
    if (present[index]) morph(present[index], child);
    else old.append(child);
  });
  for (const leftover of present.slice(wanted.length)) leftover.remove();
}
