// The curves of a run: a line a figure, solid for training, dashed for held-out items; uPlot draws them.

import uPlot from "/vendor/uplot/uPlot.esm.js";
import { h, clear } from "../dom.js";
import { number, t } from "../words.js";
import { nameOf } from "./players.js";
import { aligned, thin } from "./thin.js";

const MOST = 2000; // points drawn
const EVERY = 200; // ms between two drawings at least
const LIVE = 400; // points of the last steps, for which there is no record yet

/**
 * The curves of `records`. Gives {node, draw(), pulse(step, losses), cursor(step), forget(step), read(), close()};
 * `onstep(step, start)` is called where somebody points at a step, `onkey(event)` for keys.
 */
export function curves(records, { players, onstep, onkey }) {
  const live = { steps: [], losses: new Map() };
  const select = h("select", { "aria-label": t("run.figure"), onchange: () => choose(select.value) });
  const log = h("input", { type: "checkbox", onchange: () => rebuild() });
  const legend = h("div", { class: "run-legend" });
  const line = h("div", { class: "run-cursor hidden" });
  const plot = h("div", { class: "run-plot", tabindex: "0", role: "slider", "aria-label": t("run.curves_keys"), "aria-valuemin": "0", "aria-valuemax": "1", "aria-valuenow": "0", onkeydown: onkey });
  const empty = h("p", { class: "soft run-empty" }, t("shell.loading"));
  const node = h("section", { class: "card run-curves" },
    h("div", { class: "row run-head" }, h("h2", {}, t("run.curves")), select, h("label", {}, log, t("run.log"))),
    legend, empty, plot);
  const hidden = new Set();
  let current = []; // the lines that are drawn
  let [chart, shown, offered, at, timer, chosen] = [null, "", null, null, 0, ""];

  function choose(name) {
    chosen = name;
    hidden.clear();
    rebuild();
  }

  /** Which lines the chosen figure has: [{label, colour, dashed, curve, player}]. */
  function lines() {
    const losses = players.filter((player) => records.of(player).train || records.of(player).valid || live.losses.has(player));
    const names = chosen && records.figures(players).includes(chosen) ? [chosen] : losses.length ? losses : records.figures(players).slice(0, 1);
    return names.flatMap((name) => {
      const place = Math.max(0, players.indexOf(name));
      const { train, valid } = records.of(name);
      const both = [];
      if (train || live.losses.has(name)) both.push({ label: nameOf(name), place, dashed: false, curve: train, player: name });
      if (valid) both.push({ label: t("run.valid", { name: nameOf(name) }), place, dashed: true, curve: valid });
      return both;
    });
  }

  function offer() {
    const others = records.figures(players).filter((name) => !players.includes(name));
    const key = others.join();
    if (key === offered) return;
    offered = key;
    clear(select, h("option", { value: "" }, t("run.losses")), others.map((name) => h("option", { value: name }, nameOf(name))));
    select.value = others.includes(chosen) ? chosen : "";
    select.classList.toggle("hidden", !others.length);
  }

  function rebuild() {
    chart?.destroy();
    chart = null;
    shown = "";
    paint();
  }

  function points({ curve, player, label }, most) {
    if (hidden.has(label)) return [[], []];
    const [steps, values] = curve ? thin(curve.steps, curve.values, most) : [[], []];
    const pulses = player ? live.losses.get(player) : undefined;
    const from = steps.at(-1) ?? -1;
    const newer = pulses ? live.steps.map((step, i) => [step, pulses[i]]).filter(([step, value]) => step > from && value !== undefined) : [];
    return [[...steps, ...newer.map(([step]) => step)], [...values, ...newer.map(([, value]) => value)]];
  }

  function paint() {
    timer = 0;
    const all = lines();
    offer();
    empty.classList.toggle("hidden", all.length > 0);
    plot.classList.toggle("hidden", all.length === 0);
    if (!all.length) return;
    const key = all.map((one) => one.label + one.dashed).join();
    const [curveMost, pulsesMost] = [Math.floor((MOST - LIVE) / all.length), LIVE];
    if (live.steps.length > pulsesMost / all.length) trim(Math.floor(pulsesMost / all.length));
    const data = aligned(all.map((one) => points(one, curveMost)));
    if (key !== shown || !chart) build(all, data, key);
    else chart.setData(data);
    plot.setAttribute("aria-valuemax", String(data[0].at(-1) ?? 1));
    for (const [i, one] of all.entries()) current[i].curve = one.curve;
    cursor(at, false);
  }

  function build(all, data, key) {
    chart?.destroy();
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line"), width: 1 } };
    const few = data[0].length < 60;
    chart = new uPlot({
      ...size(),
      legend: { show: false },
      padding: [8, 32, 0, 0],
      hooks: { draw: [() => mark()] }, // scales are known only then
      cursor: { drag: { x: false, y: false }, y: false, points: { size: 6 } },
      scales: { x: { time: false }, y: { distr: log.checked ? 3 : 1, ...(log.checked ? { clamp: 1e-6 } : {}) } },
      axes: [{ ...axis, space: 70, size: 34, values: (_, ticks) => ticks.map((one) => number(one)) },
        { ...axis, size: 56, values: (_, ticks) => ticks.map((one) => (one === null ? "" : number(one))) }],
      series: [{}, ...all.map((one) => ({
        stroke: colour(`--p${one.place % 6}`), width: 2, spanGaps: true, dash: one.dashed ? [6, 4] : undefined,
        points: { show: few, size: 5 },
      }))],
    }, data, plot);
    chart.over.append(line);
    chart.over.addEventListener("pointerdown", (event) => {
      chart.over.setPointerCapture(event.pointerId);
      point(event);
    });
    chart.over.addEventListener("pointermove", (event) => event.buttons && point(event));
    shown = key;
    current = all;
    clear(legend, all.map((one) => entry(one)));
  }

  function entry(one) {
    const value = h("span", { class: "run-value" });
    one.show = (step) => {
      const [steps, values] = step === null || !one.curve ? points(one, 2) : [[], []];
      const found = step === null || !one.curve ? values.at(-1) : one.curve.at(step);
      const words = found === undefined || (step !== null && steps.length && steps[0] > step) ? "–" : number(found);
      if (value.textContent !== words) value.textContent = words;
      return found;
    };
    const toggle = (event) => {
      const off = !hidden.delete(one.label);
      if (off) hidden.add(one.label);
      event.currentTarget.setAttribute("aria-pressed", String(!off));
      paint();
    };
    return h("button", { class: `small run-line${one.dashed ? " dashed" : ""}`, dataset: { colour: String(one.place % 6) }, "aria-pressed": String(!hidden.has(one.label)), onclick: toggle },
      h("span", { class: "run-swatch", "aria-hidden": "true" }), one.label, value);
  }

  function size() {
    return { width: Math.max(220, plot.clientWidth), height: window.innerWidth < 700 ? 220 : 360 };
  }

  function point(event) {
    const { left } = chart.over.getBoundingClientRect();
    const step = chart.posToVal(event.clientX - left, "x");
    onstep(Math.max(0, Math.round(step)), event.timeStamp);
  }

  /** `moved` by somebody: what changes by itself under the focus is not read out each time. */
  function cursor(step, moved = true) {
    at = step;
    line.classList.toggle("hidden", step === null || !chart);
    const last = chart?.data[0].at(-1) ?? 0;
    const quiet = !moved && document.activeElement === plot;
    if (!quiet) plot.setAttribute("aria-valuenow", String(step ?? last));
    if (!chart) return;
    mark();
    const words = current.map((one) => `${one.label} ${number(one.show(step))}`);
    if (!quiet) plot.setAttribute("aria-valuetext", t("run.at_step", { step: number(step ?? last) }) + (words.length ? `: ${words.join(", ")}` : ""));
  }

  function mark() {
    if (at === null || !chart) return;
    const place = Math.max(0, Math.min(chart.over.clientWidth, chart.valToPos(at, "x")));
    line.style.transform = `translateX(${place}px)`;
  }

  function trim(most) {
    live.steps.splice(0, live.steps.length - most);
    for (const values of live.losses.values()) values.splice(0, values.length - most);
  }

  function pulse(step, losses) {
    while (live.steps.length && live.steps.at(-1) >= step) {
      live.steps.pop();
      for (const values of live.losses.values()) values.length = Math.min(values.length, live.steps.length);
    }
    live.steps.push(step);
    for (const player of players) {
      if (!live.losses.has(player) && Number.isFinite(losses?.[player])) live.losses.set(player, []);
      const values = live.losses.get(player);
      if (values) {
        values.length = live.steps.length - 1;
        values.push(Number.isFinite(losses?.[player]) ? losses[player] : undefined);
      }
    }
    if (live.steps.length > LIVE) trim(LIVE / 2);
    draw();
  }

  function draw() {
    timer ||= setTimeout(paint, EVERY);
  }

  const observer = new ResizeObserver(() => chart && chart.setSize(size()));
  observer.observe(plot);
  const theme = () => rebuild();
  addEventListener("mb-theme", theme);
  offer();
  return {
    node, draw, pulse,
    cursor: (step) => cursor(step),
    /** All that there is has been read. */
    read() {
      empty.textContent = t("run.no_curves");
    },
    forget(step) {
      while (live.steps.length && live.steps.at(-1) > step) live.steps.pop();
      for (const values of live.losses.values()) values.length = Math.min(values.length, live.steps.length);
    },
    close() {
      clearTimeout(timer);
      observer.disconnect();
      removeEventListener("mb-theme", theme);
      chart?.destroy();
    },
  };
}
