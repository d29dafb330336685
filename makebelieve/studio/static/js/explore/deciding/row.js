// Rows of numbers and series: sliders where there are few numbers, a line to draw where there are many.

import { clear, h } from "../../dom.js";
import { number, t } from "../../words.js";
import { slider } from "../asking.js";

const FEW = 40; // numbers that have a slider each
const POINTS = 64; // of a drawn line
const SIZE = [640, 240];

export function row(options) {
  const { facts } = options;
  return facts.kind === "numbers" && facts.shape.length === 1 && facts.shape[0] <= FEW ? sliders(options) : line(options);
}

function sliders({ facts, changed }) {
  const n = facts.shape[0];
  const spans = facts.columns ?? Array.from({ length: n }, () => ({ least: -3, middle: 0, most: 3 }));
  const values = spans.map((span) => span.middle);
  const room = {};
  const all = spans.map((span, i) => {
    const step = (span.most - span.least) / 200 || 0.01;
    return slider({
      min: span.least, max: Math.max(span.most, span.least + step), step, value: span.middle, name: t("deciding.column", { n: i + 1 }), show: (value) => number(value, 3),
      oninput(value, start) {
        values[i] = value;
        room.own?.();
        changed(start);
      },
    });
  });
  const effects = h("ul", {});
  return Object.assign(room, {
    node: h("div", { class: "sliders" }, all, effects),
    given: () => ({ request: { numbers: [...values] }, files: [] }),
    heat(found) {
      clear(effects);
      if (!found?.columns) return;
      const ranked = found.columns.map((value, i) => [i, value]).sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
      clear(effects, ranked.slice(0, 5).map(([i, value]) => h("li", {}, t("deciding.column_adds", { n: i + 1, value: number(value, 3) }))));
    },
    take(found) {
      found.numbers.forEach((value, i) => {
        values[i] = value;
        all[i].set(value);
      });
      changed(performance.now());
      return true;
    },
  });
}

/** A series as text, and a line that is drawn over it. */
function line({ changed }) {
  const text = h("textarea", { rows: 4, "aria-label": t("deciding.numbers"), placeholder: "0.1 0.5 0.9 …" });
  const canvas = h("canvas", { class: "line-board", width: SIZE[0], height: SIZE[1], role: "img", "aria-label": t("deciding.line_how") });
  let example = null;
  const numbers = () => text.value.split(/[\s,;]+/).filter(Boolean).map(Number);
  const room = {
    node: h("div", {}, canvas, h("p", { class: "soft" }, t("deciding.line_how")), text),
    given() {
      if (example !== null) return { request: { example }, files: [] };
      const found = numbers();
      return found.length > 1 && found.every(Number.isFinite) ? { request: { numbers: found }, files: [] } : null;
    },
    instead(n) {
      example = n;
      text.value = "";
      paint();
    },
  };
  const drawn = Array(POINTS).fill(null);
  function paint() {
    const pen = canvas.getContext("2d");
    const found = numbers();
    pen.clearRect(0, 0, ...SIZE);
    if (found.length < 2) return;
    const [low, high] = [Math.min(...found), Math.max(...found)];
    pen.strokeStyle = getComputedStyle(canvas).getPropertyValue("--accent");
    pen.lineWidth = 3;
    pen.beginPath();
    found.forEach((value, i) => pen.lineTo((i / (found.length - 1)) * SIZE[0], SIZE[1] - 8 - ((value - low) / (high - low || 1)) * (SIZE[1] - 16)));
    pen.stroke();
  }
  let before = null;
  function point(event) {
    const box = canvas.getBoundingClientRect();
    const at = Math.max(0, Math.min(POINTS - 1, Math.round(((event.clientX - box.left) / box.width) * (POINTS - 1))));
    const value = Math.round((1 - (event.clientY - box.top) / box.height) * 1000) / 1000;
    const [from, start] = before ?? [at, value];
    for (let i = Math.min(from, at); i <= Math.max(from, at); i += 1) {
      drawn[i] = from === at ? value : Math.round((start + ((value - start) * (i - from)) / (at - from)) * 1000) / 1000;
    }
    before = [at, value];
    const first = drawn.find((one) => one !== null);
    let last = first;
    text.value = drawn.map((one) => (last = one ?? last)).join(" ");
    tell(event.timeStamp);
  }
  function tell(start) {
    example = null;
    room.own?.();
    paint();
    changed(start);
  }
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    before = null;
    point(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) point(event);
  });
  text.addEventListener("input", () => {
    drawn.fill(null);
    tell(performance.now());
  });
  return room;
}
