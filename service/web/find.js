// Search in the text that is shown: over hard wraps, without changing the page (CSS Custom Highlight).

const MOST = 2000;

/** Ranges of `words` in `region`, in order, letter case aside. */
export function findAll(region, words) {
  const wanted = words.trim().toLowerCase();
  if (!wanted) return [];
  return [...region.children].flatMap((paragraph) => within(paragraph, wanted)).slice(0, MOST);
}

function within(paragraph, wanted) {
  if (!paragraph.textContent) return [];
  const nodes = shownText(paragraph);
  const text = nodes.map((node) => node.data).join("").toLowerCase();
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
