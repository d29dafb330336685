// One chart a figure, with a line or two for each run, over steps or over the time of training.

import uPlot from "../../vendor/uplot/uPlot.esm.js";
import { h } from "../dom.js";
import { duration, number, t } from "../words.js";
import { figureOf, shown } from "./words.js";

const HEIGHT = 230;
const ROWS = 12; // of the table beside a chart

/** Charts of all figures; gives {node, close}. */
export function charts(found, over) {
  const made = found.curves.map((curve) => chart(curve, found.runs, over)).filter(Boolean);
  const node = made.length ? h("div", {}, h("p", { class: "soft" }, t("compare.arrows")), h("div", { class: "charts" }, made.map((one) => one.node))) : h("p", { class: "soft" }, t(over === "time" ? "compare.no_clock" : "compare.no_curves"));
  const again = () => made.forEach((one) => one.draw());
  const wider = new ResizeObserver(() => made.forEach((one) => one.fit()));
  wider.observe(node);
  addEventListener("mb-theme", again);
  requestAnimationFrame(again);
  return {
    node,
    close() {
      wider.disconnect();
      removeEventListener("mb-theme", again);
      made.forEach((one) => one.end());
    },
  };
}

function chart(curve, runs, over) {
  const place = new Map(runs.map((run, at) => [run.id, at]));
  const lines = curve.lines.filter((line) => (over === "time" ? line.seconds : line.steps)?.length).map((line) => ({
    ...line, at: place.get(line.id), name: line.held ? t("compare.held", { name: runs[place.get(line.id)].name }) : runs[place.get(line.id)].name,
    x: over === "time" ? line.seconds : line.steps,
  }));
  if (!lines.length) return null;
  const data = uPlot.join(lines.map((line) => increasing(line.x, line.values)));
  const told = h("p", { class: "readout soft", "aria-live": "polite" });
  const room = h("div", { class: "chart", tabindex: "0", role: "group", "aria-label": t("compare.chart", { name: figureOf(curve.figure) }) });
  const node = h("figure", { class: "card" }, h("figcaption", {}, h("h3", {}, figureOf(curve.figure))), room, legend(lines), told,
    h("details", {}, h("summary", {}, t("compare.as_table")), rowsOf(data, lines, over)));
  let plot = null;
  let cursor = data[0].length - 1;
  const end = () => {
    plot?.destroy();
    plot = null;
  };
  const draw = () => {
    end();
    if (!room.isConnected) return;
    plot = new uPlot(options(lines, over, room.clientWidth || 320), data, room);
    plot.root.setAttribute("aria-hidden", "true");
  };
  room.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: -1, ArrowRight: 1, PageUp: 10, PageDown: -10, Home: -Infinity, End: Infinity }[event.key];
    if (move === undefined || !plot) return;
    event.preventDefault();
    cursor = Math.max(0, Math.min(data[0].length - 1, cursor + move));
    plot.setCursor({ left: plot.valToPos(data[0][cursor], "x"), top: HEIGHT / 3 });
    told.textContent = [at(data[0][cursor], over), ...lines.map((line, i) => `${line.name} ${shown(near(data[i + 1], cursor))}`)].join(" · ");
  });
  return { node, draw, end, fit: () => plot && room.clientWidth && plot.width !== room.clientWidth && plot.setSize({ width: room.clientWidth, height: HEIGHT }) };
}

/** A line over x that grows, as charts need it: of several values at one x the last is kept. */
function increasing(x, values) {
  const seen = new Map(x.map((one, i) => [one, values[i]]));
  const sorted = [...seen.keys()].sort((a, b) => a - b);
  return [sorted, sorted.map((one) => seen.get(one))];
}

/** The value at a place, or the last one before it: runs are recorded at different steps. */
function near(values, cursor) {
  for (let i = cursor; i >= 0; i--) if (values[i] !== null && values[i] !== undefined) return values[i];
  return null;
}

const at = (x, over) => (over === "time" ? duration(x) : t("compare.step", { step: number(x) }));

function options(lines, over, width) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line") } };
  const series = lines.map((line) => ({
    label: line.name, stroke: colour(`--p${line.at % 6}`), width: line.at < 6 ? 1.75 : 3, spanGaps: true,
    dash: line.held ? [6, 4] : line.at < 6 ? undefined : [2, 3], points: { show: line.x.length < 2 },
  }));
  return {
    width, height: HEIGHT, legend: { show: false }, scales: { x: { time: false } }, series: [{}, ...series],
    cursor: { drag: { x: true, y: false } },
    axes: [{ ...axis, values: (_, ticks) => ticks.map((x) => (over === "time" ? duration(x) : number(x))) }, { ...axis, size: 60, values: (_, ticks) => ticks.map((y) => number(y)) }],
  };
}

function legend(lines) {
  return h("ul", { class: "legend" }, lines.map((line) => h("li", {}, h("i", { class: `dot run${line.at}${line.held ? " held" : ""}`, "aria-hidden": "true" }), " ", line.name)));
}

function rowsOf(data, lines, over) {
  const [x] = data;
  const kept = x.length <= ROWS ? x.map((_, i) => i) : Array.from({ length: ROWS }, (_, i) => Math.round((i * (x.length - 1)) / (ROWS - 1)));
  return h("div", { class: "scroll", tabindex: "0" }, h("table", {},
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t(over === "time" ? "compare.time" : "compare.steps")), lines.map((line) => h("th", { scope: "col", class: "number" }, line.name)))),
    h("tbody", {}, kept.map((i) => h("tr", {}, h("th", { scope: "row" }, over === "time" ? duration(x[i]) : number(x[i])),
      lines.map((_, line) => h("td", { class: "number" }, shown(near(data[line + 1], i)))))))));
}
