// One question at a time in front of the page: whether to delete, a new name, a key.

import { byId, h } from "./dom.js";
import { t } from "./words.js";

/**
 * What was typed (or "" where there is nothing to type) when it was agreed to, null when not.
 * `input` has the properties of a field; `danger` marks what cannot be undone.
 */
export function question({ title, text, input = null, ok, danger = false }) {
  const dialog = byId("dialog");
  const field = input && h("input", { type: "text", required: true, "aria-label": title, ...input });
  const cancel = h("button", { type: "button", onclick: () => dialog.close("") }, t.cancel);
  const agree = h("button", { type: "submit", className: danger ? "main danger" : "main" }, ok);
  const form = h(
    "form",
    { onsubmit: agreed },
    h("h2", { id: "dialog-title" }, title),
    text && h("p", {}, text),
    field,
    h("p", { className: "choices" }, cancel, agree),
  );
  let answer = null;
  function agreed(event) {
    event.preventDefault();
    answer = field ? field.value : "";
    dialog.close();
  }
  dialog.replaceChildren(form);
  dialog.showModal();
  (field ?? (danger ? cancel : agree)).focus();
  field?.select();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(answer), { once: true }));
}
