// Everything that recognises: something is given, bars follow, and what decided can be seen and taken away.

import { read, write } from "../../address.js";
import { clear, h } from "../../dom.js";
import { latest } from "../../latest.js";
import { picture } from "../../elements/picture.js";
import { number, percent, t } from "../../words.js";
import { asker, field, measured, select } from "../asking.js";
import { bars } from "./bars.js";
import { drawing } from "./drawing.js";
import { filed } from "./filed.js";
import { hearing } from "./hearing.js";
import { reading } from "./reading.js";
import { row } from "./row.js";
import { tracing } from "./tracing.js";

const INPUTS = { pictures: drawing, audio: hearing, texts: reading, numbers: row, series: row, traces: tracing, binaries: filed };
const MANY = 12; // classes up to which bars keep their places
const STILL = 120; // milliseconds without a stroke after which what decided is looked for anew
const WIDE = 3; // deviations to each side of a number's mean that its bar reaches

export async function open(root, { id, facts }) {
  const { ask, box } = asker(id);
  const verdict = verdicts(facts, (name) => why.about(name));
  const seen = facts.kind === "pictures" || facts.kind === "texts" ? null : sight(() => changed(performance.now()));
  let given = null;
  let waiting = 0;
  const changed = latest(async (start) => {
    given = await input.given();
    if (!given) return nothing();
    const found = await ask("predict", { ...given.request, ...seen?.request() }, given.files);
    if (!found) return undefined;
    verdict.show(found);
    (seen ?? input).see?.(found);
    measured("mb:bars", start);
    clearTimeout(waiting);
    if (why.on()) waiting = setTimeout(() => explain(null), STILL);
    return undefined;
  });
  function nothing() {
    verdict.empty();
    (seen ?? input).see?.(null);
    (seen ?? input).heat?.(null);
  }
  const explain = latest(async () => {
    if (!given) return;
    const found = await ask("explain", { ...given.request, ...seen?.request(), ...why.request() }, given.files);
    if (!found) return;
    const image = found.heat ? await loaded(found.heat) : null;
    await (seen && found.heat ? seen : input).heat?.({ ...found, image });
    why.told(found);
  });
  const why = evidence(facts, async (on) => {
    if (on) await explain(null);
    else (seen ?? input).heat?.(null);
  });
  const truth = h("p", { class: "truth", "aria-live": "polite" });
  const input = (INPUTS[facts.kind] ?? filed)({ id, facts, ask, changed: (start) => {
    seen?.forget();
    changed(start);
  }, over: why.over });
  const example = examples(facts, ask, input, truth, async (n) => {
    seen?.forget();
    given = { request: { example: n }, files: [] };
    await changed(performance.now());
  });
  clear(root, h("p", { class: "soft" }, t(`deciding.how_${INPUTS[facts.kind] ? facts.kind : "binaries"}`)),
    h("div", { class: "columns deciding" },
      h("section", { class: "card" }, h("h2", { class: "first" }, t("deciding.given")), input.node, example.node, truth),
      h("section", { class: "card" }, h("h2", { class: "first" }, t("deciding.said")), verdict.node, why.node, seen?.node)),
    box);
  await example.begin();
  await changed(performance.now());
  return () => {
    clearTimeout(waiting);
    input.close?.();
  };
}

async function loaded(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}

/** The bars, and what is said in a word. */
function verdicts(facts, pick) {
  const label = h("p", { class: "verdict", "aria-live": "polite" });
  const notes = h("p", { class: "soft" });
  const count = facts.classes ? Math.min(facts.classes.length, MANY) : facts.outputs;
  let names = [];
  const list = bars(count, {
    label: t("deciding.said"), pick: facts.kind === "binaries" ? null : (i) => pick(names[i]),
    named: (bar) => t("deciding.why_bar", { name: bar.name, share: bar.text ?? percent(bar.share, 1) }),
  });
  const spread = (value, i) => {
    const { mean, std } = facts.typical;
    return 0.5 + (value - mean[i]) / (2 * WIDE * std[i]);
  };
  function show(found) {
    if (found.values) {
      names = found.values.map((_, i) => i);
      list.show(found.values.map((value, i) => ({ name: facts.outputs === 1 ? t("deciding.value") : String(i), share: spread(value, i), text: number(value, 4), best: true })));
      label.textContent = found.values.map((value) => number(value, 4)).join(", ");
      return;
    }
    const rows = found.bars.map(([name, share]) => ({ name, share }));
    if (rows.length > MANY) rows.sort((a, b) => b.share - a.share);
    const best = [found.label].flat();
    names = rows.slice(0, count).map((one) => one.name);
    list.show(rows.slice(0, count).map((one) => ({ ...one, best: best.includes(one.name) })));
    label.textContent = best.join(", ") || "–";
    notes.textContent = found.unknown ? t("deciding.unknown_words", { n: found.unknown, all: found.tokens }) : "";
  }
  const empty = () => {
    names = [];
    list.show([]);
    label.textContent = t("deciding.nothing_yet");
    notes.textContent = "";
  };
  return { node: h("div", {}, label, list, notes), show, empty };
}

