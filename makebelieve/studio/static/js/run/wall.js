// What the run drew along the way: the sheet, or the text, at a step, and the newest while it is watched live.

import { clear, h } from "../dom.js";
import { save } from "../elements/picture.js";
import { latest } from "../latest.js";
import { number, t } from "../words.js";
import { last } from "./records.js";

const KEPT = 48; // pictures that stay decoded
const AHEAD = 2; // loaded at a time

/**
 * The wall of a run. `add(sample)` tells it of one, `live(url, step)` of a newer picture, and
 * `show(step, done)` shows what there was at a step, or the newest for null; `done()` is called once it is seen.
 */
export function wall({ work, name, writes }) {
  const frame = h("div", { class: "run-frame" });
  const caption = h("p", { class: "soft run-caption" });
  const button = h("button", { class: "small", disabled: true, onclick: () => keep() }, t("run.save_picture"));
  const node = h("section", { class: "card run-wall" },
    h("div", { class: "row run-head" }, h("h2", {}, t(work ? "run.picture" : writes ? "run.texts" : "run.wall")), button), frame, caption);
  let steps = []; // rising
  const samples = new Map(); // step → sample
  const loaded = new Map(); // url → element, the least recently used first
  const loading = new Set();
  let [at, onscreen, wanted, fresh] = [null, null, null, null]; // fresh: {step, element}
  const empty = h("p", { class: "soft" }, t(work ? "run.no_picture" : "run.no_wall"));
  clear(frame, empty);

  function find(step) {
    if (step === null) return fresh && fresh.step >= (steps.at(-1) ?? -1) ? fresh : samples.get(steps.at(-1));
    return samples.get(steps[Math.max(0, last(steps, step))]);
  }

  function show(step, done = () => {}) {
    at = step;
    const sample = find(step);
    wanted = sample ?? null;
    if (!sample) return done();
    const element = sample.element ?? touch(sample.url);
    if (element) {
      put(sample, element);
      done();
    } else {
      load(sample).then(() => wanted === sample && (put(sample, loaded.get(sample.url)), done()));
    }
    prefetch();
    return undefined;
  }

  function put(sample, element) {
    if (!element || onscreen === element) return;
    const read = onscreen?.tagName === "PRE" && element.tagName === "PRE" ? { top: onscreen.scrollTop, focus: document.activeElement === onscreen } : null;
    onscreen = element;
    if (element.tagName === "IMG") element.alt = t(work ? "run.picture_alt" : "run.wall_alt", { name, step: number(sample.step) });
    frame.replaceChildren(element);
    if (read) element.scrollTop = read.top;
    if (read?.focus) element.focus({ preventScroll: true });
    const words = sample.element ? t("run.live_step", { step: number(sample.step) }) : t("run.drawn_step", { step: number(sample.step) });
    if (caption.textContent !== words) caption.textContent = words;
    button.disabled = false;
    frame.dataset.step = sample.step;
  }

  function touch(url) {
    const element = loaded.get(url);
    if (element) {
      loaded.delete(url);
      loaded.set(url, element);
    }
    return element;
  }

  async function load(sample) {
    if (loading.has(sample.url)) {
      while (loading.has(sample.url)) await new Promise((done) => setTimeout(done, 10));
      return;
    }
    loading.add(sample.url);
    try {
      const element = sample.kind === "txt" ? await text(sample.url) : await image(sample.url);
      loaded.set(sample.url, element);
    } catch {
      return; // taken away meanwhile
    } finally {
      loading.delete(sample.url);
    }
    for (const [url, element] of [...loaded]) {
      if (loaded.size <= KEPT) break;
      if (element !== onscreen) loaded.delete(url);
    }
  }

  /** The samples nearest to where we are, so that they are there when they are wanted. */
  function prefetch() {
    if (loading.size >= AHEAD) return;
    const here = at === null ? steps.length - 1 : Math.max(0, last(steps, at));
    const near = steps.map((step, i) => [Math.abs(i - here), step]).sort((a, b) => a[0] - b[0]).slice(0, KEPT - 2);
    const next = near.map(([, step]) => samples.get(step)).find((one) => !loaded.has(one.url) && !loading.has(one.url) && !one.failed);
    if (!next) return;
    load(next).then(() => {
      next.failed = !loaded.has(next.url);
      prefetch();
    });
  }

  function add(sample) {
    const before = samples.get(sample.step);
    if (before?.url === sample.url || (before?.kind === "png" && sample.kind === "txt")) return;
    if (before) loaded.delete(before.url);
    else steps.splice(last(steps, sample.step) + 1, 0, sample.step);
    samples.set(sample.step, { step: sample.step, kind: sample.kind, url: sample.url });
    if (at === null || onscreen === null || find(at) !== wanted) show(at);
    else prefetch();
  }

  const live = latest(async ({ url, step }) => {
    const element = writes ? await text(url).catch(() => null) : await image(url).catch(() => null);
    if (!element) return;
    fresh = { step, url, element };
    if (at === null) show(null);
  });

  function keep() {
    const suffix = onscreen?.tagName === "PRE" ? "txt" : "png";
    const file = `${name}-${String(frame.dataset.step).padStart(6, "0")}.${suffix}`;
    if (suffix === "png") return save(onscreen.src, file);
    const address = URL.createObjectURL(new Blob([onscreen.textContent], { type: "text/plain" }));
    save(address, file);
    return setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  return {
    node, add, live, show,
    steps: () => steps,
    /** What was drawn after a step is of a past that was taken back. */
    rewind(step) {
      for (const gone of steps.filter((one) => one > step)) {
        loaded.delete(samples.get(gone).url);
        samples.delete(gone);
      }
      steps = steps.filter((one) => one <= step);
      if (fresh && fresh.step > step) fresh = null;
      if (at === null) show(null);
    },
    close() {
      loaded.clear();
      samples.clear();
    },
  };
}

async function image(url) {
  const element = h("img", { class: "pixelated", decoding: "sync" });
  element.src = url;
  await element.decode();
  return element;
}

async function text(url) {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  return h("pre", { class: "run-text", tabindex: "0" }, await answer.text());
}
