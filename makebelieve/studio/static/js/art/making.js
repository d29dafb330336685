// How a work came about: its frames on a slider, each to be saved, all as a film; the photo beside what became of it.

import { get } from "../api.js";
import { readNumber, write } from "../address.js";
import { clear, h } from "../dom.js";
import { code } from "../elements/code.js";
import { save } from "../elements/picture.js";
import { t } from "../words.js";
import { on } from "../stream.js";
import { sides } from "./sides.js";

const FPS = 12;

export async function making(root, { id, facts }) {
  const frames = (await get(`/api/runs/${id}/samples`)).filter((one) => one.kind === "png");
  const words = code("");
  get(`/api/runs/${id}/code`).then((found) => words.show(found.code)).catch(() => {});
  const pair = sides({ before: "art.before.work", after: "art.after.work", at: 0 });
  const place = h("input", { type: "range", min: "0", step: "1", "aria-label": t("art.frame") });
  const told = h("output", { class: "soft", "aria-live": "off" });
  let timer = 0;
  let sized = null;
  let follows = facts.state === "running";
  const at = () => Number(place.value);
  const name = () => `${facts.name ?? facts.system}-${String(frames[at()].step).padStart(4, "0")}.png`;

  async function show() {
    const frame = frames[at()];
    if (!frame) return;
    const start = performance.now();
    if (!sized) {
      const image = new Image();
      image.src = frames.at(-1).url;
      await image.decode().catch(() => {});
      sized = [image.naturalHeight || 1, image.naturalWidth || 1];
    }
    pair.show(frames[0].url, frame.url, sized);
    const sentence = t("art.frame_of", { step: frame.step, last: frames.at(-1).step });
    told.textContent = sentence;
    place.setAttribute("aria-valuetext", sentence);
    performance.measure("mb:scrub", { start, end: performance.now() });
  }

  function fill() {
    place.max = String(Math.max(0, frames.length - 1));
  }
  place.addEventListener("input", () => {
    follows = false;
    write({ frame: frames[at()]?.step });
    show();
  });
  const play = h("button", { "aria-pressed": "false", onclick: () => {
    if (timer) {
      pause();
      return;
    }
    play.setAttribute("aria-pressed", "true");
    if (at() >= frames.length - 1) place.value = "0";
    timer = setInterval(() => {
      if (at() >= frames.length - 1) pause();
      else place.value = String(at() + 1);
      show();
    }, 1000 / FPS);
  } }, t("art.play"));
  function pause() {
    clearInterval(timer);
    timer = 0;
    play.setAttribute("aria-pressed", "false");
  }
  const off = on("sample", (sample) => {
    if (sample.id !== id || sample.kind !== "png" || frames.some((one) => one.step === sample.step)) return;
    if (!frames.length) none.replaceWith(body);
    frames.push(sample);
    frames.sort((a, b) => a.step - b.step);
    fill();
    if (follows) {
      place.value = place.max;
      sized = null;
    }
    show();
  });
  fill();
  const asked = readNumber("frame");
  const found = frames.findIndex((one) => one.step === asked);
  place.value = found >= 0 ? String(found) : place.max;
  const none = h("p", { class: "card" }, t("art.no_frames"));
  const body = h("section", { class: "card making", "aria-label": t("art.making") }, pair,
    h("div", { class: "frame-row" }, play, place, told),
    h("div", { class: "row" }, h("button", { onclick: () => save(frames[at()].url, name()) }, t("art.save_frame")),
      h("a", { class: "button", href: `/api/works/${id}/film.gif`, download: `${facts.name ?? facts.system}.gif` }, t("art.save_film"))));
  clear(root, h("p", { class: "lead" }, t(`art.lead.${facts.system}`)), frames.length ? body : none, words);
  await show();
  return () => {
    off?.();
    pause();
  };
}