/** Whether what decided is shown, and for which class. */
function evidence(facts, changed) {
  if (["binaries"].includes(facts.kind) || (facts.kind === "numbers" && !facts.columns)) {
    return { node: null, on: () => false, request: () => ({}), over: () => {}, about: () => {}, told: () => {} };
  }
  let grid = null;
  let label = "";
  const button = h("button", { "aria-pressed": String(read("why") === "1") }, t("deciding.show_why"));
  const on = () => button.getAttribute("aria-pressed") === "true";
  const classes = facts.classes ?? Array.from({ length: facts.outputs }, (_, i) => i);
  const target = select([["", t("deciding.what_it_says")], ...classes.map((name) => [name, String(name)])], read("target", ""));
  const how = select([["grad_cam", "Grad-CAM"], ["occlusion", t("deciding.occlusion")]], read("how", facts.how ?? "grad_cam"));
  const here = h("p", { class: "soft here", "aria-live": "off" });
  function set(next) {
    button.setAttribute("aria-pressed", String(next));
    write({ why: next ? "1" : null, target: target.value || null, how: how.value === facts.how ? null : how.value });
    if (!next) here.textContent = "";
    changed(next);
  }
  button.addEventListener("click", () => set(!on()));
  target.addEventListener("change", () => set(true));
  how.addEventListener("change", () => set(true));
  const pictures = !["texts", "numbers"].includes(facts.kind);
  return {
    node: h("div", { class: "why" }, h("div", { class: "row end" }, button, classes.length > 1 ? field(t("deciding.for_class"), target) : null, pictures ? field(t("deciding.found_by"), how) : null), here),
    on,
    request: () => ({
      ...(target.value === "" ? {} : { target: facts.classes ? target.value : Number(target.value) }),
      ...(pictures ? { how: how.value } : {}),
    }),
    about(name) {
      target.value = String(name);
      set(true);
    },
    told(found) {
      ({ grid = null, label } = found);
      here.textContent = t(`deciding.why_${facts.kind === "texts" || facts.kind === "numbers" ? facts.kind : "picture"}`, { label });
    },
    over(x, y) {
      if (!on() || !grid || x === null) return;
      const cell = grid[Math.floor(y * grid.length)]?.[Math.floor(x * grid[0].length)];
      if (cell !== undefined) here.textContent = t("deciding.here", { share: percent(cell), label });
    },
  };
}

/** Items of the data, one after the other. */
function examples(facts, ask, input, truth, take) {
  if (!facts.examples) return { node: null, begin: () => {} };
  let n = -1;
  async function show(next) {
    const found = await ask("example", { n: next });
    if (!found) return;
    n = found.n;
    write({ example: String(n) });
    truth.textContent = t("deciding.truth", { truth: found.truth });
    if (await input.take?.(found)) return;
    input.instead?.(n);
    await take(n);
  }
  const button = h("button", { onclick: () => show(n < 0 ? Math.floor(Math.random() * 1000) : n + 1) }, t("deciding.example"));
  input.own = () => {
    truth.textContent = "";
    write({ example: null });
  };
  return { node: h("div", { class: "row" }, button), begin: () => (read("example") === null ? undefined : show(Math.max(0, Math.trunc(Number(read("example"))) || 0))) };
}

/** What the network gets of a sound or the like: evidence over it, parts of it erased. */
function sight(changed) {
  let covers = [];
  const shown = picture("", { alt: t("deciding.seen"), name: "seen.png", pixelated: true });
  const heat = h("img", { class: "heat hidden", alt: "" });
  const eraser = h("input", { type: "range", min: 3, max: 30, step: 1, value: 12, "aria-label": t("deciding.eraser_size") });
  const place = h("div", { class: "seen-top", tabindex: "0", role: "img", "aria-label": t("deciding.erase_how") });
  const back = h("button", { onclick: () => { covers = []; changed(); } }, t("deciding.put_back"));
  const node = h("div", { class: "hidden" }, h("h3", {}, t("deciding.seen")), h("p", { class: "soft" }, t("deciding.erase_how")), h("div", { class: "seen" }, shown, heat, place),
    h("div", { class: "row" }, h("label", {}, t("deciding.eraser_size"), eraser), back));
  let at = [0.5, 0.5];
  const erase = (x, y) => {
    const side = Number(eraser.value) / 100;
    covers = [...covers.slice(-399), [x - side / 2, y - side / 2, side, side].map((one) => Number(one.toFixed(4)))];
    changed();
  };
  const of = (event) => {
    const box = shown.image.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  place.addEventListener("pointerdown", (event) => {
    place.setPointerCapture(event.pointerId);
    erase(...of(event));
  });
  place.addEventListener("pointermove", (event) => {
    if (place.hasPointerCapture(event.pointerId)) erase(...of(event));
  });
  place.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (way) at = at.map((one, i) => Math.max(0, Math.min(1, one + 0.05 * way[i])));
    else if (event.key === " ") erase(...at);
    else return;
    event.preventDefault();
    place.style.setProperty("--x", `${at[0] * 100}%`);
    place.style.setProperty("--y", `${at[1] * 100}%`);
  });
  return {
    node,
    request: () => (covers.length ? { covers } : {}),
    forget: () => { covers = []; },
    see(found) {
      node.classList.toggle("hidden", !found?.picture);
      if (found?.picture) shown.show(found.picture);
    },
    heat(found) {
      heat.classList.toggle("hidden", !found);
      if (found) heat.src = found.image.src;
    },
  };
}
