// The original text around a citation, with the cited characters marked.

import { byId, characters, h } from "./dom.js";
import { fetch } from "./key.js";
import { t } from "./words.js";

const CONTEXT = 320; // characters shown on either side at first
const STEP = 800; // characters that "before" and "after" add
const wide = matchMedia("(min-width: 68rem)");

const panel = byId("reader");
const home = panel.parentElement;
let shown = null; // {source, name, start, end, from, to, length, card, opener}

/** Opens the text at `place` {source_id, source_name, start, end, title}; in a narrow window below `card`. */
export async function openReader(place, card, opener, { focus = true } = {}) {
  closeReader({ focus: false });
  shown = { ...place, from: Math.max(0, place.start - CONTEXT), to: place.end + CONTEXT, card, opener };
  card?.classList.add("open");
  opener?.setAttribute("aria-expanded", "true");
  settle();
  byId("reader-title").textContent = place.title;
  byId("reader-where").textContent = t.sourceOf(place.source_name, place.start, place.end);
  panel.hidden = false;
  byId("library").open = false;
  await show();
  if (focus && !wide.matches) panel.scrollIntoView({ block: "nearest" });
}

export function closeReader({ focus = true } = {}) {
  if (!shown) return;
  shown.card?.classList.remove("open");
  shown.opener?.setAttribute("aria-expanded", "false");
  if (focus) shown.opener?.focus();
  panel.hidden = true;
  home.prepend(panel);
  shown = null;
}

export const isWide = () => wide.matches;
export const isOpenAt = (opener) => shown !== null && shown.opener === opener;

/** Beside the answer where there is room, else inside the card. */
function settle() {
  if (shown?.card && !wide.matches) shown.card.append(panel);
  else home.prepend(panel);
}

async function show() {
  const now = shown;
  const text = await fetchText(now, now.from, now.to);
  if (shown !== now || text === null) return;
  now.from = text.start;
  now.to = text.end;
  now.length = text.length;
  const all = characters(text.text);
  const [first, last] = [now.start - text.start, now.end - text.start];
  const marked = h("mark", { tabIndex: -1 }, all.slice(first, last).join(""));
  const region = byId("reader-text");
  region.setAttribute("aria-label", now.title);
  region.replaceChildren(all.slice(0, first).join(""), ...(first === last ? [] : [marked]), all.slice(last).join(""));
  byId("reader-before").disabled = now.from === 0;
  byId("reader-after").disabled = now.to === now.length;
  region.scrollTop = first === last ? 0 : marked.offsetTop - Math.max(0, (region.clientHeight - marked.offsetHeight) / 2);
}

/** A window that reaches past the end is asked again with the true end. */
async function fetchText(place, from, to) {
  const address = (end) => `/v1/sources/${encodeURIComponent(place.source_id)}/text?start=${from}&end=${end}`;
  const known = place.length ?? (await (await fetch(address(from))).json()).length;
  const response = await fetch(address(Math.min(to, known)));
  return response.ok ? response.json() : null;
}

async function extend(before, after) {
  const region = byId("reader-text");
  const { scrollTop, scrollHeight } = region;
  shown.from = Math.max(0, shown.from - before);
  shown.to += after;
  await show();
  region.scrollTop = before ? scrollTop + region.scrollHeight - scrollHeight : scrollTop;
}

byId("reader-before").addEventListener("click", () => extend(STEP, 0));
byId("reader-after").addEventListener("click", () => extend(0, STEP));
byId("reader-close").addEventListener("click", () => closeReader());
panel.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeReader();
});
wide.addEventListener("change", () => shown && settle());
