// Where the reader is, in the address, so that a link or a reload comes back to it:
// #c=CONVERSATION&s=SOURCE&at=START-END, #view=reports, #q=QUESTION to ask.

/** The address as an object. */
export function place() {
  const found = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  const at = /^(\d+)-(\d+)$/.exec(found.at || "");
  return { ...found, at: at && { start: Number(at[1]), end: Number(at[2]) } };
}

/** Changes what is given; null takes it out. With `enter` the former place is one step back in the browser. */
export function move(changes, { enter = false } = {}) {
  const now = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  const next = Object.entries({ ...now, ...changes }).filter(([, value]) => value !== null);
  const hash = next.length ? `#${new URLSearchParams(next)}` : location.pathname;
  if (hash === (location.hash || location.pathname)) return;
  if (enter) history.pushState(null, "", hash);
  else history.replaceState(null, "", hash);
}
