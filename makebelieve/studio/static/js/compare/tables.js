// Tables of a comparison: a row a fact, a column a run.

import { h } from "../dom.js";
import { duration, number, t } from "../words.js";
import { figureOf, nameOf, shown } from "./words.js";

/** A run's mark in its colour, and its name. */
export const mark = (at) => h("i", { class: `dot run${at}`, "aria-hidden": "true" });

function table(caption, runs, rows) {
  return h("div", { class: "scroll wide", tabindex: "0", role: "group", "aria-label": caption },
    h("table", { class: "compare" }, h("caption", { class: "unseen" }, caption),
      h("thead", {}, h("tr", {}, h("td"), runs.map((run) => h("th", { scope: "col" }, mark(run.at), " ", run.link ?? run.name)))),
      h("tbody", {}, rows.map(([name, values]) => h("tr", {}, h("th", { scope: "row" }, name), values.map((value) => h("td", {}, value)))))));
}

/** What each run is. */
export function aboutTable(found) {
  const runs = found.runs.map((run, at) => ({ ...run, at, link: h("a", { href: `/runs/${run.id}` }, run.name) }));
  const { system, data, steps, seconds, alarms } = found.about;
  const each = (values, tell) => found.runs.map((run) => tell(values[run.id]));
  return table(t("compare.about"), runs, [
    [t("compare.system"), each(system, (name) => (name ? t(`gallery.name.${name}`) : "–"))],
    [t("compare.data"), each(data, shown)],
    [t("compare.steps"), each(steps, (n) => number(n))],
    [t("compare.time"), each(seconds, (n) => (n ? duration(n) : "–"))],
    [t("compare.alarms"), each(alarms, (n) => number(n))],
  ]);
}

/** Settings, data and versions that differ. */
export function settingsTable(found) {
  const rows = Object.entries(found.settings).map(([name, values]) => [nameOf(name), found.runs.map((run) => shown(values[run.id]))]);
  return rows.length ? table(t("compare.settings"), found.runs.map((run, at) => ({ ...run, at })), rows) : h("p", { class: "soft" }, t("compare.same_settings"));
}

/** The last record of each run. */
export function finalTable(found) {
  const names = [...new Set(found.runs.flatMap((run) => Object.keys(found.figures[run.id] ?? {})))];
  const rows = names.map((name) => [figureOf(name), found.runs.map((run) => shown(found.figures[run.id]?.[name]))]);
  return rows.length ? table(t("compare.final"), found.runs.map((run, at) => ({ ...run, at })), rows) : h("p", { class: "soft" }, t("compare.no_figures"));
}

/** What was evaluated: only figures of one protocol stand in one table. */
export function evaluationTables(found) {
  const at = new Map(found.runs.map((run, place) => [run.id, { ...run, at: place }]));
  return found.evaluations.map(({ protocol, columns }) => {
    const runs = columns.map((one) => {
      const run = at.get(one.id);
      return { ...run, name: Number.isInteger(one.subject?.step) ? t("compare.at_step", { name: run.name, step: number(one.subject.step) }) : run.name };
    });
    const names = [...new Set(columns.flatMap((one) => Object.keys(one.figures)))];
    const rows = names.map((name) => [floor(name), columns.map((one) => shown(one.figures[name]))]);
    const how = Object.entries(protocol ?? {}).map(([name, value]) => [h("dt", {}, nameOf(name)), h("dd", {}, shown(value))]);
    const verdicts = columns.flatMap((one) => (one.verdict ?? []).map((sentence) => h("li", {}, `${at.get(one.id).name}: ${sentence}`)));
    return h("div", { class: "evaluation" }, table(t("compare.evaluations"), runs, rows),
      verdicts.length ? h("ul", {}, verdicts) : null,
      h("details", {}, h("summary", {}, t("compare.protocol")), h("dl", { class: "how" }, how)));
  });
}

const floor = (name) => (name.endsWith("_floor") ? t("compare.floor", { name: figureOf(name.slice(0, -"_floor".length)) }) : figureOf(name));

/** Alarms of all runs in words. */
export function alarmList(found) {
  const items = found.runs.flatMap((run, at) => run.alarms.map((alarm) => h("li", {}, mark(at), " ",
    t("compare.alarm", { name: run.name, step: number(alarm.step), alarm: t(alarm.key ?? "", alarm.values ?? {}) }))));
  return items.length ? h("ul", { class: "alarms" }, items) : h("p", { class: "soft" }, t("compare.no_alarms"));
}
