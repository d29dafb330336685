// Before and after, one over the other: a slider uncovers the first from the left.

import { h } from "../dom.js";
import { t } from "../words.js";

/** The pair; `sides.show(before, after, [high, wide])` changes it. Mouse, touch and arrow keys move the edge. */
export function sides({ before = "art.before", after = "art.after", at = 50 } = {}) {
  const first = h("img", { class: "first", alt: t(before) });
  const second = h("img", { class: "second", alt: t(after) });
  const edge = h("span", { class: "edge", "aria-hidden": "true" });
  const slider = h("input", { type: "range", min: "0", max: "100", step: "1", value: String(at), class: "uncover", "aria-label": t("art.uncover") });
  const box = h("div", { class: "sides" }, second, first, edge, slider,
    h("span", { class: "tag left", "aria-hidden": "true" }, t(before)), h("span", { class: "tag right", "aria-hidden": "true" }, t(after)));
  const move = () => {
    const share = Number(slider.value);
    first.style.clipPath = `inset(0 ${100 - share}% 0 0)`;
    edge.style.left = `${share}%`;
    slider.setAttribute("aria-valuetext", t("art.uncovered", { share }));
  };
  slider.addEventListener("input", move);
  move();
  box.show = (one, other, [high, wide]) => {
    first.src = one;
    second.src = other;
    box.style.aspectRatio = `${wide} / ${high}`;
    box.style.maxWidth = `${Math.max(wide, Math.min(480, wide * 16))}px`;
    for (const image of [first, second]) image.classList.toggle("pixelated", Math.max(wide, high) <= 160);
  };
  return box;
}
