// The conversations in a side list: found, renamed, exported, deleted.

import { call, get, send } from "./api.js";
import { question } from "./dialog.js";
import { byId, h, iconButton, save, say } from "./dom.js";
import { day, t } from "./words.js";

const PAGE = 50;
let shown = [];
let total = 0;
let current = null;
let gone = () => {}; // hears of a conversation that was deleted

export const onTalkGone = (listener) => (gone = listener);

/** Reads the list anew and marks the conversation that is open. */
export async function showHistory(talk = current) {
  current = talk;
  const words = byId("find-talk").value.trim();
  const limit = Math.max(PAGE, shown.length);
  const page = await get(`/v1/conversations?limit=${Math.min(limit, 200)}&q=${encodeURIComponent(words)}`);
  if (words !== byId("find-talk").value.trim()) return;
  shown = page.conversations;
  total = page.total;
  draw();
}

async function more() {
  const words = byId("find-talk").value.trim();
  const page = await get(`/v1/conversations?limit=${PAGE}&offset=${shown.length}&q=${encodeURIComponent(words)}`);
  shown = [...shown, ...page.conversations];
  draw();
}

function draw() {
  const empty = byId("find-talk").value.trim() ? t.noSuchTalks : t.noTalks;
  const rest = shown.length < total && h("li", {}, h("button", { type: "button", className: "quiet", onclick: () => tried(more) }, t.moreTalks));
  const asked = shown.filter((talk) => talk.title || talk.id === current); // of the others the first question was stopped
  byId("talks").replaceChildren(...asked.map(item), ...(rest ? [rest] : []));
  byId("no-talks").textContent = asked.length ? "" : empty;
}

function item(talk) {
  const title = talk.title || t.untitled;
  const here = talk.id === current;
  const menu = iconButton("more", `${t.menu}：${title}`, () => openMenu(talk, menu), { "aria-haspopup": "menu" });
  const link = h("a", { href: `#c=${encodeURIComponent(talk.id)}`, "aria-current": here ? "page" : null, title }, h("span", {}, title), h("time", { dateTime: talk.updated_at }, day(talk.updated_at)));
  return h("li", { className: here ? "here" : "" }, link, menu);
}

// --- the menu of one ---

function openMenu(talk, opener) {
  const menu = byId("menu");
  const choice = (words, act) => h("button", { type: "button", role: "menuitem", onclick: () => (menu.hidePopover(), tried(() => act(talk))) }, words);
  menu.replaceChildren(
    choice(t.rename, rename),
    choice(t.exportMarkdown, () => download(talk, "markdown", "md")),
    choice(t.exportJson, () => download(talk, "json", "json")),
    choice(t.remove, remove),
  );
  menu.showPopover();
  const at = opener.getBoundingClientRect();
  menu.style.left = `${Math.min(at.left, innerWidth - menu.offsetWidth - 8)}px`;
  menu.style.top = `${Math.min(at.bottom + 4, innerHeight - menu.offsetHeight - 8)}px`;
  menu.firstElementChild.focus();
}

byId("menu").addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const items = [...byId("menu").children];
  items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
});

async function rename(talk) {
  const title = await question({ title: t.renameTitle, input: { value: talk.title, maxLength: 200 }, ok: t.rename });
  if (!title?.trim()) return;
  await send("PATCH", `/v1/conversations/${encodeURIComponent(talk.id)}`, { title });
  await showHistory();
}

async function download(talk, format, ending) {
  const response = await call(`/v1/conversations/${encodeURIComponent(talk.id)}/export?format=${format}`);
  save(`${(talk.title || talk.id).replace(/[\\/:*?"<>|\s]+/g, " ").slice(0, 60)}.${ending}`, await response.blob());
}

async function remove(talk) {
  const sure = await question({ title: t.deleteTalk, text: t.deleteTalkText(talk.title || t.untitled), ok: t.remove, danger: true });
  if (sure === null) return;
  await call(`/v1/conversations/${encodeURIComponent(talk.id)}`, { method: "DELETE" });
  if (talk.id === current) gone();
  await showHistory();
}

async function tried(act) {
  try {
    await act();
  } catch (error) {
    say(error.message);
    byId("no-talks").textContent = error.message;
  }
}

let typing = null;
byId("find-talk").addEventListener("input", () => {
  clearTimeout(typing);
  shown = [];
  typing = setTimeout(() => tried(() => showHistory()), 200);
});
