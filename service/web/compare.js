// The figures of a comparison as a table and, where they have a unit in common, as a chart drawn by D3.

import { h, icon, points, save } from "./dom.js";
import { t } from "./words.js";

const LEAST = 3; // rows: two figures are read in the sentence itself
const ROW = 34;
const WIDTH = 300;
const MARGIN = { top: 8, right: 66, bottom: 30 };

/** For a record with three rows or more, else null. `mark` makes the button of a citation. */
export function comparison(record, mark) {
  const found = record.comparison;
  if (!found || found.rows.length < LEAST) return null;
  const cited = new Map(record.citations.map((citation) => [citation.marker, citation]));
  const drawn = found.rows.filter((row) => row.value !== null);
  const figure = h("figure", { className: "chart" });
  const buttons = h("p", { className: "tools" }, tool(t.csv, () => save("comparison.csv", asCsv(found, cited))));
  if (found.unit && drawn.length > 1) {
    draw(figure, found, drawn);
    buttons.append(tool(t.svg, () => save("comparison.svg", asSvg(figure.querySelector("svg")))));
  }
  return h(
    "section",
    { className: "comparison" },
    h("h3", {}, [t.compared(found.indicator), found.unit].filter(Boolean).join(" · ")),
    h("div", { className: "beside" }, table(found, cited, mark), figure.hasChildNodes() && figure),
    buttons,
  );
}

const tool = (label, onclick) => h("button", { type: "button", className: "quiet", onclick }, icon("save"), label);

function table(found, cited, mark) {
  const rows = found.rows.map((row) =>
    h(
      "tr",
      { className: row.text === null ? "none" : "" },
      h("th", { scope: "row" }, row.label),
      h("td", { className: "value" }, row.text ?? t.notGiven),
      h("td", {}, cited.has(row.marker) && mark(cited.get(row.marker))),
    ),
  );
  const head = [t.side, t.value, t.source].map((name, i) => h("th", { scope: "col", className: i === 1 ? "value" : "" }, name));
  return h("table", {}, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows));
}

/** Bars from the highest to the lowest. The drawing has a name; its figures are read from the table. */
async function draw(figure, found, drawn) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  figure.append(drawing);
  const { axisBottom, scaleBand, scaleLinear, select } = await import("./d3.js");
  const rows = [...drawn].sort((a, b) => b.value - a.value);
  const left = Math.min(120, 14 + 13 * Math.max(...rows.map((row) => points(row.label).length)));
  const [width, height] = [WIDTH, MARGIN.top + rows.length * ROW + MARGIN.bottom];
  const values = rows.map((row) => row.value);
  const x = scaleLinear([Math.min(0, ...values), Math.max(0, ...values)], [left, width - MARGIN.right]).nice(4);
  const y = scaleBand(rows.map((_, i) => i), [MARGIN.top, height - MARGIN.bottom]).padding(0.36);
  const svg = select(drawing)
    .attr("viewBox", `0 0 ${width} ${height}`)
    .attr("role", "img")
    .attr("aria-label", t.chart(found.indicator, found.unit));
  svg
    .append("g")
    .attr("class", "axis")
    .attr("transform", `translate(0,${height - MARGIN.bottom})`)
    .call(axisBottom(x).ticks(4).tickSize(-(height - MARGIN.top - MARGIN.bottom)).tickPadding(8));
  const bars = svg.selectAll("g.row").data(rows).join("g").attr("class", "row");
  bars
    .append("rect")
    .attr("x", (row) => x(Math.min(0, row.value)))
    .attr("y", (_, i) => y(i))
    .attr("width", (row) => Math.abs(x(row.value) - x(0)))
    .attr("height", y.bandwidth())
    .attr("rx", 2);
  const middle = (_, i) => y(i) + y.bandwidth() / 2;
  bars.append("text").attr("class", "label").attr("x", left - 10).attr("y", middle).attr("dy", "0.35em").attr("text-anchor", "end").text((row) => short(row.label));
  bars.append("text").attr("class", "value").attr("x", (row) => x(Math.max(0, row.value)) + 8).attr("y", middle).attr("dy", "0.35em").text((row) => row.text);
}

/** A label that does not fit beside its bar: the table has the whole of it. */
const short = (label) => (points(label).length > 8 ? `${points(label).slice(0, 7)}…` : label);

/** A drawing that stands alone: with its own colours, for a light and a dark page. */
function asSvg(drawing) {
  const style =
    "text{font:13px sans-serif;fill:#23201c}rect{fill:#a8402f}.axis text{fill:#6a635b;font-size:11px}" +
    ".axis line{stroke:#ddd6ca}.axis path{display:none}" +
    "@media(prefers-color-scheme:dark){text{fill:#ece7df}rect{fill:#e0897c}.axis text{fill:#a59c90}.axis line{stroke:#4a443c}}";
  const [, , width, height] = drawing.getAttribute("viewBox").split(" ");
  const text = new XMLSerializer().serializeToString(drawing);
  return text.replace(/^<svg([^>]*)>/, `<svg$1 width="${width}" height="${height}"><style>${style}</style>`);
}

/** With a byte order mark, by which spreadsheets know that it is UTF-8. */
function asCsv(found, cited) {
  const rows = found.rows.map((row) => {
    const citation = cited.get(row.marker);
    return [row.label, row.region, row.year, row.value, found.unit, row.text, citation?.display, citation?.source_name, citation?.start, citation?.end];
  });
  return `\ufeff${[t.columns, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

/** Text that a spreadsheet would take for a formula is kept from being one. */
function cell(value) {
  if (typeof value === "number") return `${value}`;
  const text = `${value ?? ""}`;
  const safe = /^[=+@\t\r]|^-(?!\d)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
