// The page as a whole: its start, where it is, and the box for the question.

import { get, Problem } from "./api.js";
import { byId, h, icon, iconButton, say } from "./dom.js";
import { onBack, watch } from "./health.js";
import { onTalkGone, showHistory } from "./history.js";
import { move, place } from "./place.js";
import { closeReader, onAskReport, openReader, openReport } from "./reader.js";
import { onReportsChanged, reportAt, reports, showReports } from "./reports.js";
import { ask, citationAt, currentTalk, isAsking, newTalk, onTalkChanged, openTalk, stop } from "./talk.js";
import { followRunning } from "./upload.js";
import { t, translate } from "./words.js";

const TYPED = "wenbao-typed";
const field = byId("question");
let only = null; // the report that alone is asked, {id, label}

// --- the box ---

function submit(question) {
  if (isAsking() || !question.trim()) return;
  field.value = "";
  typed();
  if (place().view) show("ask");
  const filters = only && { report_ids: [only.id] };
  ask({ question: question.trim(), extractive: byId("extractive").checked, filters, label: only && t.within(only.label) });
}

/** The box is as high as its text, and the text outlives a reload. */
function typed() {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
  sessionStorage.setItem(TYPED, field.value);
}

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  submit(field.value);
});
byId("stop").addEventListener("click", () => {
  stop();
  field.focus();
});
field.addEventListener("input", typed);
field.addEventListener("keydown", (event) => {
  // Enter also ends the input of a Chinese word; only a free-standing one asks.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit(field.value);
});

/** Limits what is asked to one report, or to none with null. */
function askOnly(report) {
  only = report && { id: report.id, label: [report.region || report.title, report.year && t.given(report.year)].filter(Boolean).join(" · ") };
  byId("only").replaceChildren(...(only ? [h("span", { className: "chip" }, t.within(only.label), iconButton("close", t.unlimited, () => askOnly(null)))] : []));
  if (!report) return;
  if (place().view) show("ask");
  field.focus();
}

// --- where the reader is ---

/** Questions or the table of reports. */
function show(view) {
  const isReports = view === "reports";
  move({ view: isReports ? "reports" : null });
  byId("reports").hidden = !isReports;
  byId("talk").hidden = isReports;
  byId("form").hidden = isReports;
  byId("nav-reports").setAttribute("aria-current", isReports ? "page" : "false");
  byId("nav-ask").setAttribute("aria-current", isReports ? "false" : "page");
}

/** Brings the page to what the address says. */
async function route() {
  const { c, s, at, view, q } = place();
  show(view);
  toggleHistory(false);
  if (view !== "reports" && (c ?? null) !== currentTalk()) await openOr(c);
  if (s) openPlace(s, at);
  else closeReader({ focus: false });
  if (q) submit(q);
}

async function openOr(talk) {
  newTalk();
  await welcome();
  if (!talk) return showHistory(null);
  try {
    await openTalk(talk);
    await showHistory(talk);
  } catch (error) {
    if (error.code !== "not_found") throw error;
    say(t.talkGone);
    move({ c: null });
  }
}

function openPlace(source, at) {
  const cited = at && citationAt(source, at);
  const report = reportAt(source, at?.start ?? 0);
  if (cited) openReader(cited.citation, { citations: cited.citations, focus: false });
  else if (report) openReport(report, { at });
  else openReport({ id: source, source_id: source, start: 0 }); // says that it is gone
}

function toggleHistory(open) {
  document.body.classList.toggle("history-open", open);
  byId("history-toggle").setAttribute("aria-expanded", `${open}`);
}

byId("history-toggle").addEventListener("click", () => toggleHistory(!document.body.classList.contains("history-open")));
byId("history").addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  toggleHistory(false);
  byId("history-toggle").focus();
});
byId("shade").addEventListener("click", () => toggleHistory(false));
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  if (place().view) show("ask");
  field.focus();
});
byId("new").addEventListener("click", () => {
  move({ c: null, s: null, at: null, view: null }, { enter: true });
  tried(route).then(() => field.focus());
});
byId("nav-ask").addEventListener("click", (event) => {
  event.preventDefault();
  move({ view: null }, { enter: true });
  tried(route);
});
byId("nav-reports").addEventListener("click", (event) => {
  event.preventDefault();
  move({ view: "reports", s: null, at: null }, { enter: true });
  tried(route);
});

/** What the service refused is said; where it is gone, the page waits for it. */
async function tried(act) {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === "unreachable") watch();
    else say(error.message);
  }
}

// --- questions to begin with ---

/** Questions that these reports can answer: every report looks back, only some have a part on what is ahead. */
async function welcome() {
  const known = reports().filter((report) => report.region && report.year);
  const examples = byId("examples");
  examples.hidden = !known.length;
  byId("nothing").hidden = reports().length > 0;
  if (!known.length || examples.dataset.of === `${known.length}`) return;
  examples.dataset.of = `${known.length}`;
  const { grew, target, goals, highest, mention } = t.samples;
  const ahead = await looksAhead(known);
  const parts = known.filter((report) => report.kind === "compilation_part" && report.year === known[0].year);
  const questions = [
    grew(known[0]),
    ahead[0] && target(ahead[0]),
    ahead[1] && goals(ahead[1]),
    parts.length > 2 && highest(parts.slice(0, 3)),
    known.length > 2 && mention(),
  ];
  const items = questions.filter(Boolean).map((question) => h("li", {}, h("button", { type: "button", onclick: () => submit(question) }, question)));
  examples.querySelector("ul").replaceChildren(...items);
}

async function looksAhead(known) {
  const some = await Promise.all(known.slice(0, 6).map((report) => get(`/v1/reports/${encodeURIComponent(report.id)}`)));
  return some.filter(({ outline }) => outline.some((section) => /目标|目標|安排/.test(section.path.join())));
}

// --- the start ---

async function load() {
  await showReports();
  await Promise.all([route(), followRunning(), showHistory(place().c ?? null)]);
}

function drawIcons() {
  byId("history-toggle").append(icon("list"));
  byId("new").prepend(icon("add"));
  for (const button of document.querySelectorAll("[data-icon]")) button.append(icon(button.dataset.icon));
}

async function start() {
  translate();
  drawIcons();
  field.value = sessionStorage.getItem(TYPED) ?? "";
  typed();
  onTalkChanged((talk) => tried(() => showHistory(talk)));
  onTalkGone(() => byId("new").click());
  onReportsChanged(() => tried(welcome));
  onAskReport(askOnly);
  onBack(() => tried(load));
  addEventListener("popstate", () => tried(route));
  await tried(load);
  watch();
}

start();
