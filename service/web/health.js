// Whether the service and its parts work: said above the page until they do.

import { get } from "./api.js";
import { byId, h, say } from "./dom.js";
import { t } from "./words.js";

const EVERY = 2000;
let waiting = null;
let back = () => {};

/** Hears when the service answers again after it did not. */
export const onBack = (listener) => (back = listener);

/** Looks now, and again until all is well. */
export async function watch() {
  clearTimeout(waiting);
  const gone = byId("notice").dataset.of === "gone";
  let found;
  try {
    found = await readiness();
  } catch (error) {
    if (error.code !== "unreachable") return;
    notice("gone", t.unreachable);
    waiting = setTimeout(watch, EVERY);
    return;
  }
  if (gone) {
    say(t.back);
    back();
  }
  tell(found);
  if (!found.ready) waiting = setTimeout(watch, EVERY);
}

/** The answer of /health/ready, which is also a body where a part does not work. */
async function readiness() {
  try {
    return await get("/health/ready");
  } catch (error) {
    if (error.body?.parts) return error.body;
    throw error;
  }
}

function tell({ ready, parts }) {
  if (ready) return notice("", "");
  const all = Object.keys(parts);
  const lacking = all.filter((name) => !parts[name].ready);
  const named = lacking.map((name) => t.parts[name] || name).join(t.joined);
  if (lacking.every((name) => /loading/.test(parts[name].problem))) {
    return notice("loading", t.notReady(named), h("progress", { max: all.length, value: all.length - lacking.length, "aria-label": named }));
  }
  const problems = lacking.map((name) => parts[name].problem).join("\n");
  notice("parts", `${lacking.join() === "chat_model" ? t.modelDown : t.broken(named)}\n${problems}`);
}

function notice(of, words, ...more) {
  const element = byId("notice");
  if (element.dataset.of === of && element.firstChild?.textContent === words) return;
  element.dataset.of = of;
  element.replaceChildren(words, ...more);
  element.hidden = !words;
}
