// An answer record as elements: the text with its marks and figures, what contradicts itself, the quotations.

import { distinct, markButton, tense, whose } from "./cite.js";
import { comparison } from "./compare.js";
import { h, points } from "./dom.js";
import { isOpenAt, openReader } from "./reader.js";
import { t } from "./words.js";

/** Everything below the question, for a record of /v1/ask. */
export function renderAnswer(record) {
  const refused = record.status === "refused";
  const body = h(
    "div",
    { className: "body" },
    verdict(record),
    record.note && h("p", { className: "note", role: "note" }, record.note),
    h("p", { className: "answer", lang: record.language }, answerText(record)),
    h("div", { className: "sums" }),
    comparison(record, markButton),
    record.conflicts.map((conflict) => sideBySide(conflict, record)),
    citationList(record.citations, refused ? t.near : t.citations),
  );
  connect(body, record);
  return body;
}

/** A card for each quotation; one without a mark is near what was asked, and no answer. */
export function citationList(citations, title) {
  if (!citations.length) return null;
  const all = distinct(citations);
  const items = all.map((citation) => card(citation, all));
  return h("section", { className: "sources" }, h("h3", {}, title), h("ol", { className: "cards" }, items));
}

function verdict(record) {
  if (record.status === "answered") return null;
  const words = record.status === "partial" ? t.partial : t.reasons[record.refusal?.reason];
  return words && h("p", { className: "verdict" }, words);
}

// --- the text ---

/** The statements one after the other, each in a span that knows its marks. */
function answerText(record) {
  const all = points(record.answer);
  const bounds = [...statements(record.citations).values()].sort((a, b) => a.start - b.start);
  const pieces = [];
  let at = 0;
  for (const { start, end, markers } of bounds) {
    if (start < at) continue;
    pieces.push(...inline(record, all, at, start));
    pieces.push(h("span", { className: "claim", "data-markers": markers.join(" ") }, inline(record, all, start, end)));
    at = end;
  }
  return [...pieces, ...inline(record, all, at, all.length)];
}

function statements(citations) {
  const found = new Map();
  for (const { marker, answer_start: start, answer_end: end } of citations) {
    if (marker === null || start === null) continue;
    const key = `${start} ${end}`;
    if (!found.has(key)) found.set(key, { start, end, markers: [] });
    found.get(key).markers.push(marker);
  }
  return found;
}

/** Text from `start` to `end`, with buttons for [n], and figures that open where they were computed. A stop
 * behind a mark begins no line. */
function inline(record, all, start, end) {
  const known = new Map(record.citations.map((citation) => [citation.marker, citation]));
  const pieces = [];
  let plain = "";
  for (let i = start; i < end; ) {
    const figure = record.figures.find((one) => one.answer_start === i && one.answer_end <= end);
    const mark = all.slice(i, i + 1) === "[" ? /^\[(\d+)\]/.exec(all.slice(i, i + 8)) : null;
    if (!figure && !(mark && known.has(Number(mark[1])))) {
      plain += all.slice(i, i + 1);
      i += 1;
      continue;
    }
    const element = figure ? figureElement(figure) : markButton(known.get(Number(mark[1])));
    i = figure ? figure.answer_end : i + mark[0].length;
    const stop = mark && i < end && /[。；，、：;,.]/.exec(all.slice(i, i + 1));
    pieces.push(plain, stop ? h("span", { className: "glued" }, element, stop[0]) : element);
    plain = "";
    if (stop) i += 1;
  }
  return [...pieces, plain];
}

function figureElement(figure) {
  if (figure.status !== "computed") return h("span", { className: "figure" }, figure.text);
  return h(
    "button",
    { type: "button", className: "figure computed", "aria-expanded": "false", title: t.how(figure.text), "data-sum": figure.answer_start },
    figure.text,
  );
}

/** What a computed figure comes from: the formula, and each quotation that gave a number. */
function sum(figure, citations) {
  const inputs = distinct(citations).filter(({ marker }) => figure.markers.includes(marker));
  return h(
    "div",
    { className: "sum", "data-of": figure.answer_start },
    h("p", {}, h("span", { className: "name" }, t.computed), h("code", {}, figure.expression || figure.text)),
    h("p", { className: "name" }, t.inputs),
    h("ul", {}, inputs.map((one) => h("li", {}, markButton(one), h("span", { lang: "zh" }, one.display)))),
  );
}

// --- what stands below ---

function sideBySide(conflict, { answer, citations }) {
  const sides = distinct(citations).filter(({ marker }) => conflict.markers.includes(marker));
  return h(
    "section",
    { className: "conflict" },
    h("h3", {}, t.conflict(conflict.indicator)),
    !answer.includes(conflict.detail) && h("p", {}, conflict.detail),
    h(
      "div",
      { className: "sides" },
      sides.map((side) =>
        h(
          "blockquote",
          {},
          h("p", { lang: "zh" }, side.display),
          h("footer", {}, markButton(side), " ", [side.section.at(-1), tense(side)].filter(Boolean).join(" · ")),
        ),
      ),
    ),
  );
}

function card(citation, all) {
  const number = citation.marker;
  const stance = h("span", { className: `stance ${citation.stance}` }, tense(citation));
  const where = h(
    "span",
    { className: "where" },
    h("b", {}, whose(citation)),
    citation.section.length > 0 && h("span", { lang: "zh" }, citation.section.at(-1)),
    stance,
  );
  const opener = h(
    "button",
    { type: "button", "aria-pressed": "false", title: t.openSource, onclick: () => openReader(citation, { citations: all, opener }) },
    h("span", { className: "number" }, number === null ? "≈" : `${number}`),
    where,
    h("q", { lang: "zh" }, citation.display),
  );
  return h("li", { className: "card", "data-card": number ?? "" }, opener);
}

/** The answer with a footnote for each mark, to be pasted elsewhere. */
export function asText(record) {
  const notes = distinct(record.citations).map((one) => {
    const where = [whose(one), ...one.section, t.sourceOf(one.source_name, one.start, one.end)].join(" · ");
    return `${one.marker === null ? "≈" : `[${one.marker}]`} “${one.display}” — ${where}`;
  });
  return [record.answer, notes.join("\n")].filter(Boolean).join("\n\n");
}

/** A mark, its statement and its card light up together; a mark opens its quotation, a sum its formula. */
function connect(body, record) {
  const of = (event) => {
    const one = event.target.closest?.("[data-marker], [data-card]");
    return one?.dataset.marker || one?.dataset.card;
  };
  const light = (marker, on) => {
    if (!marker) return;
    for (const one of body.querySelectorAll(`[data-card="${marker}"], [data-marker="${marker}"], [data-markers~="${marker}"]`)) {
      one.classList.toggle("lit", on);
    }
  };
  for (const [name, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
    body.addEventListener(name, (event) => light(of(event), on));
  }
  const all = distinct(record.citations);
  body.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-marker]");
    const figure = event.target.closest("[data-sum]");
    if (mark && !isOpenAt(mark)) {
      const citation = all.find(({ marker }) => `${marker}` === mark.dataset.marker);
      openReader(citation, { citations: all, opener: mark });
    } else if (figure) toggleSum(body, record, figure);
  });
}

function toggleSum(body, record, button) {
  const at = button.dataset.sum;
  const open = body.querySelector(`.sum[data-of="${at}"]`);
  button.setAttribute("aria-expanded", `${!open}`);
  if (open) open.remove();
  else body.querySelector(".sums").append(sum(record.figures.find((one) => `${one.answer_start}` === at), record.citations));
}
