// A GAN: the wall, stars, blends and sums; one's own picture; the game against the critic.

import { clear, h } from "../dom.js";
import { picture } from "../elements/picture.js";
import { t } from "../words.js";
import { asker, drop } from "./asking.js";
import { game } from "./game.js";
import { maker } from "./maker.js";
import { tile } from "./tile.js";

export async function open(root, { id, facts }) {
  const { ask, box } = asker(id);
  const made = maker({ ask, facts, sums: true, frames: 25 });
  clear(root, made.node, h("div", { class: "columns" }, facts.plays ? game({ ask }) : null, own({ ask, facts, made })), box);
  await made.begin();
  return () => made.close();
}

/** The picture nearest to one's own that the generator can make. */
function own({ ask, facts, made }) {
  const row = h("div", { class: "row", "aria-live": "polite" });
  const take = async ([file]) => {
    clear(row, h("p", { class: "soft" }, t("explore.searching")));
    const label = made.wall.label();
    const found = await ask("project", label ? { label } : {}, [file]);
    if (!found) return clear(row);
    const item = { point: { z: found.z, ...(found.label ? { label: found.label } : {}) }, src: found.picture, words: t("explore.nearest") };
    const pair = (words, figure) => h("div", { class: "captioned" }, figure, h("span", { class: "soft" }, words));
    return clear(row,
      pair(t("explore.yours"), picture(found.original, { alt: t("explore.yours"), name: "mine.png", pixelated: true })),
      pair(t("explore.nearest"), tile(item, { name: `${facts.name}-nearest.png`, choose: made.bench.put, star: made.shelf.toggle, starred: false })));
  };
  return h("section", { class: "card" }, h("h2", {}, t("explore.own")), h("p", { class: "soft" }, t("explore.own_gan")), drop(t("explore.drop_picture"), take), row);
}
