// A board to draw on: mouse, pen, finger or arrow keys; a picture can lie on it; evidence can be laid over it.

import { h } from "../../dom.js";
import { t } from "../../words.js";
import { centred } from "./centred.js";

const LONG = 420; // pixels of the longer side, at least
const STEP = 12; // of the arrow keys
const GREY = ["#000000", "#ffffff"];

/**
 * The board for pictures of (channels, high, wide). `changed(start)` is called after every stroke; `over(x, y)` with
 * places as shares of the network's picture, null where the pointer has left.
 */
export function board({ shape, light = true, changed, over = () => {} }) {
  const [channels, high, wide] = shape;
  const scale = Math.max(1, LONG / Math.max(high, wide));
  const [w, h_] = [Math.round(wide * scale), Math.round(high * scale)];
  const canvas = h("canvas", { class: "board", width: w, height: h_ });
  const top = h("canvas", { class: "board-top", width: w, height: h_, tabindex: "0", role: "img", "aria-label": t("deciding.board_how") });
  const node = h("div", { class: "board-place" }, canvas, top);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const state = {
    ground: channels === 1 ? GREY[light ? 0 : 1] : "#ffffff", ink: channels === 1 ? GREY[light ? 1 : 0] : "#1d4ed8",
    size: channels === 1 ? Math.max(6, Math.round(Math.min(w, h_) * 0.075)) : Math.round(Math.min(w, h_) * 0.05),
    erasing: false, centre: channels === 1 && Math.max(high, wide) <= 64, empty: true, picture: false,
    at: [w / 2, h_ / 2], down: false, keys: false, heat: null, fill: null,
  };
  const undone = [];
  const room = { node, state, shape, top };

  room.wipe = (start = performance.now()) => {
    context.fillStyle = state.ground;
    context.fillRect(0, 0, w, h_);
    Object.assign(state, { empty: true, picture: false, heat: null, fill: null });
    paint();
    changed(start);
  };
  room.undo = () => {
    const last = undone.pop();
    if (!last) return;
    context.putImageData(last.pixels, 0, 0);
    Object.assign(state, last.was, { heat: null });
    paint();
    changed(performance.now());
  };
  function keep() {
    const { empty, picture, fill } = state;
    undone.push({ pixels: context.getImageData(0, 0, w, h_), was: { empty, picture, fill } });
    if (undone.length > 20) undone.shift();
  }
  /** Lays a picture on the board: covering it, cut to its centre, as the network's own reading does. */
  room.lay = (image, { smooth = true } = {}) => {
    keep();
    const [iw, ih] = [image.naturalWidth || image.width, image.naturalHeight || image.height];
    const grow = Math.max(w / iw, h_ / ih);
    context.imageSmoothingEnabled = smooth;
    context.imageSmoothingQuality = "high";
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, w, h_);
    context.drawImage(image, (w - iw * grow) / 2, (h_ - ih * grow) / 2, iw * grow, ih * grow);
    context.imageSmoothingEnabled = true;
    Object.assign(state, { empty: false, picture: true, heat: null, fill: mean() });
    paint();
    changed(performance.now());
  };
  /** The mean colour of the board: what an eraser leaves on a picture. */
  function mean() {
    const { data } = context.getImageData(0, 0, w, h_);
    const sums = [0, 0, 0];
    for (let i = 0; i < data.length; i += 64) for (let k = 0; k < 3; k += 1) sums[k] += data[i + k];
    return `rgb(${sums.map((sum) => Math.round(sum / (data.length / 64))).join(" ")})`;
  }
  const moved = () => (state.centre && !state.picture ? centred(canvas, state.ground, shape) : null);
  /** What is on the board as a PNG, centred and scaled where that is asked for. */
  room.content = () => blob((moved()?.canvas ?? canvas).toDataURL("image/png"));
  room.show = (heat) => {
    state.heat = heat;
    paint();
  };
  room.address = () => canvas.toDataURL("image/png");

  function paint() {
    const pen = top.getContext("2d");
    pen.clearRect(0, 0, w, h_);
    if (state.heat) {
      const place = moved();
      pen.imageSmoothingEnabled = true;
      if (place) pen.drawImage(state.heat, place.left, place.top, place.side[0], place.side[1]);
      else pen.drawImage(state.heat, 0, 0, w, h_);
    }
    if (document.activeElement !== top || !state.keys) return;
    const [x, y] = state.at;
    for (const [colour, width] of [["#ffffff", 5], [state.down ? "#c2410c" : "#1c1a27", 2]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.beginPath();
      pen.arc(x, y, state.size / 2 + 2, 0, 2 * Math.PI);
      pen.stroke();
    }
  }
  function stroke(from, to) {
    context.strokeStyle = state.erasing ? state.fill ?? state.ground : state.ink;
    context.lineWidth = state.size * (state.erasing ? 1.6 : 1);
    context.lineCap = context.lineJoin = "round";
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(to[0] + 0.01, to[1]);
    context.stroke();
    if (!state.erasing) state.empty = false;
  }
  const place = (event) => {
    const box = top.getBoundingClientRect();
    return [((event.clientX - box.left) * w) / box.width, ((event.clientY - box.top) * h_) / box.height];
  };
  function tell([x, y]) {
    if (!state.heat) return;
    const found = moved();
    over(found ? (x - found.left) / found.side[0] : x / w, found ? (y - found.top) / found.side[1] : y / h_);
  }
  let last = null;
  top.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    top.setPointerCapture(event.pointerId);
    keep();
    state.keys = false;
    last = place(event);
    stroke(last, last);
    paint();
    changed(event.timeStamp);
  });
  top.addEventListener("pointermove", (event) => {
    const now = place(event);
    tell(now);
    if (!last) return;
    const all = event.getCoalescedEvents?.() ?? [];
    for (const one of all.length ? all : [event]) {
      const next = place(one);
      stroke(last, next);
      last = next;
    }
    changed(event.timeStamp);
  });
  const lift = () => { last = null; };
  top.addEventListener("pointerup", lift);
  top.addEventListener("pointercancel", lift);
  top.addEventListener("pointerleave", () => over(null, null));
  top.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (way) {
      const step = event.shiftKey ? STEP / 4 : STEP;
      const next = [Math.max(0, Math.min(w, state.at[0] + way[0] * step)), Math.max(0, Math.min(h_, state.at[1] + way[1] * step))];
      state.keys = true;
      if (state.down) stroke(state.at, next);
      state.at = next;
      paint();
      tell(next);
      if (state.down) changed(event.timeStamp);
    } else if (event.key === " ") {
      state.keys = true;
      state.down = !state.down;
      if (state.down) {
        keep();
        stroke(state.at, state.at);
        changed(event.timeStamp);
      }
      paint();
    } else return;
    event.preventDefault();
  });
  top.addEventListener("focus", () => {
    state.keys = top.matches(":focus-visible");
    paint();
  });
  top.addEventListener("blur", () => {
    state.down = false;
    paint();
    over(null, null);
  });
  context.fillStyle = state.ground;
  context.fillRect(0, 0, w, h_);
  return room;
}

/** A data address as a file: at once, where a canvas's own toBlob waits until the browser is idle. */
function blob(address) {
  const text = atob(address.slice(address.indexOf(",") + 1));
  return new Blob([Uint8Array.from(text, (letter) => letter.charCodeAt(0))], { type: "image/png" });
}
