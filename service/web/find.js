// Search in the text that is shown: over hard wraps, in either script, without changing the page (CSS Custom
// Highlight).

import { call } from "./api.js";

const MOST = 2000;
const simplified = new Map(); // of a traditional character
let loading = null;

/** Gets the pairs of characters, once; without them each script is found by itself. */
export function readPairs() {
  return (loading ??= call("/web/pairs.txt").then(
    async (response) => {
      const characters = await response.text();
      for (let i = 0; i < characters.length; i += 2) simplified.set(characters[i], characters[i + 1]);
    },
    () => (loading = null), // asked for again with the next search
  ));
}

/** Lower case and simplified, of the same length. */
const folded = (text) => text.toLowerCase().replace(/[一-鿿]/g, (one) => simplified.get(one) ?? one);

/** Ranges of `words` in `region`, in order, letter case and script aside. */
export function findAll(region, words) {
  const wanted = folded(words.trim());
  if (!wanted) return [];
  return [...region.children].flatMap((paragraph) => within(paragraph, wanted)).slice(0, MOST);
}

function within(paragraph, wanted) {
  if (!paragraph.textContent) return [];
  const nodes = shownText(paragraph);
  const text = folded(nodes.map((node) => node.data).join(""));
  const found = [];
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    const range = document.createRange();
    range.setStart(...inNode(nodes, at, false));
    range.setEnd(...inNode(nodes, at + wanted.length, true));
    found.push(range);
  }
  return found;
}

function shownText(paragraph) {
  const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT, (node) =>
    node.parentElement.className === "wrap" ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return nodes;
}

/** The node and the offset in it of an offset in all of them; an end belongs to the node before it. */
function inNode(nodes, at, isEnd) {
  for (const node of nodes) {
    if (at < node.length || (isEnd && at === node.length)) return [node, at];
    at -= node.length;
  }
  return [nodes.at(-1), nodes.at(-1).length];
}

/** Lights the ranges, the one at `current` more than the others. */
export function lightAll(ranges, current) {
  if (!window.CSS?.highlights) return;
  CSS.highlights.set("found", new Highlight(...ranges));
  CSS.highlights.set("found-here", new Highlight(...ranges.slice(current, current + 1)));
}
