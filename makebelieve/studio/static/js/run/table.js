// The curves as a table, for those who can't see a canvas or want the figures.

import { clear, h } from "../dom.js";
import { number, t } from "../words.js";
import { last } from "./records.js";
import { nameOf } from "./players.js";

const ROWS = 40;

/** Gives {node, draw(), place(step)}; drawn only while it is open. */
export function table(records, players) {
  const head = h("thead");
  const body = h("tbody");
  const shown = h("table", {}, h("caption", { class: "unseen" }, t("run.table")), head, body);
  const node = h("details", { class: "card run-table" }, h("summary", {}, t("run.table")), h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("run.table") }, shown));
  let [drawn, at, rows] = [-1, null, []];

  function draw() {
    if (!node.open || drawn === records.changed) return;
    drawn = records.changed;
    const figures = records.figures(players).flatMap((name) => {
      const { train, valid } = records.of(name);
      return [train && [nameOf(name), train], valid && [t("run.valid", { name: nameOf(name) }), valid]].filter(Boolean);
    });
    const all = [...new Set(figures.flatMap(([, curve]) => curve.steps))].sort((a, b) => a - b);
    const some = all.length <= ROWS ? all : Array.from({ length: ROWS }, (_, i) => all[Math.round((i * (all.length - 1)) / (ROWS - 1))]);
    clear(head, h("tr", {}, h("th", { scope: "col" }, t("run.step_head")), figures.map(([name]) => h("th", { scope: "col", class: "number" }, name))));
    rows = some.map((step) => ({
      step,
      node: h("tr", {}, h("th", { scope: "row" }, number(step)), figures.map(([, curve]) => h("td", { class: "number" }, number(curve.at(step))))),
    }));
    clear(body, rows.map((row) => row.node));
    place(at);
  }

  function place(step) {
    at = step;
    const here = step === null ? rows.length - 1 : Math.max(0, last(rows.map((row) => row.step), step));
    rows.forEach((row, i) => (i === here ? row.node.setAttribute("aria-current", "true") : row.node.removeAttribute("aria-current")));
  }

  node.addEventListener("toggle", draw);
  return { node, draw, place };
}
