// Building the page, and offsets in code points. Text from documents and models only ever becomes text nodes.

const SVG = "http://www.w3.org/2000/svg";

/** An element with properties and children; strings become text; null, false and "" are left out. */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return element;
}

export const byId = (id) => document.getElementById(id);

const ICONS = {
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  up: "M7 11v9H4v-9zM7 11l4-8c1.5 0 2.5 1 2.5 2.5V9H19a2 2 0 0 1 2 2.3l-1.2 7A2 2 0 0 1 17.8 20H7",
  down: "M17 13V4h3v9zM17 13l-4 8c-1.5 0-2.5-1-2.5-2.5V15H5a2 2 0 0 1-2-2.3l1.2-7A2 2 0 0 1 6.2 4H17",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  before: "M15 5l-7 7 7 7",
  after: "M9 5l7 7-7 7",
  list: "M4 6h16M4 12h10M4 18h13",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13",
  save: "M12 4v11M7 11l5 5 5-5M4 20h16",
  add: "M12 5v14M5 12h14",
  search: "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM16 16l4 4",
};

/** A line drawing beside words, or alone in a button that has a label. */
export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" })) {
    drawing.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  drawing.append(path);
  return drawing;
}

/** A button with a drawing; the label is read out and shown as a hint. */
export const iconButton = (name, label, onclick, properties = {}) =>
  h("button", { type: "button", className: "quiet", "aria-label": label, title: label, onclick, ...properties }, icon(name));

/** A text by code points, as the service counts, and not by UTF-16 units. */
export function points(text) {
  if (!/[\ud800-\udbff]/.test(text)) return { length: text.length, slice: (start, end) => text.slice(start, end) };
  const all = Array.from(text);
  return { length: all.length, slice: (start, end) => all.slice(start, end).join("") };
}

export const wide = matchMedia("(min-width: 68rem)");

/** Tells a screen reader; nothing moves on the page. */
export function say(words) {
  byId("status").textContent = words;
}

/** Offers a text as a file. */
export function save(name, content) {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content]));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** To the clipboard, also where the page came over plain HTTP. */
export async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = h("textarea", { value: text, className: "unseen" });
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
