// A citation in words, and the button that stands for it in a text.

import { h } from "./dom.js";
import { t } from "./words.js";

/** A mark that carries several statements comes once for each of them; its quotation is one. */
export function distinct(citations) {
  const first = (marker) => citations.find((citation) => citation.marker === marker);
  return citations.filter((citation) => citation.marker === null || citation === first(citation.marker));
}

/** 张家口市 · 2024年报告 */
export const whose = ({ region, year, report_title: title }) =>
  [region || title || t.unknownPlace, year && t.given(year)].filter(Boolean).join(" · ");

/** 已完成 · 2023年 */
export const tense = ({ stance, period }) =>
  [t.stances[stance], period && stance !== "other" && t.year(period)].filter(Boolean).join(" · ");

export function markButton(citation) {
  const { marker } = citation;
  const label = t.marker(marker, `${whose(citation)} · ${tense(citation)}`);
  return h("button", { type: "button", className: "marker", "data-marker": marker, "aria-label": label }, `${marker}`);
}
