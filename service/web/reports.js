// The reports by place and year: what there is, what is missing or cut off, and taking a file out.

import { call, get } from "./api.js";
import { question } from "./dialog.js";
import { byId, h, iconButton, say } from "./dom.js";
import { closeReaderOf, openReport } from "./reader.js";
import { t } from "./words.js";

const PAGE = 1000;
const OFFERED = 10;
let held = [];
let changed = () => {};

export const reports = () => held;
export const onReportsChanged = (listener) => (changed = listener);

/** Reads what there is, all pages of it, and shows it. */
export async function showReports() {
  const all = [];
  let total = 1;
  while (all.length < total) {
    const page = await get(`/v1/reports?limit=${PAGE}&offset=${all.length}`);
    if (!page.reports.length) break;
    all.push(...page.reports);
    total = page.total;
  }
  held = all.sort(byPlaceAndYear);
  byId("count").textContent = held.length || "";
  draw();
  changed();
}

const byPlaceAndYear = (one, other) =>
  (one.region ? 0 : 1) - (other.region ? 0 : 1) ||
  (one.region || "").localeCompare(other.region || "", "zh") ||
  (other.year || 0) - (one.year || 0) ||
  one.start - other.start;

/** The report that holds a place of a source. */
export const reportAt = (sourceId, at) =>
  held.find((one) => one.source_id === sourceId && one.start <= at && at < one.end) ?? held.find((one) => one.source_id === sourceId);

/** What could be asked in place of what a refusal did not find: [{words, limit}], the limit to be replaced. */
export function offers(record) {
  const limits = record.scope?.limits ?? [];
  const place = limits.find((limit) => limit.kind === "region");
  const year = limits.find((limit) => limit.kind === "year");
  const own = held.filter((one) => one.region === place?.value);
  if (year && own.length) {
    const years = [...new Set(own.flatMap((one) => (one.year ? [one.year - 1, one.year] : [])))];
    const words = years.filter((one) => `${one}` !== year.value).sort((a, b) => b - a).slice(0, OFFERED);
    return words.map((one) => ({ words: record.language === "en" ? `${one}` : `${one}年`, limit: year }));
  }
  if (!place) return [];
  const others = new Map(held.filter((one) => one.region && one.region !== place.value).map((one) => [one.region, one]));
  return [...others.values()].slice(0, OFFERED).map((one) => ({ words: record.language === "en" ? english(one) : one.region, limit: place }));
}

/** A place in an English question: Langfang, where it has such a name. */
const english = ({ region, aliases }) => {
  const name = aliases.find((alias) => /^[a-z]+$/.test(alias));
  return name ? name[0].toUpperCase() + name.slice(1) : region;
};

// --- the table ---

function draw() {
  const words = byId("filter").value.trim().toLowerCase().split(/\s+/);
  const fits = (one) => words.every((word) => `${one.region} ${one.year} ${one.title} ${one.aliases.join(" ")} ${one.source_name}`.toLowerCase().includes(word));
  const found = held.filter(fits);
  byId("library").textContent = t.library(held.length);
  byId("no-reports").textContent = !held.length ? t.noReports : found.length ? "" : t.noSuchReports;
  byId("table").hidden = !found.length;
  const places = Map.groupBy ? Map.groupBy(found, (one) => one.region) : grouped(found);
  byId("rows").replaceChildren(...[...places].flatMap(([region, own]) => own.map((one, i) => row(one, i, region, own))));
}

function grouped(found) {
  const places = new Map();
  for (const one of found) places.set(one.region, [...(places.get(one.region) ?? []), one]);
  return places;
}

function row(report, i, region, own) {
  const name = region || t.unknownPlace;
  const missing = i === 0 && region ? missingYears(own) : "";
  const title = `${name} ${report.year ?? ""} ${report.title}`;
  const opener = h("button", { type: "button", className: "open", lang: "zh", onclick: () => openReport(report, { opener }) }, report.title || report.source_name);
  const notes = [t.kinds[report.kind], report.truncated && t.truncated, report.duplicate_of && t.duplicate].filter(Boolean);
  return h(
    "tr",
    { className: i === 0 ? "first" : "" },
    h("th", { scope: "row", className: report.region ? "" : "unknown" }, h("span", { className: i === 0 ? "" : "again" }, name), missing && h("small", {}, t.missingYears(missing))),
    h("td", { className: "year" }, report.year ? `${report.year}` : t.unknownYear),
    h("td", {}, opener, h("small", {}, report.source_name)),
    h("td", { className: "notes" }, notes.map((note) => h("span", {}, note))),
    h("td", {}, iconButton("trash", t.deleteLabel(title), () => remove(report))),
  );
}

/** Years between a place's first and last report that none of them is of: 2019, 2021–2022. */
function missingYears(own) {
  const years = new Set(own.map((one) => one.year).filter(Boolean));
  const lacking = [];
  for (let year = Math.min(...years) + 1; year < Math.max(...years); year++) {
    if (years.has(year)) continue;
    const last = lacking.at(-1);
    if (last?.[1] === year - 1) last[1] = year;
    else lacking.push([year, year]);
  }
  return lacking.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(t.joined);
}

async function remove(report) {
  const n = held.filter((one) => one.source_id === report.source_id).length;
  const sure = await question({ title: t.deleteReport, text: t.deleteReportText(report.source_name, n), ok: t.remove, danger: true });
  if (sure === null) return;
  try {
    await call(`/v1/sources/${encodeURIComponent(report.source_id)}`, { method: "DELETE" });
    closeReaderOf(report.source_id);
    tell(t.deleted(report.source_name));
    await showReports();
  } catch (error) {
    tell(error.message);
  }
}

function tell(words) {
  byId("told").textContent = words;
  say(words);
}

byId("filter").addEventListener("input", draw);
