// Pictures that the visitor keeps: they are in the address, so that they come back with it.

import { read, write } from "../address.js";
import { h, refill } from "../dom.js";
import { t } from "../words.js";
import { pointText, textPoint } from "./asking.js";
import { tile } from "./tile.js";

const MOST = 12;

/**
 * The shelf of stars. `options` are those of a tile, as a function of the item; `changed()` is called after each change.
 * `shelf.toggle(item)` gives whether it is starred now, `shelf.has(point)`.
 */
export function stars({ ask, labels, options, changed = () => {} }) {
  const row = h("div", { class: "tiles small-tiles" });
  const node = h("section", { class: "card" }, h("h2", {}, t("explore.stars")), row);
  const items = [];
  const key = (point) => pointText(point, labels);
  const place = (point) => items.findIndex((item) => key(item.point) === key(point));

  function draw() {
    const shown = items.map((item) => tile(item, { ...options(item), star: toggle, starred: true }));
    refill(row, items.length ? shown : h("p", { class: "soft" }, t("explore.no_stars")));
  }
  function keep() {
    write({ stars: items.length ? items.map((item) => key(item.point)).join("*") : null });
    draw();
    changed();
  }
  function toggle(item) {
    const at = place(item.point);
    if (at >= 0) items.splice(at, 1);
    else {
      items.push({ point: item.point, src: item.src, words: item.words });
      if (items.length > MOST) items.shift();
    }
    keep();
    return at < 0;
  }
  async function begin() {
    const points = (read("stars", "") || "").split("*").map((text) => textPoint(text, labels)).filter(Boolean).slice(0, MOST);
    if (points.length) {
      const found = await ask("show", { points });
      found?.pictures.forEach((src, i) => items.push({ point: points[i], src, words: t("explore.starred", { n: i + 1 }) }));
      changed();
    }
    draw();
  }
  draw();
  return { node, toggle, has: (point) => place(point) >= 0, begin };
}
