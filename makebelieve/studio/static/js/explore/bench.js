// The workbench: pictures put into places, by dragging or by Enter, for a blend (with its film) or for a − b + c.

import { read, write } from "../address.js";
import { clear, h } from "../dom.js";
import { latest } from "../latest.js";
import { picture, save } from "../elements/picture.js";
import { t } from "../words.js";
import { dropped, measured, pointText, slider, textPoint } from "./asking.js";
import { tile } from "./tile.js";

const FRAMES = 25;
const SECOND = 12; // frames
const MOST = 8; // pictures in one place of a sum

/**
 * The bench. `sums` and `frames`: whether there is arithmetic, and how many frames a blend has.
 * `bench.put(item)` puts a picture into the next place; `bench.meet(a, b)` blends two; `bench.begin()` takes up the address.
 */
export function bench({ ask, facts, star, sums = true, frames = FRAMES, label = () => null }) {
  const labels = facts.labels;
  const tools = [blending({ ask, facts, labels, frames }), ...(sums ? [summing({ ask, facts, labels, star, label })] : [])];
  let now = tools[0];
  const room = h("div", {});
  const tabs = tools.map((tool) => h("button", { "aria-pressed": "false", onclick: () => show(tool) }, tool.name));
  function show(tool) {
    now = tool;
    tabs.forEach((tab, i) => tab.setAttribute("aria-pressed", String(tools[i] === tool)));
    clear(room, tool.node);
    write({ bench: tool === tools[0] ? null : tool.key });
  }
  const node = h("section", { class: "card bench" }, h("h2", {}, t("explore.bench")), h("p", { class: "soft" }, t("explore.bench_how")),
    tools.length > 1 ? h("div", { class: "row", role: "group", "aria-label": t("explore.bench") }, tabs) : null, room);
  show(tools.find((tool) => tool.key === read("bench")) ?? tools[0]);
  return {
    node,
    put: (item) => now.put(item),
    meet: (a, b) => {
      show(tools[0]);
      tools[0].pair(a, b);
    },
    begin: () => Promise.all(tools.map((tool) => tool.begin())),
    close: () => tools.forEach((tool) => tool.close()),
  };
}

/** One place on the bench, that holds up to `most` pictures. */
function place({ name, most, choose, changed }) {
  const row = h("div", { class: "held" });
  const node = h("div", { class: "place", role: "group", "aria-label": name });
  const target = h("button", { class: "small", "aria-pressed": "false", onclick: choose }, name);
  const empty = h("button", { class: "small plain", "aria-label": t("explore.empty_place", { name }), onclick: () => take([]) }, "×");
  let items = [];
  function take(next) {
    items = next.slice(-most);
    clear(row, items.map((item) => h("img", { src: item.src, alt: item.words, class: "pixelated" })));
    empty.classList.toggle("hidden", !items.length);
    changed();
  }
  node.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("application/json")) return;
    event.preventDefault();
    node.classList.add("over");
  });
  node.addEventListener("dragleave", () => node.classList.remove("over"));
  node.addEventListener("drop", (event) => {
    node.classList.remove("over");
    const item = dropped(event);
    if (!item) return;
    event.preventDefault();
    take([...items, item]);
  });
  clear(node, h("div", { class: "row between" }, target, empty), row);
  empty.classList.add("hidden");
  return {
    node, take,
    add: (item) => take([...items, item]),
    items: () => items,
    active: (on) => target.setAttribute("aria-pressed", String(on)),
  };
}

/** Places in a row, one of which gets the next picture. */
function places(names, most, changed) {
  let at = 0;
  const all = names.map((name, i) => place({ name, most, changed, choose: () => choose(i) }));
  function choose(i) {
    at = i;
    all.forEach((one, k) => one.active(k === i));
  }
  choose(0);
  return {
    all,
    put(item) {
      all[at].add(item);
      choose((at + 1) % all.length);
    },
  };
}

/** What of an address's value are points, with their pictures. */
async function fromAddress(ask, name, labels) {
  const groups = (read(name, "") || "").split("*").map((text) => (text ? text.split("~") : []).map((one) => textPoint(one, labels)).filter(Boolean));
  const points = groups.flat();
  if (!points.length) return groups.map(() => []);
  const found = await ask("show", { points: points.slice(0, 24) });
  if (!found) return groups.map(() => []);
  let i = 0;
  return groups.map((group) => group.map((point) => ({ point, src: found.pictures[i++], words: t("explore.starred", { n: i }) })).filter((item) => item.src));
}

