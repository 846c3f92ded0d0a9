// Calls of the service: with the key where it wants one, problems as values, streams of events.

import { question } from "./dialog.js";
import { t } from "./words.js";

const KEPT = "wenbao-key";
let asking = null; // the dialog for a key, while it is open

/** What the service refused, with the `body` that it sent, or that it was not reached ("unreachable"). */
export class Problem extends Error {
  constructor(body) {
    super(t.problems[body.code] || body.detail || t.problems.internal);
    this.code = body.code;
    this.id = body.request_id;
    this.body = body;
  }
}

/** The response where the service took the call. Throws Problem; AbortError where the caller gave up. */
export async function call(path, options = {}) {
  const key = sessionStorage.getItem(KEPT);
  const headers = key ? { ...options.headers, Authorization: `Bearer ${key}` } : options.headers;
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw unreachable();
  }
  if (response.ok) return response;
  if (response.status === 401 && (await keyGiven(key))) return call(path, options);
  throw new Problem(await response.json().catch(() => ({ code: "internal" })));
}

export const get = async (path) => (await call(path)).json();

export const send = (method, path, body, options = {}) =>
  call(path, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), ...options });

export const unreachable = () => new Problem({ code: "unreachable" });

/** The key as a header, for who calls without `call`. */
export const authorization = () => {
  const key = sessionStorage.getItem(KEPT);
  return key && `Bearer ${key}`;
};

/** Whether there is another key now than the one that was refused. Asks once, however many calls wait. */
async function keyGiven(refused) {
  if (sessionStorage.getItem(KEPT) !== refused) return true;
  asking ??= question({
    title: t.keyTitle,
    text: refused ? t.keyRefused : t.keyWanted,
    input: { type: "password", autocomplete: "off", placeholder: "wb_…" },
    ok: t.keyGo,
  }).finally(() => (asking = null));
  const given = (await asking)?.trim();
  if (given) sessionStorage.setItem(KEPT, given);
  return Boolean(given);
}

/** The events of a stream, as [name, object]. Throws Problem where it breaks off under way. */
export async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    let piece;
    try {
      piece = await reader.read();
    } catch (error) {
      throw error.name === "AbortError" ? error : unreachable();
    }
    if (piece.done) return;
    const blocks = (held + piece.value).split("\n\n");
    held = blocks.pop();
    for (const block of blocks) {
      const name = /^event: (.*)$/m.exec(block);
      const content = /^data: (.*)$/m.exec(block);
      if (name && content) yield [name[1], JSON.parse(content[1])];
    }
  }
}
