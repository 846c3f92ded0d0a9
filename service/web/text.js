// A report's text as paragraphs. Every character of the source stands in the page in its order: hard wraps and
// page numbers are there and not shown, so that what is lit is exactly what is cited.

import { h, points } from "./dom.js";

const LONGEST_HEADING = 80;

/**
 * Paragraphs of `source` {text, start, end, breaks, hidden}, offsets into the source's text.
 * `marks` are spans {start, end} to be lit; `outline` has the sections {path, start}.
 */
export function paragraphs(source, marks, outline) {
  const all = points(source.text);
  const slice = (start, end) => all.slice(start - source.start, end - source.start);
  const headings = outline.filter(({ path }) => path.length).map((section) => heading(section, slice));
  const cuts = cutter(marks);
  const hidden = runs([...source.hidden, ...source.breaks.map((at) => [at, at + 1])]);
  const depths = new Map(headings.map(({ start, depth }) => [start, depth]));
  const bounds = ordered([source.start, ...source.breaks.map((at) => at + 1), ...headings.flatMap(({ start, end }) => [start, end]), source.end]);
  return bounds.slice(1).map((to, i) => {
    const from = bounds[i];
    const pieces = [];
    let first = null; // where the first character stands that is shown
    for (const [start, end, isHidden] of hidden.between(from, to)) {
      if (!isHidden) first ??= start;
      for (const [a, b, lit] of cuts(start, end)) put(pieces, isHidden ? h("span", { className: "wrap" }, slice(a, b)) : slice(a, b), lit);
    }
    return paragraph(pieces, from, depths.get(first), first === null);
  });
}

/** Where a section's heading ends: some texts go on behind it on the same line. */
function heading({ path, start }, slice) {
  let left = path.at(-1).replace(/\s/g, "").length;
  let end = start;
  for (const character of slice(start, start + LONGEST_HEADING)) {
    const goesOn = left > 0 || /[。：:]/.test(character);
    if (!goesOn) break;
    end += 1;
    if (!/\s/.test(character)) left -= 1;
    if (left < 0) break;
  }
  return { start, end: left > 0 ? start : end, depth: path.length };
}

const ordered = (offsets) => [...new Set(offsets)].sort((a, b) => a - b);

/** What is lit under the same marks is one mark, over wraps too. */
function put(pieces, piece, lit) {
  const last = pieces.at(-1);
  if (!lit) pieces.push(piece);
  else if (last instanceof Element && last.dataset.at === lit) last.append(piece);
  else pieces.push(h("mark", { "data-at": lit }, piece));
}

function paragraph(pieces, from, depth, isHidden) {
  const element = h("p", { className: depth ? "heading" : "", "data-start": from, hidden: isHidden }, pieces);
  if (depth) {
    element.setAttribute("role", "heading");
    element.setAttribute("aria-level", `${Math.min(depth + 2, 6)}`);
    element.dataset.depth = Math.min(depth, 3);
  }
  return element;
}

/** Splits a run where a mark begins or ends: [start, end, names of the marks over it or ""]. */
function cutter(marks) {
  return (start, end) => {
    const over = marks.filter((mark) => mark.start < end && mark.end > start);
    const at = new Set([start, end]);
    for (const mark of over) {
      if (mark.start > start) at.add(mark.start);
      if (mark.end < end) at.add(mark.end);
    }
    const bounds = ordered(at);
    return bounds.slice(1).map((b, i) => {
      const a = bounds[i];
      const lit = over.filter((mark) => mark.start <= a && b <= mark.end);
      return [a, b, lit.map((mark) => `${mark.start}-${mark.end}`).join(" ")];
    });
  };
}

/** The spans in order, asked for from the left to the right. */
function runs(all) {
  const spans = all.sort((one, other) => one[0] - other[0]);
  let next = 0;
  return {
    /** What is shown and what is hidden between two offsets: [start, end, whether hidden]. */
    *between(from, to) {
      let at = from;
      while (next < spans.length && spans[next][0] < to) {
        const [start, end] = spans[next];
        if (start > at) yield [at, start, false];
        yield [Math.max(start, at), Math.min(end, to), true];
        at = Math.min(end, to);
        if (end > to) break; // goes on in the next paragraph
        next += 1;
      }
      if (at < to) yield [at, to, false];
    },
  };
}
