// A wall of new pictures: how many, by which seed, of which class, how typical.

import { read, readNumber, write } from "../address.js";
import { h, refill } from "../dom.js";
import { latest } from "../latest.js";
import { number, t } from "../words.js";
import { field, measured, select, slider } from "./asking.js";
import { tile } from "./tile.js";

const COUNTS = [16, 36, 64];
const SEEDS = 2 ** 31 - 1;

/**
 * The wall. `options(item)` are a tile's. `extra` are more fields: [{node, read() → {…} for the act}].
 * `wall.draw()` asks again; `wall.refresh()` draws what is there again.
 */
export function wall({ ask, facts, options, extra = [] }) {
  const seed = h("input", { type: "number", min: 0, max: SEEDS, step: 1 });
  seed.value = String(bounded(readNumber("seed", 0)));
  const count = select(COUNTS.map((n) => [n, number(n)]), readNumber("n", COUNTS[0]));
  const label = facts.labels ? select([["", t("explore.all_labels")], ...facts.labels.map((name) => [name, name])], read("label", "")) : null;
  const truncation = facts.truncates ? slider({
    min: 0.2, max: 3, step: 0.1, value: readNumber("typical", 3), name: t("explore.truncation"),
    show: (value) => (value >= 3 ? t("explore.truncation_off") : number(value, 2)), oninput: () => draw(),
  }) : null;
  const tiles = h("div", { class: "tiles", "aria-live": "off" });
  const words = h("p", { class: "unseen", role: "status" });
  let items = [];

  const asking = latest(async ({ request, start }) => {
    const found = await ask("generate", request);
    if (!found) return;
    items = found.pictures.map((src, i) => ({
      src, point: pointOf(request, found.labels, i),
      words: found.labels ? t("explore.made_label", { n: i + 1, label: found.labels[i] }) : t("explore.made", { n: i + 1 }),
    }));
    refresh();
    measured("mb:wall", start);
    words.textContent = t("explore.wall_drawn", { n: number(items.length), seed: request.seed });
  });
  const pointOf = (request, labels, i) => {
    const { n, seed: by, truncation: squeezed } = request;
    return { seed: by, n, i, ...(squeezed ? { truncation: squeezed } : {}), ...(labels ? { label: labels[i] } : {}) };
  };
  function refresh() {
    const name = (i) => `${facts.name}-${seed.value}-${i + 1}.png`;
    refill(tiles, items.map((item, i) => tile(item, { ...options(item), name: name(i) })));
  }
  function draw() {
    const request = { n: Number(count.value), seed: bounded(Number(seed.value)) };
    if (label?.value) request.label = label.value;
    if (truncation && Number(truncation.input.value) < 3) request.truncation = Number(truncation.input.value);
    for (const one of extra) Object.assign(request, one.read());
    write({ seed: request.seed || null, n: request.n === COUNTS[0] ? null : request.n, label: request.label ?? null, typical: request.truncation ?? null });
    return asking({ request, start: performance.now() });
  }
  const again = h("button", { class: "main" }, t("explore.other_ones"));
  again.addEventListener("click", () => {
    seed.value = String(Math.floor(Math.random() * 100000));
    draw();
  });
  for (const input of [seed, count, label]) input?.addEventListener("change", () => draw());
  const node = h("section", { class: "card" },
    h("h2", {}, t("explore.wall")),
    h("div", { class: "fields" }, field(t("explore.seed"), seed), field(t("explore.how_many"), count), label ? field(t("explore.label"), label) : null),
    truncation, extra.map((one) => one.node), h("div", { class: "row" }, again), words, tiles);
  return { node, draw, refresh, label: () => label?.value || null };
}

function bounded(given) {
  return Number.isInteger(given) && given >= 0 && given <= SEEDS ? given : 0;
}
