// An answer record as elements: the text with its marks, figures and statements, and the quotations below.

import { characters, h } from "./dom.js";
import { closeReader, isOpenAt, openReader } from "./reader.js";
import { t } from "./words.js";

/** Everything below the question, for a record of /v1/ask. */
export function renderAnswer(record) {
  const parts = [
    verdict(record),
    h("p", { className: "answer", lang: record.language }, answerText(record)),
    conflicts(record),
    sums(record),
    citationList(record.citations, record.status === "refused" ? t.near : t.citations),
    footnote(record),
  ].filter(Boolean);
  const body = h("div", { className: "body" }, parts);
  connect(body);
  return body;
}

/** Cards for citations. While the model drafts they have no mark: `draft` numbers them as the draft does. */
export function citationList(citations, title, { draft = false } = {}) {
  if (!citations.length) return null;
  const items = once(citations).map((citation, i) => card(citation, draft ? i + 1 : citation.marker));
  return h("section", {}, h("h3", {}, title), h("ol", { className: "cards" }, items));
}

/** A mark that carries several statements comes once for each of them; its quotation is one. */
function once(citations) {
  const first = (marker) => citations.find((citation) => citation.marker === marker);
  return citations.filter((citation) => citation.marker === null || citation === first(citation.marker));
}

function verdict(record) {
  if (record.status === "answered") return null;
  const words = record.status === "partial" ? t.partial : t.reasons[record.refusal?.reason];
  return words ? h("p", { className: "verdict" }, words) : null;
}

/** The statements one after the other, each in a span that knows its marks. */
function answerText(record) {
  const all = characters(record.answer);
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

/** Text from `start` to `end`, with buttons for [n] and spans for figures. */
function inline(record, all, start, end) {
  const known = new Set(record.citations.map((citation) => citation.marker));
  const pieces = [];
  let plain = "";
  for (let i = start; i < end; ) {
    const figure = record.figures.find((one) => one.answer_start === i && one.answer_end <= end);
    const mark = all[i] === "[" ? /^\[(\d+)\]/.exec(all.slice(i, i + 8).join("")) : null;
    if (!figure && !(mark && known.has(Number(mark[1])))) {
      plain += all[i++];
      continue;
    }
    pieces.push(plain, figure ? figureSpan(figure) : markButton(Number(mark[1])));
    plain = "";
    i = figure ? figure.answer_end : i + mark[0].length;
  }
  return [...pieces, plain];
}

function figureSpan(figure) {
  const title = figure.expression || "";
  return h("span", { className: `figure ${figure.status}`, title }, figure.text);
}

function markButton(marker) {
  return h("button", { type: "button", className: "marker", "data-marker": marker, "aria-label": t.marker(marker) }, `${marker}`);
}

function conflicts(record) {
  if (!record.conflicts.length) return null;
  const items = record.conflicts.map((conflict) =>
    h("li", {}, h("b", {}, conflict.indicator), " ", conflict.markers.map(markButton), " ", conflict.detail),
  );
  return h("section", {}, h("h3", {}, t.conflicts), h("ul", { className: "conflicts" }, items));
}

function sums(record) {
  const computed = record.figures.filter((figure) => figure.status === "computed" && figure.expression);
  if (!computed.length) return null;
  const items = computed.map((figure) => h("li", {}, h("b", {}, figure.text), "  ", h("code", {}, figure.expression)));
  return h("section", {}, h("h3", {}, t.sums), h("ul", { className: "sums" }, items));
}

function card(citation, number) {
  const { region, year, section, stance, period } = citation;
  const place = [region || citation.report_title || t.unknownPlace, year && t.given(year)].filter(Boolean).join(" · ");
  const chip = [t.stances[stance], period && stance !== "other" ? t.year(period) : null].filter(Boolean).join(" · ");
  const opener = h(
    "button",
    { type: "button", "aria-expanded": "false", title: t.openSource },
    h("span", { className: "number" }, number === null ? "≈" : `[${number}]`),
    h(
      "span",
      { className: "where" },
      h("span", { className: "place" }, place),
      section.length ? h("span", { lang: "zh" }, section[section.length - 1]) : null,
      h("span", { className: `stance ${stance}` }, chip),
    ),
    h("q", { className: "quote", lang: "zh" }, citation.display),
  );
  const item = h("li", { className: "card", "data-card": number ?? "" }, opener);
  opener.addEventListener("click", () => {
    if (isOpenAt(opener)) closeReader();
    else openReader({ ...citation, title: [place, ...section].join(" · ") }, item, opener);
  });
  return item;
}

function footnote(record) {
  const how = record.status === "refused" ? null : record.mode_used === "model" ? t.model : t.extracted;
  const took = t.seconds((record.timings_ms.total / 1000).toFixed(1));
  const copy = h("button", { type: "button", className: "plain" }, t.copy);
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(asText(record));
    copy.textContent = t.copied;
  });
  return h("p", { className: "after" }, how && h("span", {}, how), h("span", {}, took), copy);
}

function asText(record) {
  const lines = once(record.citations).map((c) => {
    const where = [c.region || c.report_title, c.year && t.given(c.year), ...c.section].filter(Boolean).join(" · ");
    return `${c.marker === null ? "≈" : `[${c.marker}]`} ${where}\n“${c.display}”\n${t.sourceOf(c.source_name, c.start, c.end)}`;
  });
  return [record.answer, ...lines].join("\n\n");
}

/** A mark, its statement and its card light up together; a mark opens its card's text. */
function connect(body) {
  const light = (marker, on) => {
    if (!marker) return;
    for (const one of body.querySelectorAll(`[data-card="${marker}"], [data-marker="${marker}"], [data-markers~="${marker}"]`)) {
      one.classList.toggle("lit", on);
    }
  };
  const markerOf = (event) => {
    const one = event.target.closest?.("[data-marker], [data-card]");
    return one?.dataset.marker || one?.dataset.card;
  };
  for (const [name, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
    body.addEventListener(name, (event) => light(markerOf(event), on));
  }
  body.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-marker]");
    if (!mark) return;
    const opener = body.querySelector(`[data-card="${mark.dataset.marker}"] > button`);
    if (opener && !isOpenAt(opener)) opener.click();
  });
}
