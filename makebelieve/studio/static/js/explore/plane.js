// The plane over two axes of z: a tiled map of what is decoded there, and a place on it that mouse, finger or keys move.

import { h } from "../dom.js";
import { t } from "../words.js";

const STEPS = 60; // of an arrow key from side to side

/** The value at `u` in [0, 1] along rising ticks, which stand at equal steps of u, between them in a line. */
export function valueAt(ticks, u) {
  const place = Math.min(ticks.length - 1, Math.max(0, u * ticks.length - 0.5));
  const below = Math.min(ticks.length - 2, Math.floor(place));
  return ticks[below] + (place - below) * (ticks[below + 1] - ticks[below]);
}

/** Where a value stands: the other way. */
export function placeOf(ticks, value) {
  let low = 0;
  let high = ticks.length - 1;
  if (value <= ticks[low]) return 0.5 / ticks.length;
  if (value >= ticks[high]) return (high + 0.5) / ticks.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (ticks[middle] <= value) low = middle;
    else high = middle;
  }
  return (low + (value - ticks[low]) / (ticks[high] - ticks[low]) + 0.5) / ticks.length;
}

export const colour = (i, n) => `hsl(${Math.round((360 * i) / Math.max(1, n))} 75% ${i % 2 ? 42 : 55}%)`;

/**
 * The canvas. `moved(u, v, start)` is called as the place moves, u to the right and v upwards in [0, 1].
 * `plane.map(src)` draws the tiles, `plane.src()` is their picture, `plane.put(u, v)` the place, `plane.dots([[u, v, class]…], n)` the data.
 */
export function plane({ moved, words, flat = false }) {
  const canvas = h("canvas", { tabindex: "0", role: "application", "aria-label": t("explore.plane_keys"), "aria-describedby": "plane-words", class: "plane" });
  const told = h("p", { id: "plane-words", class: "soft", role: "status" });
  const image = new Image();
  const state = { u: 0.5, v: 0.5, dots: [], classes: 0 };
  let frame = 0;
  let telling = 0;

  function draw() {
    frame = 0;
    const side = Math.max(1, Math.round(canvas.clientWidth * devicePixelRatio));
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, side, side);
    pen.imageSmoothingEnabled = image.naturalWidth > side;
    if (image.complete && image.naturalWidth) pen.drawImage(image, 0, 0, side, side);
    for (const [u, v, which] of state.dots) {
      pen.fillStyle = colour(which, state.classes);
      pen.beginPath();
      pen.arc(u * side, (1 - v) * side, 2.2 * devicePixelRatio, 0, 7);
      pen.fill();
    }
    ring(pen, side);
  }
  function ring(pen, side) {
    const at = [state.u * side, (1 - state.v) * side];
    for (const [width, stroke] of [[5, "rgb(0 0 0 / 75%)"], [2.5, "#ffd23f"]]) {
      pen.lineWidth = width * devicePixelRatio;
      pen.strokeStyle = stroke;
      pen.beginPath();
      pen.arc(...at, 9 * devicePixelRatio, 0, 7);
      pen.stroke();
    }
  }
  const soon = () => {
    frame ||= requestAnimationFrame(draw);
  };
  function put(u, v) {
    Object.assign(state, { u, v });
    soon();
    clearTimeout(telling);
    telling = setTimeout(() => (told.textContent = words()), 300);
  }
  function move(u, v, start) {
    put(Math.min(1, Math.max(0, u)), flat ? 0.5 : Math.min(1, Math.max(0, v)));
    moved(state.u, state.v, start);
  }
  function follow(event) {
    const box = canvas.getBoundingClientRect();
    move((event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height, event.timeStamp);
  }
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    follow(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse" || event.buttons) follow(event);
  });
  canvas.addEventListener("keydown", (event) => {
    const far = (event.shiftKey ? 5 : 1) / STEPS;
    const [du, dv] = { ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, far], ArrowDown: [0, -far] }[event.key] ?? [0, 0];
    if (event.key === "Home") move(0.5, 0.5, event.timeStamp);
    else if (du || dv) move(state.u + du, state.v + dv, event.timeStamp);
    else return;
    event.preventDefault();
  });
  image.addEventListener("load", soon);
  const sized = new ResizeObserver(soon);
  sized.observe(canvas);
  return {
    node: h("div", { class: "plane-box" }, canvas, told),
    put,
    map: (src) => (image.src = src),
    src: () => image.src,
    dots(dots, classes) {
      Object.assign(state, { dots, classes });
      soon();
    },
    close() {
      sized.disconnect();
      cancelAnimationFrame(frame);
      clearTimeout(telling);
    },
  };
}
