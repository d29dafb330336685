// A picture to scratch with the mouse, a finger or the keys; the cleaned one follows.

import { act } from "../api.js";
import { readNumber, write } from "../address.js";
import { clear, h } from "../dom.js";
import { code } from "../elements/code.js";
import { picture, save } from "../elements/picture.js";
import { told } from "../elements/toast.js";
import { latest } from "../latest.js";
import { number, t } from "../words.js";
import { drop, slider } from "./asking.js";

const INKS = ["#ffffff", "#000000", "noise"];

export async function open(root, { id, facts }) {
  const canvas = h("canvas", { class: "scratched pixelated", tabindex: "0", role: "application", "aria-label": t("art.scratch_canvas"), "aria-describedby": "scratch-hint" });
  const cross = h("span", { class: "cross hidden", "aria-hidden": "true" });
  const cleaned = picture("", { alt: t("art.cleaned"), pixelated: true, name: "cleaned.png" });
  const rate = h("p", { class: "soft small", "aria-live": "off" });
  const box = code("");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const state = { item: Math.max(0, readNumber("scratch", 0)), file: null, clean: null, width: 1, ink: INKS[0], down: null, at: [0, 0], held: false, gone: false };

  const clean = latest(async () => {
    const start = performance.now();
    const file = await new Promise((done) => canvas.toBlob(done, "image/png"));
    const found = await told(act(id, "clean", {}, [file]));
    if (!found || state.gone) return;
    cleaned.show(found.picture);
    box.show(found.code);
    const end = performance.now();
    performance.measure("mb:scratch", { start, end });
    rate.textContent = t("art.follows", { s: number((end - start) / 1000, 2) });
  });

  let turns = 0;
  async function load() {
    const mine = ++turns;
    const found = await told(act(id, "example", state.file ? {} : { item: state.item }, state.file ? [state.file] : []));
    if (!found || state.gone) return;
    const image = new Image();
    image.src = found.picture;
    await image.decode();
    if (mine !== turns) return;
    state.clean = image;
    [canvas.height, canvas.width] = found.side;
    canvas.style.aspectRatio = cleaned.image.style.aspectRatio = `${canvas.width} / ${canvas.height}`;
    state.at = [canvas.width / 2, canvas.height / 2];
    fresh();
  }

  function fresh() {
    if (!state.clean) return;
    pen.drawImage(state.clean, 0, 0, canvas.width, canvas.height);
    clean();
  }

  const least = () => Math.max(1, Math.min(canvas.width, canvas.height) / 28);
  function line(from, to) {
    const wide = least() * state.width;
    if (state.ink === "noise") {
      spray(to, wide * 4);
    } else {
      Object.assign(pen, { strokeStyle: state.ink, lineWidth: wide, lineCap: "round" });
      pen.beginPath();
      pen.moveTo(...from);
      pen.lineTo(to[0] + 0.01, to[1]);
      pen.stroke();
    }
    clean();
  }

  /** Grains of random brightness around a place. */
  function spray([x, y], reach) {
    const grain = Math.max(1, Math.round(least() / 1.5));
    for (let i = 0; i < 24; i++) {
      const shade = Math.floor(Math.random() * 256);
      pen.fillStyle = `rgb(${shade} ${shade} ${shade})`;
      pen.fillRect(Math.round(x + (Math.random() - 0.5) * reach), Math.round(y + (Math.random() - 0.5) * reach), grain, grain);
    }
  }

  const place = (event) => {
    const frame = canvas.getBoundingClientRect();
    return [((event.clientX - frame.left) / frame.width) * canvas.width, ((event.clientY - frame.top) / frame.height) * canvas.height];
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    state.down = place(event);
    line(state.down, state.down);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!state.down) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) {
      const to = place(one);
      line(state.down, to);
      state.down = to;
    }
  });
  const up = () => (state.down = null);
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", up);
  canvas.addEventListener("keydown", (event) => {
    const step = least() * (event.shiftKey ? 4 : 1.5);
    const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    if (event.key === " " || event.key === "Enter") {
      state.held = !state.held;
      if (state.held) line(state.at, state.at);
    } else if (by) {
      const from = state.at;
      state.at = [Math.min(canvas.width, Math.max(0, from[0] + by[0])), Math.min(canvas.height, Math.max(0, from[1] + by[1]))];
      if (state.held) line(from, state.at);
    } else return;
    event.preventDefault();
    mark();
  });
  const mark = () => {
    cross.classList.remove("hidden");
    cross.classList.toggle("held", state.held);
    cross.style.left = `${(100 * state.at[0]) / canvas.width}%`;
    cross.style.top = `${(100 * state.at[1]) / canvas.height}%`;
  };
  canvas.addEventListener("blur", () => cross.classList.add("hidden"));

  const inks = INKS.map((ink, i) => h("button", { class: "small", "aria-pressed": String(i === 0), onclick: () => {
    state.ink = ink;
    inks.forEach((button, at) => button.setAttribute("aria-pressed", String(at === i)));
  } }, t(`art.ink.${["white", "black", "noise"][i]}`)));
  const turn = (by) => {
    state.file = null;
    state.item = Math.max(0, state.item + by);
    write({ scratch: state.item || null });
    load();
  };
  const items = facts.transforming?.has_data;
  clear(root, h("section", { class: "card scratch", "aria-labelledby": "scratch-title" },
    h("h2", { id: "scratch-title" }, t("art.scratch")), h("p", { class: "soft", id: "scratch-hint" }, t("art.scratch_hint")),
    h("div", { class: "row" }, h("span", { class: "row", role: "group", "aria-label": t("art.inks") }, inks),
      slider({ min: 0.5, max: 6, step: 0.5, value: 1, name: t("art.width"), show: (value) => value.toFixed(1), oninput: (value) => (state.width = value) }),
      h("button", { class: "small", onclick: fresh }, t("art.unscratch")),
      h("button", { class: "small", onclick: () => save(canvas.toDataURL("image/png"), "scratched.png") }, t("art.save_scratched")),
      items ? [h("button", { class: "small", onclick: () => turn(-1), "aria-label": t("art.item_before") }, "◀"), h("button", { class: "small", onclick: () => turn(1) }, t("art.another"))] : null),
    h("div", { class: "scratch-pair" }, h("div", { class: "under" }, canvas, cross), h("div", { class: "over-there" }, cleaned)), rate,
    drop(t("art.scratch_own"), (files) => {
      [state.file] = files;
      load();
    }), box));
  if (items) await load();
  return () => (state.gone = true);
}
