// The forecaster: the start is dragged along the series; the fan, the naive forecast and what really came follow.

import { read, readNumber, write } from "../address.js";
import { clear, h } from "../dom.js";
import { latest } from "../latest.js";
import { save } from "../elements/picture.js";
import { number, percent, t } from "../words.js";
import { asker, field, measured, select } from "./asking.js";
import { fan } from "./deciding/fan.js";

const SHOWN = 6; // times the rows ahead are shown before the start

export async function open(root, { id, facts }) {
  const { ask, box } = asker(id);
  const own = ownValues({ ask, facts });
  if (!facts.series.length) {
    clear(root, h("p", { class: "soft" }, t("deciding.no_series")), own?.node, box);
    return () => own?.close();
  }
  let line = null;
  let said = null;
  let left = 0; // the first row that is drawn: it stays where it is while the start is dragged
  let start = readNumber("start");
  const chart = fan({ label: t("deciding.fan_how"), drag: (row, at) => move(row, at), dropped: () => draw() });
  const which = select(facts.series.map((name) => [name, name || t("deciding.series")]), read("series", facts.series[0]));
  const target = select(facts.targets.map((name) => [name, name]), read("column", facts.targets[0]));
  const simple = select(["seasonal", "last", "drift"].filter((name) => name !== "seasonal" || facts.season > 1).map((name) => [name, t(`deciding.naive_${name}`)]), read("naive", "seasonal"));
  const slide = h("input", { type: "range", min: facts.past, max: facts.past, step: 1, "aria-label": t("deciding.start") });
  const told = h("p", { class: "told", "aria-live": "off" });
  const body = h("tbody", {});
  const named = () => ({ series: which.value, target: target.value });

  async function load() {
    line = await ask("series", named());
    if (!line) return;
    slide.max = String(line.rows);
    const usual = Math.max(facts.past, Math.min(line.rows - facts.ahead, line.cut));
    start = Math.max(facts.past, Math.min(line.rows, start ?? usual));
    await move(start, performance.now());
  }
  const ahead = latest(async ([row, at]) => {
    const found = await ask("forecast", { ...named(), start: row });
    if (found) show(found, at);
  });
  function move(row, at) {
    if (line) start = Math.max(facts.past, Math.min(line.rows, Math.round(row)));
    if (!line) return undefined;
    slide.value = String(start);
    write({ start: String(start), series: which.value === facts.series[0] ? null : which.value, column: target.value === facts.targets[0] ? null : target.value });
    return ahead([start, at]);
  }
  function show(found, at) {
    said = found;
    draw();
    if (at !== null) measured("mb:forecast", at);
  }
  function draw() {
    if (!said || !line) return;
    const naive = said.naive[simple.value] ?? said.naive.last;
    const whole = facts.ahead * (SHOWN + 2);
    if (!chart.dragging()) left = Math.max(line.first, Math.min(said.start - facts.ahead * SHOWN, line.rows - whole + facts.ahead));
    chart.show({ line, said, naive, left, right: Math.min(line.rows + facts.ahead, left + whole), cut: line.cut });
    slide.setAttribute("aria-valuetext", t("deciding.start_at", { time: said.times[0], n: said.start }));
    const middle = said.lines[said.quantiles.indexOf(0.5)];
    const error = (values) => said.truth.reduce((sum, value, i) => sum + Math.abs(value - values[i]), 0) / said.truth.length;
    told.textContent = said.truth.length
      ? t("deciding.errors", { time: said.times[0], n: said.truth.length, network: number(error(middle), 3), naive: number(error(naive), 3) })
      : t("deciding.from_end", { time: said.times[0] });
    told.classList.toggle("warn", said.start < line.cut);
    if (said.start < line.cut) told.append(" ", t("deciding.trained_on_it"));
    if (table.open) rows(naive, middle);
  }
  function rows(naive, middle) {
    const last = said.lines.length - 1;
    clear(body, said.times.map((time, i) => h("tr", {}, h("th", { scope: "row" }, time),
      [said.truth[i], middle[i], said.lines[0][i], said.lines[last][i], naive[i]].map((value) => h("td", { class: "number" }, number(value ?? NaN, 4))))));
  }
  const heads = [t("deciding.time"), t("deciding.truth_word"), t("deciding.median"), percent(facts.quantiles[0]), percent(facts.quantiles.at(-1)), t("deciding.naive")];
  const table = h("details", {}, h("summary", {}, t("deciding.fan_table")), h("div", { class: "scroll", tabindex: "0" },
    h("table", {}, h("thead", {}, h("tr", {}, heads.map((one, i) => h("th", { scope: "col", class: i ? "number" : null }, one)))), body)));
  table.addEventListener("toggle", draw);
  slide.addEventListener("input", (event) => move(Number(slide.value), event.timeStamp));
  for (const one of [which, target]) one.addEventListener("change", load);
  simple.addEventListener("change", () => {
    write({ naive: simple.value });
    draw();
  });
  const key = (name, words) => h("span", { class: `key ${name}` }, words);
  clear(root, h("p", { class: "soft" }, t("deciding.forecaster_how", { past: number(facts.past), ahead: number(facts.ahead) })),
    h("section", { class: "card" },
      h("div", { class: "row end" }, facts.series.length > 1 ? field(t("deciding.series"), which) : null, facts.targets.length > 1 ? field(t("deciding.column_word"), target) : null, field(t("deciding.naive"), simple),
        h("button", { onclick: () => save(chart.address(), `${facts.name}-forecast.png`) }, t("shell.save"))),
      chart.node, slide,
      h("p", { class: "row keys" }, key("came", t("deciding.truth_word")), key("median", t("deciding.median")), key("band", t("deciding.band", { low: percent(facts.quantiles[0]), high: percent(facts.quantiles.at(-1)) })), key("naive", t("deciding.naive"))),
      told, table), own?.node, box);
  await load();
  return () => {
    chart.close();
    own?.close();
  };
}

/** Values of one's own, where one column is forecast from its own past. */
function ownValues({ ask, facts }) {
  if (facts.inputs.length || facts.cycles.length || facts.targets.length > 1) return null;
  const text = h("textarea", { rows: 3, "aria-label": t("deciding.numbers"), placeholder: "1 2 3 …" });
  const chart = fan({ label: t("deciding.fan_own"), drag: () => {}, dropped: () => {} });
  chart.node.classList.add("hidden");
  const go = async () => {
    const values = text.value.split(/[\s,;]+/).filter(Boolean).map(Number).filter(Number.isFinite);
    const found = await ask("given", { values });
    if (!found) return;
    chart.node.classList.remove("hidden");
    const line = { first: 0, values, rows: values.length };
    chart.show({ line, said: found, naive: found.naive.last, left: Math.max(0, values.length - facts.ahead * SHOWN), right: values.length + facts.ahead, cut: 0 });
  };
  const node = h("details", { class: "card" }, h("summary", {}, t("deciding.own_values")), h("p", { class: "soft" }, t("deciding.own_values_how", { past: number(facts.past) })), text,
    h("button", { onclick: go }, t("deciding.forecast")), chart.node);
  return { node, close: chart.close };
}
