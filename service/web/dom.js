// Building the page, and offsets in code points. Text from documents only ever becomes text nodes.

/** An element with properties and children; strings become text, null is left out. */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== ""));
  return element;
}

export const byId = (id) => document.getElementById(id);

/** The characters of a text as the service counts them: code points, not UTF-16 units. */
export const characters = (text) => Array.from(text);
