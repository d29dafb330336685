// Tracks of a pointer: moved over a field, with its clicks; or of the data.

import { h } from "../../dom.js";
import { t } from "../../words.js";

const SIZE = [640, 400];
const MOST = 5000; // points

export function tracing({ changed }) {
  let track = [];
  let example = null;
  const field = h("canvas", { class: "line-board", width: SIZE[0], height: SIZE[1], tabindex: "0", role: "img", "aria-label": t("deciding.track_how") });
  const room = {
    node: h("div", {}, h("p", { class: "soft" }, t("deciding.track_how")), field, h("button", { onclick: () => wipe() }, t("deciding.wipe"))),
    given: () => (example !== null ? { request: { example }, files: [] } : track.length > 1 ? { request: { numbers: track }, files: [] } : null),
    instead(n) {
      wipe();
      example = n;
    },
  };
  const pen = field.getContext("2d");
  function wipe() {
    [track, example] = [[], null];
    pen.clearRect(0, 0, ...SIZE);
  }
  function add(x, y, click, start) {
    if (track.length >= MOST) return;
    example = null;
    room.own?.();
    const last = track.at(-1);
    const time = track.length ? Math.max(last[0], start / 1000) : start / 1000;
    track.push([time, Math.round(x), Math.round(y), click]);
    pen.strokeStyle = pen.fillStyle = getComputedStyle(field).getPropertyValue(click ? "--p1" : "--accent");
    pen.lineWidth = 2;
    pen.beginPath();
    if (last) pen.moveTo(last[1], last[2]);
    pen.lineTo(x, y);
    pen.stroke();
    if (click) pen.fillRect(x - 4, y - 4, 8, 8);
    changed(start);
  }
  const of = (event) => {
    const box = field.getBoundingClientRect();
    return [((event.clientX - box.left) * SIZE[0]) / box.width, ((event.clientY - box.top) * SIZE[1]) / box.height];
  };
  field.addEventListener("pointermove", (event) => add(...of(event), 0, event.timeStamp));
  field.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    field.focus();
    add(...of(event), 1, event.timeStamp);
  });
  field.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], " ": [0, 0] }[event.key];
    if (!way) return;
    event.preventDefault();
    const [, x, y] = track.at(-1) ?? [0, SIZE[0] / 2, SIZE[1] / 2];
    add(Math.max(0, Math.min(SIZE[0], x + 12 * way[0])), Math.max(0, Math.min(SIZE[1], y + 12 * way[1])), event.key === " " ? 1 : 0, event.timeStamp);
  });
  return room;
}
