// The wall with its stars and bench, which all generators have.

import { h } from "../dom.js";
import { bench } from "./bench.js";
import { stars } from "./stars.js";
import { wall } from "./wall.js";

/** `sums`: whether pictures can be added and subtracted; `frames` of a blend; `extra` fields of the wall. */
export function maker({ ask, facts, sums, frames, extra = [] }) {
  const options = (item) => ({
    choose: (one) => table.put(one),
    star: (one) => {
      const on = shelf.toggle(one);
      return on;
    },
    starred: shelf.has(item.point),
    meet: (one, other) => table.meet(other, one),
    name: `${facts.name}.png`,
  });
  const shelf = stars({ ask, labels: facts.labels, options, changed: () => pictures.refresh() });
  const pictures = wall({ ask, facts, options, extra });
  const table = bench({ ask, facts, sums, frames, star: shelf.toggle, label: pictures.label });
  const node = h("div", { class: "maker" }, pictures.node, h("div", { class: "stack" }, shelf.node, table.node));
  return {
    node,
    shelf,
    wall: pictures,
    bench: table,
    async begin() {
      await pictures.draw();
      await shelf.begin();
      await table.begin();
    },
    close: table.close,
  };
}
