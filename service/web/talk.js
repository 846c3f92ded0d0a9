// One conversation: its questions, the streams of their answers, and asking again in another way.

import { asText, citationList, renderAnswer } from "./answer.js";
import { Problem, events, get, send, unreachable } from "./api.js";
import { distinct, markButton } from "./cite.js";
import { question as askReader } from "./dialog.js";
import { byId, copy, h, icon, iconButton, points, say, wide } from "./dom.js";
import { watch } from "./health.js";
import { move } from "./place.js";
import { openReader } from "./reader.js";
import { offers } from "./reports.js";
import { tips } from "./tip.js";
import { t } from "./words.js";

let talk = null; // id of the conversation; null until something was asked in a new one
let running = null; // AbortController of the question under way
let told = () => {}; // hears when a conversation has changed
const turns = [];

export const onTalkChanged = (listener) => (told = listener);
export const isAsking = () => running !== null;
export const stop = () => running?.abort();

/** An empty page. What runs goes on at the service only until it notices. */
export function newTalk() {
  stop();
  talk = null;
  turns.length = 0;
  byId("answers").replaceChildren();
  byId("welcome").hidden = false;
}

/** Shows a conversation as it is kept. Throws Problem. */
export async function openTalk(id) {
  const { messages } = await get(`/v1/conversations/${encodeURIComponent(id)}`);
  newTalk();
  talk = id;
  for (const { question, answer, rating } of messages) show(newTurn({ question }), answer, rating);
  turns.at(-1)?.element.scrollIntoView({ block: "start" });
}

export const currentTalk = () => talk;

/** The citation at a place of a source that an answer on the page has, with those beside it. */
export function citationAt(sourceId, { start, end }) {
  for (const { record } of turns) {
    const citations = record ? distinct(record.citations) : [];
    const found = citations.find((one) => one.source_id === sourceId && one.start === start && one.end === end);
    if (found) return { citation: found, citations };
  }
  return null;
}

// --- asking ---

/** `asked` is {question, extractive, filters, label}: `label` says what the filters leave. */
export async function ask(asked) {
  if (running) return;
  running = new AbortController();
  toggle(true);
  const turn = newTurn(asked);
  turn.element.scrollIntoView({ block: "start" });
  const ticking = setInterval(() => tick(turn), 1000);
  try {
    const response = await posted(turn.asked, running.signal);
    for await (const [name, content] of events(response)) hear(turn, name, content);
    if (turn.busy) throw unreachable(); // the stream broke off
  } catch (error) {
    if (error.name !== "AbortError" && !(error instanceof Problem)) throw error;
    fail(turn, error);
  } finally {
    clearInterval(ticking);
    running = null;
    toggle(false);
  }
}

/** The stream of the answer, in this conversation or in one that begins with it. */
async function posted({ question, extractive, filters }, signal) {
  talk ??= await begun(signal);
  const body = { question, conversation_id: talk, mode: extractive ? "extractive" : "auto", filters: filters ?? {}, stream: true };
  try {
    return await send("POST", "/v1/ask", body, { signal });
  } catch (error) {
    if (error.code !== "not_found") throw error;
    talk = await begun(signal); // it was deleted elsewhere
    return send("POST", "/v1/ask", { ...body, conversation_id: talk }, { signal });
  }
}

async function begun(signal) {
  const { id } = await (await send("POST", "/v1/conversations", {}, { signal })).json();
  move({ c: id, q: null });
  return id;
}

function hear(turn, name, content) {
  if (name === "queued") {
    turn.words = t.queued(content.place);
    tick(turn);
  } else if (name === "evidence") {
    turn.words = t.drafting(content.citations.length);
    tick(turn);
    say(turn.words);
    turn.cited = content.citations.map((citation, i) => ({ ...citation, marker: i + 1 }));
    turn.evidence.replaceChildren(citationList(turn.cited, t.evidence) ?? "");
  } else if (name === "token") {
    if (!turn.draft.hasChildNodes()) turn.words = t.checking;
    drafted(turn, content.text);
  } else if (name === "answer") {
    show(turn, content, null);
    say(t.answered(content.answer));
    told(talk);
    const first = distinct(content.citations)[0];
    if (first && wide.matches) openReader(first, { citations: distinct(content.citations), focus: false });
  } else if (name === "error") {
    throw new Problem(content);
  }
}

/** A piece of the draft. Its [n] become marks of the evidence as soon as they are whole. */
function drafted(turn, text) {
  const rest = turn.draft.lastChild ?? turn.draft.appendChild(new Text());
  rest.data += text;
  for (let found; (found = /\[(\d+)\]/.exec(rest.data)); ) {
    const citation = turn.cited[Number(found[1]) - 1];
    const before = rest.data.slice(0, found.index);
    rest.before(before, citation ? markButton(citation) : found[0]);
    rest.data = rest.data.slice(found.index + found[0].length);
  }
}

function tick(turn) {
  const seconds = Math.round((Date.now() - turn.since) / 1000);
  turn.shown.textContent = seconds >= 2 ? `${turn.words} · ${t.seconds(seconds)}` : turn.words;
}

function toggle(busy) {
  byId("ask").hidden = busy;
  byId("stop").hidden = !busy;
  if (busy) say(t.searching);
}

// --- a question with its answer ---

