// A report's text as paragraphs. Every character of the source stands in the page in its order: hard wraps and
// page numbers are there and not shown, so that what is lit is exactly what is cited.

import { h, points } from "./dom.js";

/**
 * Paragraphs of `source` {text, start, end, breaks, hidden}, offsets into the source's text.
 * `marks` are spans {start, end} to be lit; `headings` maps the offset of a heading to its depth, from 1.
 */
export function paragraphs(source, marks, headings) {
  const all = points(source.text);
  const slice = (start, end) => all.slice(start - source.start, end - source.start);
  const bounds = [source.start, ...source.breaks.map((at) => at + 1), source.end];
  const cuts = cutter(marks);
  const hidden = runs([...source.hidden, ...source.breaks.map((at) => [at, at + 1])]);
  const made = [];
  for (let i = 0; i + 1 < bounds.length; i++) {
    const [from, to] = [bounds[i], bounds[i + 1]];
    if (from === to) continue;
    const pieces = [];
    let first = null; // where the first character stands that is shown
    for (const [start, end, isHidden] of hidden.between(from, to)) {
      if (!isHidden) first ??= start;
      for (const [a, b, lit] of cuts(start, end)) {
        const text = slice(a, b);
        const piece = isHidden ? h("span", { className: "wrap" }, text) : text;
        pieces.push(lit ? h("mark", { "data-at": lit }, piece) : piece);
      }
    }
    made.push(paragraph(pieces, from, headings.get(first ?? from)));
  }
  return made;
}

function paragraph(pieces, from, depth) {
  const element = h("p", { className: depth ? "heading" : "", "data-start": from }, pieces);
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
    const ordered = [...at].sort((a, b) => a - b);
    return ordered.slice(1).map((b, i) => {
      const a = ordered[i];
      const lit = over.filter((mark) => mark.start <= a && b <= mark.end);
      return [a, b, lit.map((mark) => `${mark.start}-${mark.end}`).join(" ")];
    });
  };
}

/** The spans in order, asked for from the left to the right. */
function runs(spans) {
  const ordered = spans.sort((one, other) => one[0] - other[0]);
  let next = 0;
  return {
    /** What is shown and what is hidden between two offsets: [start, end, whether hidden]. */
    *between(from, to) {
      let at = from;
      while (next < ordered.length && ordered[next][0] < to) {
        const [start, end] = ordered[next];
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
