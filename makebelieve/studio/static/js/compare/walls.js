// What the runs made, side by side, with one scrubber over the share of each one's training.

import { readNumber, write } from "../address.js";
import { h } from "../dom.js";
import { picture } from "../elements/picture.js";
import { number, percent, t } from "../words.js";
import { mark } from "./tables.js";

/** The walls of all runs that made pictures or texts, or null. */
export function walls(found) {
  const made = found.runs.map((run, at) => ({ ...run, at })).filter((run) => run.samples.length).map(wall);
  if (!made.length) return null;
  const share = h("output", { "aria-live": "off" });
  const slider = h("input", { type: "range", min: "0", max: "100", step: "1", value: String(readNumber("at", 100)), "aria-label": t("compare.scrubber") });
  const show = () => {
    const from = performance.now();
    const wanted = Number(slider.value) / 100;
    share.textContent = percent(wanted);
    slider.setAttribute("aria-valuetext", percent(wanted));
    for (const one of made) one.show(wanted);
    performance.measure("mb:scrub", { start: from, end: performance.now() });
  };
  slider.addEventListener("input", () => {
    show();
    write({ at: slider.value === "100" ? null : slider.value });
  });
  show();
  return h("div", {}, h("label", { class: "scrubber" }, t("compare.scrubber"), slider, share), h("div", { class: "walls" }, made.map((one) => one.node)));
}

function wall(run) {
  const last = run.samples.at(-1).step || 1;
  const when = h("p", { class: "soft when" });
  const texts = run.samples[0].kind === "txt";
  const shown = texts ? h("pre", { tabindex: "0" }) : picture("", { name: `${run.name}.png`, pixelated: true });
  const kept = new Map(); // pictures and texts already fetched, so that scrubbing waits for nothing
  if (!texts) for (const sample of run.samples) kept.set(sample.step, Object.assign(new Image(), { src: sample.url }));
  let now = null;
  const show = async (share) => {
    const sample = run.samples.findLast((one) => one.step <= share * last) ?? run.samples[0];
    if (sample.step === now) return;
    now = sample.step;
    when.textContent = t("compare.step", { step: number(sample.step) });
    if (!texts) {
      shown.show(sample.url, t("compare.wall", { name: run.name, step: number(sample.step) }));
      return;
    }
    if (!kept.has(sample.step)) kept.set(sample.step, fetch(sample.url).then((answer) => (answer.ok ? answer.text() : "")));
    const text = await kept.get(sample.step);
    if (now === sample.step) shown.textContent = text;
  };
  const node = h("div", { class: "card" }, h("h3", {}, mark(run.at), " ", run.name), when, shown);
  return { node, show };
}
