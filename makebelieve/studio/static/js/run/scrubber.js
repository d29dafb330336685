// One slider over the whole run, with marks where something was drawn and where something went wrong.

import { clear, h } from "../dom.js";
import { duration, number, t } from "../words.js";

/** Gives {node, extent(last), marks(samples, alarms), place(step), key(event)}; `onstep(step or null, start)` is called when it is moved; `time(step)` gives seconds of training. */
export function scrubber(onstep, time) {
  const range = h("input", { type: "range", min: "0", max: "1", step: "1", value: "1", "aria-label": t("run.scrubber") });
  const live = h("button", { class: "small", "aria-pressed": "true", onclick: (event) => onstep(null, event.timeStamp) }, t("run.live"));
  const told = h("output", { class: "run-told", "aria-live": "off" });
  const marks = h("div", { class: "run-marks", "aria-hidden": "true" });
  const node = h("section", { class: "card run-scrubber", "aria-label": t("run.scrubber") },
    told, h("div", { class: "run-track" }, range, marks), live);
  let [last, at, stops, marked] = [0, null, [], ""];
  range.addEventListener("input", (event) => onstep(Number(range.value), event.timeStamp));
  range.addEventListener("keydown", key);

  /** Arrow keys go from one moment that was kept to the next. */
  function key(event) {
    const here = at ?? last;
    const next = {
      ArrowLeft: () => stops.findLast((stop) => stop < here) ?? 0,
      ArrowDown: () => stops.findLast((stop) => stop < here) ?? 0,
      ArrowRight: () => stops.find((stop) => stop > here) ?? null,
      ArrowUp: () => stops.find((stop) => stop > here) ?? null,
      Home: () => 0,
      End: () => null,
    }[event.key];
    if (!next || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    onstep(next(), event.timeStamp);
  }

  function place(step) {
    at = step;
    range.value = String(step ?? last);
    const words = step === null ? t("run.newest", { step: number(last) }) : [t("run.at_step", { step: number(step) }), time(step) === undefined ? null : duration(time(step))].filter(Boolean).join(" · ");
    if (told.textContent !== words) told.textContent = words;
    range.setAttribute("aria-valuetext", words);
    live.setAttribute("aria-pressed", String(step === null));
  }

  return {
    node, key, place,
    extent(step) {
      if (step === last) return;
      last = step;
      range.max = String(Math.max(1, step));
      place(at);
    },
    marks(samples, alarms, moments) {
      stops = [...new Set([...samples, ...alarms, ...moments])].sort((a, b) => a - b);
      const key = `${last}:${samples.length}:${samples.at(-1)}:${alarms.join()}`;
      if (key === marked) return;
      marked = key;
      const mark = (kind) => (step) => h("span", { class: kind, style: { left: `${(100 * step) / Math.max(1, last)}%` } });
      clear(marks, samples.map(mark("drawn")), alarms.map(mark("alarm")));
    },
  };
}
