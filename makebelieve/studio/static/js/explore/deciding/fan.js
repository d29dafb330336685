// A series with its forecast as a fan of quantiles, a naive one beside it, and what really came.

import { h } from "../../dom.js";
import { number } from "../../words.js";

const EDGE = { left: 56, right: 12, top: 12, bottom: 28 };
const LEVELS = 4; // lines across

/**
 * `chart.show({line, said, naive, left, right, cut})`, `chart.dragging()`; `drag(row, start)` is told where the start is
 * dragged to, `dropped()` that it was let go.
 */
export function fan({ label, drag, dropped }) {
  const node = h("canvas", { class: "fan", tabindex: "0", role: "slider", "aria-label": label, "aria-valuemin": "0", "aria-valuemax": "0", "aria-valuenow": "0" });
  let shown = null;
  let x = (row) => row;
  let row = (place) => place;

  function paint() {
    if (!shown) return;
    const ratio = Math.min(2, devicePixelRatio || 1);
    const [width, height] = [node.clientWidth, node.clientHeight];
    if (!width) return;
    if (node.width !== Math.round(width * ratio) || node.height !== Math.round(height * ratio)) [node.width, node.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    const pen = node.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { line, said, naive, left, right, cut } = shown;
    const style = getComputedStyle(node);
    const colour = (one) => style.getPropertyValue(one).trim();
    const value = (i) => line.values[i - line.first];
    const seen = [];
    for (let i = left; i < Math.min(right, line.rows); i += 1) seen.push(value(i));
    const every = [...seen, ...said.lines.flat(), ...naive].filter(Number.isFinite);
    const [low, high] = [Math.min(...every), Math.max(...every)];
    const room = (high - low || 1) * 0.06;
    x = (at) => EDGE.left + ((at - left) / Math.max(1, right - left - 1)) * (width - EDGE.left - EDGE.right);
    row = (place) => left + ((place - EDGE.left) / (width - EDGE.left - EDGE.right)) * (right - left - 1);
    const y = (v) => height - EDGE.bottom - ((v - low + room) / (high - low + 2 * room || 1)) * (height - EDGE.top - EDGE.bottom);
    pen.fillStyle = colour("--card");
    pen.fillRect(0, 0, width, height);
    pen.font = "12px system-ui, sans-serif";
    pen.fillStyle = colour("--soft");
    pen.strokeStyle = colour("--line");
    pen.lineWidth = 1;
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    for (let k = 0; k <= LEVELS; k += 1) {
      const v = low + ((high - low) * k) / LEVELS;
      pen.beginPath();
      pen.moveTo(EDGE.left, y(v));
      pen.lineTo(width - EDGE.right, y(v));
      pen.stroke();
      pen.fillText(number(v, 3), EDGE.left - 6, y(v));
    }
    times(pen, width, height);
    if (cut > left && cut < right) vertical(pen, x(cut - 0.5), height, colour("--soft"), [2, 4], 1);
    const n = said.lines.length;
    pen.fillStyle = colour("--accent");
    for (let k = 0; k < Math.floor(n / 2); k += 1) {
      pen.globalAlpha = 0.18;
      pen.beginPath();
      said.lines[k].forEach((v, i) => pen.lineTo(x(said.start + i), y(v)));
      for (let i = said.lines[k].length - 1; i >= 0; i -= 1) pen.lineTo(x(said.start + i), y(said.lines[n - 1 - k][i]));
      pen.fill();
    }
    pen.globalAlpha = 1;
    const before = [];
    const after = [];
    for (let i = left; i < Math.min(right, line.rows); i += 1) (i < said.start ? before : after).push([i, value(i)]);
    draw(pen, before, x, y, colour("--ink"), 2, []);
    draw(pen, [...before.slice(-1), ...after], x, y, colour("--ink"), 1.5, [3, 3]);
    draw(pen, naive.map((v, i) => [said.start + i, v]), x, y, colour("--p1"), 2, [7, 4]);
    draw(pen, said.lines[said.quantiles.indexOf(0.5)].map((v, i) => [said.start + i, v]), x, y, colour("--accent"), 2.5, []);
    vertical(pen, x(said.start - 0.5), height, colour("--accent"), [], 2);
    pen.fillStyle = colour("--accent");
    pen.beginPath();
    pen.arc(x(said.start - 0.5), EDGE.top + 6, 7, 0, 2 * Math.PI);
    pen.fill();
  }
  function times(pen, width, height) {
    const { line, said, left, right } = shown;
    const named = (i) => line.times?.[i - line.first] ?? said.times[i - said.start];
    pen.textAlign = "center";
    const count = Math.max(2, Math.floor(width / 150));
    for (let k = 0; k < count; k += 1) {
      const at = Math.round(left + ((right - left - 1) * (k + 0.5)) / count);
      const words = named(at);
      if (words) pen.fillText(String(words), x(at), height - EDGE.bottom / 2);
    }
  }
  function draw(pen, points, x_, y, colour, width, dashes) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.setLineDash(dashes);
    pen.beginPath();
    for (const [at, v] of points) pen.lineTo(x_(at), y(v));
    pen.stroke();
    pen.setLineDash([]);
  }
  function vertical(pen, at, height, colour, dashes, width) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.setLineDash(dashes);
    pen.beginPath();
    pen.moveTo(at, EDGE.top);
    pen.lineTo(at, height - EDGE.bottom);
    pen.stroke();
    pen.setLineDash([]);
  }
  let held = false;
  const place = (event) => event.clientX - node.getBoundingClientRect().left;
  node.addEventListener("pointerdown", (event) => {
    if (!shown) return;
    node.setPointerCapture(event.pointerId);
    held = true;
    drag(row(place(event)) + 0.5, event.timeStamp);
  });
  node.addEventListener("pointermove", (event) => {
    if (held) drag(row(place(event)) + 0.5, event.timeStamp);
  });
  const release = () => {
    if (!held) return;
    held = false;
    dropped();
  };
  node.addEventListener("pointerup", release);
  node.addEventListener("pointercancel", release);
  node.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 10, PageDown: -10 }[event.key];
    if (!step || !shown) return;
    event.preventDefault();
    drag(Number(node.getAttribute("aria-valuenow")) + step, event.timeStamp);
  });
  const sized = new ResizeObserver(() => paint());
  sized.observe(node);
  addEventListener("mb-theme", paint);
  return {
    node,
    dragging: () => held,
    address: () => node.toDataURL("image/png"),
    show(next) {
      shown = next;
      node.setAttribute("aria-valuemax", String(next.line.rows));
      node.setAttribute("aria-valuenow", String(next.said.start));
      node.setAttribute("aria-valuetext", String(next.said.times[0] ?? next.said.start));
      paint();
    },
    close() {
      sized.disconnect();
      removeEventListener("mb-theme", paint);
    },
  };
}
