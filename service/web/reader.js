// A report beside the answer: its whole text, with what the answer cites lit in it.

import { call, get } from "./api.js";
import { tense, whose } from "./cite.js";
import { byId, copy, h, save, say, wide } from "./dom.js";
import { findAll, lightAll, readPairs } from "./find.js";
import { move } from "./place.js";
import { paragraphs } from "./text.js";
import { t } from "./words.js";

const panel = byId("reader");
const region = byId("reader-text");
let shown = null; // {report, source, at: {start, end}, citation, citations, opener}
let asking = () => {}; // hears of a report that alone is to be asked
let found = { ranges: [], at: -1 };

export const onAskReport = (listener) => (asking = listener);
export const isOpenAt = (opener) => shown !== null && shown.opener === opener;

/** Opens the report of a citation there. `citations` are those of its answer, to walk through. */
export function openReader(citation, { citations = [citation], opener = null, focus = true } = {}) {
  const { report_id: id, source_id: source, start, end } = citation;
  return open({ id, source, at: { start, end }, citation, citations, opener }, focus);
}

/** Opens a report at its beginning, or at a place of it. */
export const openReport = (report, { at = null, opener = null } = {}) =>
  open({ id: report.id, source: report.source_id, at: at ?? { start: report.start, end: report.start }, citation: null, citations: [], opener }, true);

export function closeReader({ focus = true } = {}) {
  if (!shown) return;
  const { opener } = shown;
  shown = null;
  panel.hidden = true;
  settle();
  move({ s: null, at: null });
  pressCard();
  if (focus && opener?.isConnected) opener.focus();
}

/** Where a report of this source is open, it is no more. */
export const closeReaderOf = (source) => shown?.source === source && closeReader({ focus: false });

async function open(next, focus) {
  const former = shown;
  shown = next;
  panel.hidden = false;
  settle();
  move({ s: next.source, at: `${next.at.start}-${next.at.end}` });
  pressCard();
  if (focus && !wide.matches) panel.focus();
  if (former?.report?.id === next.id) Object.assign(next, { report: former.report, text: former.text });
  else if (!(await load(next))) return;
  if (shown !== next) return;
  if (former?.report !== next.report || former.citations !== next.citations) draw(next);
  head(next);
  light(next);
  if (focus && wide.matches && next.opener === null) region.focus({ preventScroll: true });
}

/** Whether the report and its text could be had. */
async function load(next) {
  byId("reader-title").textContent = t.loadingText;
  region.replaceChildren();
  try {
    const report = await get(`/v1/reports/${encodeURIComponent(next.id)}`);
    const window = `start=${report.start}&end=${report.end}&layout=true`;
    next.text = await get(`/v1/sources/${encodeURIComponent(report.source_id)}/text?${window}`);
    next.report = report;
    return true;
  } catch (error) {
    if (shown === next) {
      byId("reader-title").textContent = error.code === "not_found" ? t.sourceGone : error.message;
      for (const part of [byId("reader-path"), byId("outline"), region]) part.replaceChildren();
    }
    return false;
  }
}

function draw({ report, text, citations }) {
  const marks = citations.filter((one) => one.report_id === report.id);
  region.replaceChildren(...paragraphs(text, marks, report.outline));
  region.setAttribute("aria-label", whose({ ...report, report_title: report.title }));
  region.lang = "zh";
  byId("outline").replaceChildren(...report.outline.filter(({ path }) => path.length).map(section));
  byId("outline-toggle").hidden = !report.outline.some(({ path }) => path.length);
  search();
}

function section({ path, start }) {
  const go = () => scrollTo(region.querySelector(`[data-start="${paragraphOf(start)}"]`), "start");
  return h("li", { "data-depth": Math.min(path.length, 3), "data-start": start }, h("button", { type: "button", lang: "zh", onclick: go }, path.at(-1)));
}

/** The beginning of the paragraph that holds an offset. */
function paragraphOf(at) {
  let found = null;
  for (const one of region.children) {
    if (Number(one.dataset.start) > at) break;
    found = one.dataset.start;
  }
  return found;
}

// --- the head ---