function newTurn(asked) {
  const shown = h("span", {}, t.searching);
  const draft = h("p", { className: "draft" });
  const evidence = h("div");
  const body = h("div", {}, h("p", { className: "progress" }, shown), draft, evidence);
  const element = h("article", { className: "turn" }, h("h2", { tabIndex: -1 }, asked.question), h("div", { className: "scope" }), body);
  const turn = { asked, element, body, shown, draft, evidence, words: t.searching, since: Date.now(), busy: true, record: null, cited: [] };
  const citedBy = (marker) => turn.cited[Number(marker) - 1];
  tips(draft, citedBy);
  draft.addEventListener("click", ({ target }) => {
    const mark = target.closest(".marker");
    if (mark) openReader(citedBy(mark.dataset.marker), { citations: turn.cited, opener: mark });
  });
  if (asked.label) element.querySelector(".scope").append(chip(asked.label, t.unlimited, { ...asked, filters: null, label: null }));
  byId("answers").append(element);
  byId("welcome").hidden = true;
  turns.push(turn);
  return turn;
}

function show(turn, record, rating) {
  turn.busy = false;
  turn.record = record;
  const body = renderAnswer(record);
  if (record.status === "refused") body.append(instead(turn));
  body.append(actions(turn, rating));
  turn.body.replaceWith(body);
  turn.body = body;
  turn.element.classList.add(record.status);
  turn.element.querySelector(".scope").replaceChildren(...scope(turn));
  tips(body, (marker) => record.citations.find((one) => `${one.marker}` === marker));
}

/** Under the question: how it was understood, and what limits it, each to be taken away. */
function scope({ asked, record }) {
  const { question, extractive, filters, label } = asked;
  const again = (words) => ({ question: words, extractive, filters, label });
  const parts = [];
  if (record.question_understood) parts.push(h("p", { className: "understood" }, t.understood(record.question_understood)));
  const named = new Map(record.scope?.limits.map((limit) => [`${limit.kind} ${limit.value}`, limit]));
  const chips = [...named.values()].map((limit) => {
    const value = limit.kind === "year" ? t.year(limit.value) : limit.kind === "stance" ? t.stances[limit.value] : limit.value;
    return chip(value, t.without(value), limit.without && again(limit.without), limit.kind === "stance" && limit.value);
  });
  if (label) chips.push(chip(label, t.unlimited, { question, extractive }));
  if (chips.length) parts.push(h("ul", { className: "chips", "aria-label": t.scope }, chips));
  return parts;
}

function chip(words, hint, asked, stance = "") {
  const away = asked && iconButton("close", hint, () => ask(asked));
  return h("li", { className: `chip ${stance || ""}` }, words, away);
}

/** What there is in place of what was asked for: other places or years, to ask with one click. */
function instead(turn) {
  const { record, asked } = turn;
  const whole = record.question_understood ?? asked.question;
  const text = points(whole);
  const items = offers(record).map(({ words, limit }) => {
    const question = limit && text.slice(0, limit.start) + words + text.slice(limit.end, text.length);
    return h("li", {}, h("button", { type: "button", onclick: () => ask({ ...asked, question }) }, words));
  });
  const all = h("li", {}, h("a", { href: "#view=reports" }, t.allReports));
  return h("section", { className: "instead" }, h("h3", {}, t.instead), h("ul", {}, items, all));
}

function actions(turn, rating) {
  const { record } = turn;
  const how = record.status !== "refused" && (record.mode_used === "model" ? t.model : t.extracted);
  const copying = h("button", { type: "button", className: "quiet", onclick: copied }, icon("copy"), h("span", {}, t.copy));
  async function copied() {
    await copy(asText(record));
    copying.lastChild.textContent = t.copied;
    say(t.copied);
  }
  const thumbs = [
    iconButton("up", t.good, () => rate(1), { "aria-pressed": `${rating === 1}` }),
    iconButton("down", t.bad, () => rate(-1), { "aria-pressed": `${rating === -1}` }),
  ];
  async function rate(value) {
    const comment = value === 1 ? "" : await askReader({ title: t.badTitle, text: t.badText, input: { required: false, maxLength: 2000 }, ok: t.send });
    if (comment === null) return;
    try {
      await send("POST", `/v1/answers/${record.id}/feedback`, { rating: value, comment });
      thumbs.forEach((thumb, i) => thumb.setAttribute("aria-pressed", `${(i === 0) === (value === 1)}`));
      say(t.thanks);
    } catch (error) {
      say(error.message);
    }
  }
  const seconds = record.timings_ms.total / 1000;
  const took = seconds >= 0.1 && t.seconds(seconds.toFixed(1));
  return h("p", { className: "after" }, copying, thumbs, h("span", { className: "how" }, [how, took].filter(Boolean).join(" · ")));
}

/** The question was stopped, refused by the service, or the service is gone: it can be asked again as it was. */
function fail(turn, error) {
  turn.busy = false;
  const stopped = error.name === "AbortError";
  const again = h("button", { type: "button", onclick: repeat }, t.again);
  function repeat() {
    const field = byId("question");
    if (field.value === turn.asked.question) field.value = "";
    turn.element.remove();
    ask(turn.asked);
  }
  const words = stopped ? t.stopped : error.message + (error.id ? t.requestId(error.id) : "");
  turn.draft.remove();
  turn.shown.parentElement.replaceWith(h("p", stopped ? { className: "after" } : { className: "failed", role: "alert" }, words, again));
  if (stopped) return say(words);
  const field = byId("question");
  if (!field.value) field.value = turn.asked.question;
  if (error.code === "unreachable") watch();
}