function blending({ ask, facts, labels, frames }) {
  let films = [];
  let timer = 0;
  const held = places([t("explore.blend_from"), t("explore.blend_to")], 1, () => asking(performance.now()));
  const shown = picture("", { alt: t("explore.blend"), name: `${facts.name}-blend.png`, pixelated: true });
  const way = slider({
    min: 0, max: frames - 1, step: 1, value: 0, name: t("explore.blend_way"),
    show: (value) => `${Math.round((100 * value) / (frames - 1))} %`, oninput: (value, start) => at(value, start),
  });
  const play = h("button", {}, t("explore.play"));
  const keep = h("button", {}, t("explore.save_film"));
  const outcome = h("div", { class: "outcome hidden" }, shown, way, h("div", { class: "row" }, play, keep));
  const request = () => {
    const [a, b] = held.all.map((one) => one.items()[0]?.point);
    return a && b ? { a, b, frames } : null;
  };
  function at(value, start = null) {
    shown.show(films[value] ?? "");
    if (start !== null) measured("mb:blend", start);
  }
  const asking = latest(async (start) => {
    const asked = request();
    stop();
    write({ blend: asked ? `${pointText(asked.a, labels)}*${pointText(asked.b, labels)}` : null });
    outcome.classList.toggle("hidden", !asked);
    if (!asked) return;
    const found = await ask("blend", asked);
    if (!found) return;
    films = found.frames;
    way.set(Math.floor(frames / 2));
    at(Number(way.input.value));
    measured("mb:blending", start);
  });
  function stop() {
    clearInterval(timer);
    timer = 0;
    play.textContent = t("explore.play");
  }
  play.addEventListener("click", () => {
    if (timer) return stop();
    let k = 0;
    const there = 2 * (frames - 1);
    play.textContent = t("explore.stop");
    timer = setInterval(() => {
      k = (k + 1) % there;
      way.set(k < frames ? k : there - k);
      at(Number(way.input.value));
    }, 1000 / SECOND);
    return undefined;
  });
  keep.addEventListener("click", async () => {
    const asked = request();
    const found = asked && (await ask("film", asked));
    if (found) save(found.film, `${facts.name}-blend.gif`);
  });
  const node = h("div", {}, h("div", { class: "places two" }, held.all.map((one) => one.node)), outcome);
  return {
    key: "blend", name: t("explore.blend"), node, put: held.put, close: stop,
    pair(a, b) {
      held.all[0].take([a]);
      held.all[1].take([b]);
    },
    async begin() {
      const [a, b] = await fromAddress(ask, "blend", labels);
      if (a?.length && b?.length) this.pair(a[0], b[0]);
    },
  };
}

function summing({ ask, facts, labels, star, label }) {
  const names = [t("explore.sum_a"), t("explore.sum_b"), t("explore.sum_c")];
  const signs = [1, -1, 1];
  const held = places(names, MOST, () => asking(performance.now()));
  const result = h("div", { class: "held" });
  const node = h("div", {}, h("p", { class: "soft" }, t("explore.sum_how")),
    h("div", { class: "places sum" }, held.all.map((one, i) => [i ? h("span", { class: "sign", "aria-hidden": "true" }, signs[i] > 0 ? "+" : "−") : null, one.node]),
      h("span", { class: "sign", "aria-hidden": "true" }, "="), h("div", { class: "place", role: "group", "aria-label": t("explore.sum_result"), "aria-live": "polite" }, h("span", { class: "small" }, t("explore.sum_result")), result)));
  const asking = latest(async (start) => {
    const groups = held.all.map((one) => one.items().map((item) => item.point));
    const all = groups.every((group) => group.length);
    write({ sum: groups.some((group) => group.length) ? groups.map((group) => group.map((point) => pointText(point, labels)).join("~")).join("*") : null });
    if (!all) return void clear(result);
    const named = label() ?? groups[0][0].label;
    const found = await ask("arithmetic", { terms: groups.map((points, i) => ({ sign: signs[i], points })), ...(named ? { label: named } : {}) });
    if (!found) return undefined;
    const point = { z: found.z, ...(named ? { label: named } : {}) };
    const item = { point, src: found.result, words: t("explore.sum_result") };
    clear(result, tile(item, { name: `${facts.name}-sum.png`, star, starred: false }));
    measured("mb:arithmetic", start);
    return undefined;
  });
  return {
    key: "sum", name: t("explore.sum"), node, put: held.put, close: () => {},
    async begin() {
      const groups = await fromAddress(ask, "sum", labels);
      groups.slice(0, held.all.length).forEach((group, i) => group.length && held.all[i].take(group));
    },
  };
}
