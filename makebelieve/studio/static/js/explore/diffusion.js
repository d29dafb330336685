// Diffusion: pictures out of noise, the way there, and how many steps it takes.

import { readNumber, write } from "../address.js";
import { clear, h } from "../dom.js";
import { latest } from "../latest.js";
import { picture } from "../elements/picture.js";
import { number, percent, t } from "../words.js";
import { asker, measured, slider } from "./asking.js";
import { maker } from "./maker.js";

const SHOWN = 4;
const SECOND = 6; // moments

export async function open(root, { id, facts }) {
  const { ask, box } = asker(id);
  const extra = [steps(() => redraw())];
  if (facts.labels) extra.push(guidance(() => redraw()));
  const made = maker({ ask, facts, sums: false, frames: 9, extra });
  const seen = way({ ask, facts, request: () => Object.assign({}, ...extra.map((one) => one.read())), label: made.wall.label });
  let waiting = 0;
  function redraw() {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      seen.draw();
      made.wall.draw();
    }, 150);
  }
  clear(root, seen.node, made.node, box);
  await seen.draw();
  await made.begin();
  return () => {
    clearTimeout(waiting);
    seen.close();
    made.close();
  };
}

function steps(changed) {
  const first = Math.min(32, Math.max(1, Math.round(readNumber("steps", 8))));
  const node = slider({
    min: 1, max: 32, step: 1, value: first, name: t("explore.steps"), show: (value) => number(value),
    oninput: (value) => {
      write({ steps: value === 8 ? null : value });
      changed();
    },
  });
  return { node, read: () => ({ steps: Number(node.input.value) }) };
}

function guidance(changed) {
  const node = slider({
    min: 1, max: 6, step: 0.5, value: readNumber("guidance", 1), name: t("explore.guidance"), show: (value) => number(value, 2),
    oninput: (value) => {
      write({ guidance: value === 1 ? null : value });
      changed();
    },
  });
  return { node, read: () => ({ guidance: Number(node.input.value) }) };
}

/** From noise to pictures, moment by moment. */
function way({ ask, facts, request, label }) {
  let rows = [];
  let most = 8; // the last moment
  let seed = Math.max(0, Math.round(readNumber("way", 0)));
  let timer = 0;
  const shown = Array.from({ length: SHOWN }, (_, i) => picture("", { alt: t("explore.made", { n: i + 1 }), name: `${facts.name}-way-${i + 1}.png`, pixelated: true }));
  const moment = slider({
    min: 0, max: 8, step: 1, value: 8, name: t("explore.moment"), show: (value) => percent(value / most), oninput: (_, start) => at(start),
  });
  const play = h("button", {}, t("explore.play"));
  function at(start = null) {
    shown.forEach((figure, i) => rows[i] && figure.show(rows[i][Number(moment.input.value)]));
    if (start !== null) measured("mb:moment", start);
  }
  const draw = latest(async () => {
    const named = label();
    const found = await ask("way", { n: SHOWN, seed, ...request(), ...(named ? { label: named } : {}) });
    if (!found) return;
    rows = found.rows;
    const ended = Number(moment.input.value) >= most;
    most = rows[0].length - 1;
    moment.input.max = String(most);
    moment.set(ended ? most : Math.min(Number(moment.input.value), most));
    at();
  });
  function stop() {
    clearInterval(timer);
    timer = 0;
    play.textContent = t("explore.play");
  }
  play.addEventListener("click", () => {
    if (timer) return stop();
    play.textContent = t("explore.stop");
    moment.set(0);
    at();
    timer = setInterval(() => {
      const next = Number(moment.input.value) + 1;
      if (next > most) return stop();
      moment.set(next);
      return at();
    }, 1000 / SECOND);
    return undefined;
  });
  const other = h("button", {}, t("explore.other_noise"));
  other.addEventListener("click", () => {
    seed = Math.floor(Math.random() * 100000);
    write({ way: seed });
    draw();
  });
  const node = h("section", { class: "card" }, h("h2", {}, t("explore.way")), h("p", { class: "soft" }, t("explore.way_how")),
    h("div", { class: "tiles way-tiles" }, shown), moment, h("div", { class: "row" }, play, other));
  return { node, draw: () => draw(performance.now()), close: stop };
}
