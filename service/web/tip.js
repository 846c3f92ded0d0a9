// The quotation of a mark, shown beside it while the mouse or the focus is on it.

import { tense, whose } from "./cite.js";
import { byId, h } from "./dom.js";

const GAP = 8;
let soon = null;

/** Shows tips for the marks inside `element`, whose citations are found by `find(marker)`. */
export function tips(element, find) {
  const mark = (event) => event.target.closest?.(".marker");
  const show = (event, after) => {
    const one = mark(event);
    const citation = one && find(one.dataset.marker);
    if (!citation) return;
    clearTimeout(soon);
    soon = setTimeout(() => open(one, citation), after);
  };
  element.addEventListener("mouseover", (event) => show(event, 120));
  element.addEventListener("focusin", (event) => show(event, 0));
  for (const name of ["mouseout", "focusout", "click"]) element.addEventListener(name, (event) => mark(event) && hide());
}

function open(mark, citation) {
  const tip = byId("tip");
  tip.replaceChildren(
    h("span", { className: "where" }, h("b", {}, whose(citation)), h("span", { className: `stance ${citation.stance}` }, tense(citation))),
    h("span", { className: "quote", lang: "zh" }, citation.display),
  );
  tip.hidden = false;
  mark.setAttribute("aria-describedby", "tip");
  const at = mark.getBoundingClientRect();
  const left = Math.min(Math.max(GAP, at.left - 24), innerWidth - tip.offsetWidth - GAP);
  const below = at.bottom + GAP; // above, it would cover the statement that it proves
  tip.style.left = `${left}px`;
  tip.style.top = `${below + tip.offsetHeight < innerHeight ? below : Math.max(GAP, at.top - tip.offsetHeight - GAP)}px`;
}

function hide() {
  clearTimeout(soon);
  byId("tip").hidden = true;
  for (const one of document.querySelectorAll("[aria-describedby=tip]")) one.removeAttribute("aria-describedby");
}

addEventListener("keydown", (event) => event.key === "Escape" && hide());
addEventListener("scroll", hide, { capture: true, passive: true });
