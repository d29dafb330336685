// A made picture that can be chosen by click or Enter, dragged, starred and saved.

import { h } from "../dom.js";
import { picture } from "../elements/picture.js";
import { t } from "../words.js";
import { dropped } from "./asking.js";

/**
 * `item` is {point, src, words}. Options: name of the file; `choose(item)` at click or Enter; `star(item)` toggles and
 * says whether it is starred now, `starred` whether it is at first; `meet(item, other)` at a drop of another picture.
 */
export function tile(item, { name, choose = null, star = null, starred = false, meet = null } = {}) {
  const figure = picture(item.src, { alt: item.words, name, pixelated: true, data: { point: item.point, src: item.src, words: item.words } });
  figure.classList.add("tile");
  const image = figure.image;
  if (choose) {
    Object.assign(image, { tabIndex: 0 });
    image.setAttribute("role", "button");
    image.addEventListener("click", () => choose(item));
    image.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      choose(item);
    });
  }
  if (star) figure.append(starButton(item, star, starred));
  if (meet) {
    figure.addEventListener("dragover", (event) => {
      if (event.dataTransfer?.types.includes("application/json")) {
        event.preventDefault();
        figure.classList.add("over");
      }
    });
    figure.addEventListener("dragleave", () => figure.classList.remove("over"));
    figure.addEventListener("drop", (event) => {
      figure.classList.remove("over");
      const other = dropped(event);
      if (!other) return;
      event.preventDefault();
      meet(item, other);
    });
  }
  return figure;
}

function starButton(item, star, starred) {
  const button = h("button", { class: "star small", "aria-pressed": String(starred), "aria-label": t("explore.star", { name: item.words }) });
  const draw = (on) => {
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? "★" : "☆";
  };
  button.addEventListener("click", () => draw(star(item)));
  draw(starred);
  button.draw = draw;
  return button;
}