function head({ report, at, citation, citations, source }) {
  byId("reader-title").textContent = whose({ ...report, report_title: report.title });
  const path = citation?.section ?? report.outline.findLast((one) => one.start <= at.start && at.start < one.end)?.path ?? [];
  const leaf = citation?.page ? t.page(citation.page) : citation?.paragraph ? t.paragraph(citation.paragraph) : "";
  const file = at.start < at.end ? t.sourceOf(report.source_name, at.start, at.end) : report.source_name;
  byId("reader-path").replaceChildren(
    ...[
      citation && h("span", { className: `stance ${citation.stance}` }, tense(citation)),
      h("span", { lang: "zh" }, path.join(" › ") || report.title),
      h("span", { className: "file" }, [file, leaf].filter(Boolean).join(" · ")),
    ].filter(Boolean),
  );
  const here = citations.indexOf(citation);
  byId("walk").hidden = citations.length < 2 || here < 0;
  byId("walk-at").textContent = t.place(here + 1, citations.length);
  // Not `disabled`, which would take the focus away from who walks by the keyboard.
  byId("previous").setAttribute("aria-disabled", `${here <= 0}`);
  byId("next").setAttribute("aria-disabled", `${here >= citations.length - 1}`);
  byId("original").dataset.source = source;
}

function walk(step) {
  const { citations, citation } = shown;
  const next = citations[citations.indexOf(citation) + step];
  if (!next) return;
  openReader(next, { citations, opener: shown.opener, focus: false });
  say(`${t.place(citations.indexOf(next) + 1, citations.length)}：${next.display}`);
}

// --- the light ---

/** The characters at the place are lit and in sight; the other citations of the answer are only marked. */
function light({ at, report, citation }) {
  if (!citation && at.start < at.end) mark(at);
  const name = `${at.start}-${at.end}`;
  let first = null;
  for (const one of region.querySelectorAll("mark")) {
    const here = one.dataset.at.split(" ").includes(name);
    one.classList.toggle("lit", here);
    if (here) first ??= one;
  }
  if (first) scrollTo(first, "center");
  else scrollTo(at.start > report.start ? region.querySelector(`[data-start="${paragraphOf(at.start)}"]`) : region.firstElementChild, "start");
}

/** A place that no citation of the page is at, as a link may name one. */
function mark(at) {
  const { text, report } = shown;
  region.replaceChildren(...paragraphs(text, [at], report.outline));
}

/** Twice, as paragraphs out of sight have an assumed height until they come near. */
function scrollTo(element, block) {
  if (!element) return;
  element.scrollIntoView({ block });
  requestAnimationFrame(() => element.scrollIntoView({ block }));
}

/** The card of the open place, in the answer that it was opened from, is shown as pressed. */
function pressCard() {
  for (const one of document.querySelectorAll(".card > [aria-pressed=true]")) one.setAttribute("aria-pressed", "false");
  const turn = shown?.opener?.closest(".turn") ?? document.querySelector(".turn:last-child");
  const card = shown?.citation && turn?.querySelector(`[data-card="${shown.citation.marker ?? ""}"] > button`);
  card?.setAttribute("aria-pressed", "true");
}

/** Over the page where there is no room beside it: then nothing else can be reached. */
function settle() {
  const covers = shown !== null && !wide.matches;
  for (const part of [byId("top"), byId("main"), byId("history")]) part.inert = covers;
  document.body.classList.toggle("reading", shown !== null);
}

// --- search ---

async function search() {
  await readPairs();
  found = { ranges: findAll(region, byId("find").value), at: -1 };
  lightAll(found.ranges, -1);
  byId("found").textContent = byId("find").value.trim() ? t.found(0, found.ranges.length) : "";
}

function nextFound(step) {
  const { ranges } = found;
  if (!ranges.length) return;
  found.at = (found.at + step + ranges.length) % ranges.length;
  lightAll(ranges, found.at);
  byId("found").textContent = t.found(found.at + 1, ranges.length);
  scrollTo(ranges[found.at].startContainer.parentElement, "center");
}

byId("find").addEventListener("input", search);
byId("find").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  nextFound(event.shiftKey ? -1 : 1);
});

// --- buttons ---

byId("reader-close").addEventListener("click", () => closeReader());
byId("previous").addEventListener("click", () => walk(-1));
byId("next").addEventListener("click", () => walk(1));
byId("outline-toggle").addEventListener("click", () => {
  const outline = byId("outline");
  outline.hidden = !outline.hidden;
  byId("outline-toggle").setAttribute("aria-expanded", `${!outline.hidden}`);
});
byId("link").addEventListener("click", async () => {
  await copy(location.href);
  say(t.linked);
  byId("link").title = t.linked;
});
byId("original").addEventListener("click", async () => {
  const { source_id: id, source_name: name } = shown.report;
  try {
    save(name.split("/").at(-1), await (await call(`/v1/sources/${encodeURIComponent(id)}/file`)).blob());
  } catch (error) {
    say(error.message);
  }
});
byId("within").addEventListener("click", () => shown?.report && asking(shown.report));
panel.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeReader();
});
wide.addEventListener("change", settle);
