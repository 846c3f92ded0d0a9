// Calls of the service. Where it wants a key, the reader is asked for one; this tab keeps it until it is closed.

import { t } from "./words.js";

const KEPT = "wenbao-key";

/** As the browser's own `fetch`, with the key. */
export async function fetch(path, options = {}) {
  const key = sessionStorage.getItem(KEPT);
  const headers = key ? { ...options.headers, Authorization: `Bearer ${key}` } : options.headers;
  const response = await window.fetch(path, { ...options, headers });
  if (response.status !== 401) return response;
  if (sessionStorage.getItem(KEPT) === key) {
    const given = prompt(key ? t.keyRefused : t.keyWanted)?.trim();
    if (!given) return response;
    sessionStorage.setItem(KEPT, given);
  }
  return fetch(path, options);
}
