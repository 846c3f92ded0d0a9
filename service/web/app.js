// The flow of the page: what there is, a question, its events, its answer.

import { citationList, renderAnswer } from "./answer.js";
import { byId, h } from "./dom.js";
import { fetch } from "./key.js";
import { isWide, openReader } from "./reader.js";
import { t, translate } from "./words.js";

const form = byId("form");
const field = byId("question");
let running = null; // AbortController of the question under way

// --- asking ---

async function ask(question) {
  running = new AbortController();
  toggle(true);
  const turn = newTurn(question);
  const ticking = setInterval(() => tick(turn), 1000);
  const body = { question, mode: byId("extractive").checked ? "extractive" : "auto", stream: true };
  try {
    const response = await fetch("/v1/ask", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: running.signal,
    });
    if (!response.ok) finish(turn, failure(await response.json()));
    else for await (const [name, content] of events(response.body)) hear(turn, name, content);
  } catch (error) {
    if (turn.busy) finish(turn, error.name === "AbortError" ? note(t.stopped) : failure(null));
  } finally {
    clearInterval(ticking);
    if (turn.busy) finish(turn, failure(null)); // the stream broke off
    running = null;
    toggle(false);
  }
}

/** The events of a stream, as [name, object]. */
async function* events(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (held + value).split("\n\n");
    held = blocks.pop();
    for (const block of blocks) {
      const name = /^event: (.*)$/m.exec(block);
      const content = /^data: (.*)$/m.exec(block);
      if (name && content) yield [name[1], JSON.parse(content[1])];
    }
  }
}

function hear(turn, name, content) {
  if (name === "queued") {
    turn.words = t.queued(content.place);
    tick(turn);
  } else if (name === "evidence") {
    const n = content.citations.length;
    turn.words = t.drafting(n);
    tick(turn);
    say(t.drafting(n));
    turn.evidence.replaceChildren(citationList(content.citations, t.evidence, { draft: true }) ?? "");
  } else if (name === "token") {
    if (!turn.draft.textContent) turn.words = t.checking;
    turn.draft.textContent += content.text;
  } else if (name === "answer") {
    finish(turn, renderAnswer(content));
    turn.element.classList.add(content.status);
    say(t.answered(content.answer));
    const first = turn.element.querySelector(".card");
    if (first && isWide()) first.querySelector("button").click();
  } else if (name === "error") {
    finish(turn, failure(content));
  }
}

/** A new place for an answer, the newest on top. */
function newTurn(question) {
  const words = h("span", {}, t.searching);
  const progress = h("p", { className: "progress" }, words);
  const draft = h("p", { className: "draft" });
  const evidence = h("div");
  const element = h("article", { className: "turn" }, h("h2", {}, question), progress, draft, evidence);
  byId("answers").prepend(element);
  byId("examples").hidden = true;
  say(t.searching);
  return { element, draft, evidence, words: t.searching, shown: words, since: Date.now(), busy: true };
}

function tick(turn) {
  const seconds = Math.round((Date.now() - turn.since) / 1000);
  turn.shown.textContent = seconds >= 2 ? `${turn.words} · ${t.seconds(seconds)}` : turn.words;
}

function finish(turn, body) {
  turn.busy = false;
  turn.element.replaceChildren(turn.element.firstElementChild, body);
}

const note = (words) => h("p", { className: "after" }, words);

/** A problem object in the reader's words; null where the service was not reached. */
function failure(problem) {
  const words = problem ? t.problems[problem.code] || problem.detail : t.unreachable;
  return h("p", { className: "failed", role: "alert" }, words, problem?.request_id ? ` (${problem.request_id})` : "");
}

function say(words) {
  byId("status").textContent = words;
}

function toggle(busy) {
  byId("ask").hidden = busy;
  byId("stop").hidden = !busy;
}

// --- the form ---

function submit(question) {
  if (running || !question.trim()) return;
  field.value = question;
  history.replaceState(null, "", `#q=${encodeURIComponent(question)}`);
  ask(question);
}

/** As high as its text. */
function grow() {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit(field.value);
});
byId("stop").addEventListener("click", () => {
  running?.abort();
  field.focus();
});
field.addEventListener("input", grow);
field.addEventListener("keydown", (event) => {
  // Enter also ends the input of a Chinese word; only a free-standing one asks.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit(field.value);
});

// --- what there is ---

async function showReports() {
  const { reports, total } = await (await fetch("/v1/reports?limit=1000")).json();
  if (!total) return notice(t.noReports);
  const library = byId("library");
  library.hidden = false;
  library.open = library.open && isWide();
  library.querySelector("summary").textContent = t.library(total);
  library.querySelector("ol").replaceChildren(...reports.map(reportItem));
  await showExamples(reports.filter((report) => report.region && report.year));
}

function reportItem(report) {
  const more = [report.year && t.given(report.year), report.kind !== "report" && t.kinds[report.kind], report.truncated && t.truncated];
  const region = report.region || t.unknownPlace;
  const opener = h(
    "button",
    { type: "button" },
    h("b", {}, region),
    h("span", {}, more.filter(Boolean).join(" · ")),
    h("span", { className: "title", lang: "zh" }, report.title),
  );
  const item = h("li", {}, opener);
  const place = { ...report, end: report.start, title: [region, report.title].join(" · ") };
  opener.addEventListener("click", () => openReader(place, null, opener));
  return item;
}

/** Questions that these reports can answer: every report looks back, only some have a part on what is ahead. */
async function showExamples(reports) {
  if (!reports.length) return;
  const ahead = [];
  for (const report of reports.slice(-4).reverse()) {
    const { outline } = await (await fetch(`/v1/reports/${encodeURIComponent(report.id)}`)).json();
    if (outline.some((section) => /目标|目標|安排/.test(section.path.join()))) ahead.push(report);
  }
  const parts = reports.filter((report) => report.kind === "compilation_part" && report.year === reports[0].year);
  const { grew, target, goals, highest, mention } = t.samples;
  const questions = [
    grew(reports[0]),
    ahead[0] && target(ahead[0]),
    ahead[1] && goals(ahead[1]),
    parts.length > 2 && highest(parts.slice(0, 3)),
    reports.length > 2 && mention(),
  ];
  const buttons = questions.filter(Boolean).map((question) => {
    const button = h("button", { type: "button" }, question);
    button.addEventListener("click", () => submit(question));
    return h("li", {}, button);
  });
  byId("examples").querySelector("ul").replaceChildren(...buttons);
  byId("examples").hidden = byId("answers").childElementCount > 0;
}

/** Tells which parts are not ready, until all are. */
async function watchParts() {
  const { ready, parts } = await (await fetch("/health/ready")).json();
  if (byId("notice").dataset.of !== "parts" && !byId("notice").hidden) return;
  if (ready) return notice("");
  const names = Object.keys(parts).filter((name) => !parts[name].ready);
  const listed = names.map((name) => t.parts[name] || name).join(t.joined);
  const loading = names.every((name) => /loading/.test(parts[name].problem));
  const problems = names.map((name) => parts[name].problem).join("\n");
  notice(loading ? t.loading(listed) : `${t.broken(listed)}\n${problems}`);
  byId("notice").dataset.of = "parts";
  setTimeout(watchParts, 2000);
}

function notice(words) {
  byId("notice").textContent = words;
  byId("notice").hidden = !words;
}

async function start() {
  translate();
  try {
    await showReports();
    watchParts();
  } catch {
    notice(t.unreachable);
  }
  const linked = new URLSearchParams(location.hash.slice(1)).get("q");
  if (linked) submit(linked);
  grow();
}

start();
