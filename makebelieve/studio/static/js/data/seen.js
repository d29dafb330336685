// What there is to see of data: a batch, classes with counts, what was skipped, the Python.

import { h, svg } from "../dom.js";
import { code } from "../elements/code.js";
import { picture } from "../elements/picture.js";
import { takesDoor } from "../gallery/systems.js";
import { number, t } from "../words.js";
import { isPictured } from "./doors.js";
import { skippedList } from "./upload.js";

/** The answer of a look, of `data`; `uploaded` is what was skipped when the files came. */
export function seen(answer, data, uploaded) {
  const [train, valid] = answer.n;
  const left = uploaded?.skipped ?? [];
  return h("div", { class: "data-seen" },
    h("p", { class: "amount" }, t("data.amount", { train: number(train), valid: number(valid) }), ...facts(answer)),
    h("div", { class: "columns" },
      h("section", {}, h("h3", {}, t("data.batch")), batch(answer)),
      h("section", {}, ...classes(answer), ...skipped(answer, left))),
    code(answer.code),
    h("details", {}, h("summary", {}, t("data.summary")), h("pre", { class: "data-summary scroll", tabindex: "0" }, answer.summary)));
}

function facts({ facts: known }) {
  const shape = known.shape?.length > 1 ? [h("span", { class: "badge" }, t("data.shape", { shape: known.shape.join(" × ") }))] : [];
  const people = known.users ? [h("span", { class: "badge" }, t("data.people", { users: number(known.users), items: number(known.items) }))] : [];
  return [" ", ...shape, " ", ...people];
}

function batch(answer) {
  if (answer.pictures) return h("div", { class: "data-items" }, answer.pictures.map(item));
  if (answer.lines) return h("div", {}, answer.lines.map(line));
  const { rows } = answer.rows;
  const text = [...(rows[0]?.length > 1 ? [answer.classes.length ? "class" : "place"] : []), "text"];
  const head = (answer.facts.users ? ["user", "rating", "item_name"] : text).map((one) => t(`data.${one}`));
  return h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": t("data.batch") }, h("table", {},
    h("thead", {}, h("tr", {}, head.map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell) => h("td", {}, cell)))))));
}

/** One picture with its class below it. */
function item({ src, caption }, i) {
  const figure = picture(src, { alt: caption || t("data.item", { n: i + 1 }), name: `item-${i + 1}.png`, pixelated: true });
  if (caption) figure.append(h("figcaption", {}, caption));
  return figure;
}

/** One series: what is learnt from, and what is held back for validation. */
function line({ name, values, valid_from: from }) {
  const there = values.filter((value) => value !== null);
  const low = Math.min(...there), high = Math.max(...there);
  const x = (i) => (600 * i) / Math.max(1, values.length - 1);
  const y = (value) => 96 - (92 * (value - low)) / (high - low || 1);
  const path = (first, last) => values.slice(first, last).map((value, i) => (value === null ? "" : `${i && values[first + i - 1] !== null ? "L" : "M"}${x(first + i).toFixed(1)} ${y(value).toFixed(1)}`)).join("");
  const words = t("data.line_alt", { name, low: number(low), high: number(high) });
  return h("figure", { class: "data-line" }, h("figcaption", {}, name), svg("svg", { viewBox: "0 0 600 100", preserveAspectRatio: "none", role: "img", "aria-label": words },
    svg("path", { d: path(0, from + 1), class: "train" }), svg("path", { d: path(from, values.length), class: "valid" })));
}

function classes(answer) {
  const counts = Object.entries(answer.counts);
  if (!counts.length) return answer.rows || answer.lines ? [] : [h("p", { class: "soft" }, t("data.no_classes"))];
  const most = Math.max(1, ...counts.map(([, [train]]) => train));
  return [h("h3", {}, t("data.classes", { n: counts.length })),
    h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": t("data.classes", { n: counts.length }) }, h("table", {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("data.class")), h("th", { scope: "col", class: "number" }, t("data.train")), h("th", { scope: "col", class: "number" }, t("data.valid")))),
      h("tbody", {}, counts.map(([name, [train, valid]]) => h("tr", {}, h("th", { scope: "row" }, name, h("span", { class: "data-share", style: { width: `${(100 * train) / most}%` }, "aria-hidden": "true" })),
        h("td", { class: "number" }, number(train)), h("td", { class: "number" }, number(valid)))))))];
}

function skipped(answer, left) {
  const n = left.length + answer.skipped_in_all;
  const title = h("h3", {}, t("data.skipped_files", { n }));
  if (!n) return [title, h("p", { class: "soft" }, t("data.nothing_skipped"))];
  return [title, left.length ? skippedList(left) : null,
    answer.skipped.length ? h("ul", { class: "data-skipped scroll" }, answer.skipped.map((one) => h("li", {}, one))) : null];
}

/** Links to the systems that can learn from data; the one that was asked for comes first. */
export function uses(systems, data, wanted) {
  const first = wanted ?? (data.door === "images" ? null : "classifier"); // sounds, series and the like are mostly told apart
  const suits = (system) => data.door !== "series" || isPictured(data) === (system.name !== "forecaster");
  const fit = systems.filter((system) => takesDoor(system, data.door) && suits(system)).sort((a, b) => (b.name === first) - (a.name === first));
  if (!fit.length) return h("p", { class: "soft" }, t("data.no_use"));
  const address = (system) => `/?data=${encodeURIComponent(JSON.stringify(data))}&open=${system.name}`;
  return h("div", { class: "row uses" }, fit.map((system, i) => h("a", { class: `button${i ? "" : " main"}`, href: address(system) },
    t("data.use_for", { system: t(`gallery.name.${system.name}`) }))));
}
