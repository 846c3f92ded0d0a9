// Files on their way into the reports: chosen or dropped, sent, read and indexed, each with what became of it.

import { authorization, call, events, get, Problem, unreachable } from "./api.js";
import { byId, h, say } from "./dom.js";
import { watch } from "./health.js";
import { showReports } from "./reports.js";
import { t } from "./words.js";

const rows = new Map(); // by job and name: {element, state, progress}
const RETRY = 2000;

/** Sends the files and follows what becomes of them. */
export async function upload(files) {
  if (!files.length) return;
  location.hash = "#view=reports";
  const sent = [...files];
  const made = sent.map((file) => newRow(file.name));
  try {
    const { job_id: job } = await posted(sent, (loaded) => tellSent(sent, made, loaded));
    sent.forEach((file, i) => rows.set(`${job} ${file.name}`, made[i]));
    for (const row of made) state(row, t.waiting, null);
    await follow(job);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    for (const row of made) outcome(row, "failed", t.uploadFailed, error.message);
  }
}

/** Uploads that are still under way, as after a reload. */
export async function followRunning() {
  const { jobs } = await get("/v1/jobs?limit=5");
  for (const { id, state } of jobs) if (state === "queued" || state === "running") follow(id);
}

/** `fetch` does not tell how much is sent. */
function posted(files, told) {
  const form = new FormData();
  for (const file of files) form.append("files", file, file.name);
  const request = new XMLHttpRequest();
  request.open("POST", "/v1/sources");
  request.responseType = "json";
  const key = authorization();
  if (key) request.setRequestHeader("Authorization", key);
  request.upload.addEventListener("progress", (event) => told(event.loaded));
  return new Promise((resolve, reject) => {
    request.addEventListener("load", () => {
      if (request.status === 202) resolve(request.response);
      else reject(new Problem(request.response ?? { code: "internal" }));
    });
    request.addEventListener("error", () => reject(unreachable()));
    request.send(form);
  });
}

/** One body holds all files, one behind the other. */
function tellSent(files, made, loaded) {
  let before = 0;
  files.forEach((file, i) => {
    const part = file.size ? Math.min(1, Math.max(0, (loaded - before) / file.size)) : 1;
    before += file.size;
    state(made[i], t.sending(Math.round(100 * part)), part);
  });
}

// --- what becomes of them ---

async function follow(job) {
  for (;;) {
    try {
      for await (const [name, content] of events(await call(`/v1/jobs/${job}/events`))) {
        hear(job, name, content);
        if (name !== "done") continue;
        say(content.files.map((file) => `${file.name}：${t.outcomes[file.status] ?? file.status}`).join(t.joined));
        return await showReports();
      }
    } catch (error) {
      if (error.code !== "unreachable") throw error;
      watch();
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY)); // jobs go on after a restart
  }
}

function hear(job, name, content) {
  if (name === "progress" && content.current) {
    const { name: file, passages_done: done, passages_total: all } = content.current;
    state(rowOf(job, file), all ? t.indexing(done, all) : t.reading, all ? done / all : null);
  } else if (name === "file") {
    const row = rowOf(job, content.name);
    const words = t.outcomes[content.status] ?? content.status;
    if (content.error) return outcome(row, "failed", t.outcomes.failed, fault(content.error.detail));
    const found = content.reports.map((one) => [one.region || t.unknownPlace, one.year && t.given(one.year)].filter(Boolean).join(" "));
    outcome(row, content.status, words, [t.holds(found.length), found.slice(0, 6).join(t.joined)].join(" · "));
  } else if (name === "done") {
    const names = new Set(content.files.map((file) => file.name));
    for (const [key, row] of rows) {
      const own = key.startsWith(`${job} `) && key.slice(job.length + 1);
      if (own && !names.has(own)) row.element.remove(); // an archive: its files stand in its place
    }
  }
}

function rowOf(job, name) {
  const key = `${job} ${name}`;
  if (!rows.has(key)) rows.set(key, newRow(name));
  return rows.get(key);
}

/** What is wrong in the reader's language, and the service's own sentence. */
function fault(detail) {
  const words = t.faults.find(([pattern]) => new RegExp(pattern, "i").test(detail))?.[1];
  return [words, detail].filter(Boolean).join(" ");
}

function newRow(name) {
  const words = h("span", { className: "state" }, t.sending(0));
  const progress = h("progress", { max: 1, value: 0, "aria-label": name });
  const more = h("span", { className: "more" });
  const element = h("li", {}, h("b", {}, name), words, progress, more);
  byId("uploads").prepend(element);
  byId("uploads-title").hidden = false;
  return { element, words, progress, more };
}

function state(row, words, part) {
  row.words.textContent = words;
  if (part === null) row.progress.removeAttribute("value");
  else row.progress.value = part;
}

function outcome(row, status, words, more) {
  row.progress.remove();
  row.element.className = status;
  row.words.textContent = words;
  row.more.textContent = more;
}

// --- choosing and dropping ---

byId("add").addEventListener("click", () => byId("files").click());
byId("files").addEventListener("change", () => {
  const chosen = [...byId("files").files];
  byId("files").value = "";
  upload(chosen);
});

const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
addEventListener("dragover", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  byId("drop").hidden = false;
});
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) byId("drop").hidden = true;
});
addEventListener("drop", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  byId("drop").hidden = true;
  upload([...event.dataTransfer.files]);
});
