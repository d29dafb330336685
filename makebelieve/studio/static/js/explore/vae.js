// A VAE: its latent plane, sliders and concepts; pictures through it; the wall, blends and sums.

import { read, write } from "../address.js";
import { clear, h } from "../dom.js";
import { asker, field, select } from "./asking.js";
import { t } from "../words.js";
import { maker } from "./maker.js";
import { space } from "./space.js";
import { through } from "./through.js";

export async function open(root, { id, facts }) {
  const { ask, box } = asker(id);
  const label = facts.labels ? select(facts.labels.map((name) => [name, name]), read("class", facts.labels[0])) : null;
  const named = () => label?.value ?? null;
  const here = () => ({ point: place.point(), src: place.src(), words: t("explore.here") });
  const keep = h("button", { onclick: () => made.shelf.has(place.point()) || made.shelf.toggle(here()) }, t("explore.star_here"));
  const put = h("button", { onclick: () => made.bench.put(here()) }, t("explore.put_here"));
  const place = await space({ ask, facts, label: named, actions: [keep, put] });
  if (!place) return () => {};
  label?.addEventListener("change", () => {
    write({ class: label.value });
    place.again();
  });
  const made = maker({ ask, facts, sums: true, frames: 25 });
  const way = through({ ask, facts, go: place.go, label: named, tileOptions: (item) => ({
    choose: (one) => made.bench.put(one), star: made.shelf.toggle, starred: made.shelf.has(item.point), meet: (one, other) => made.bench.meet(other, one),
  }) });
  clear(root, label ? h("div", { class: "card" }, field(t("explore.label"), label)) : null, place.node, way.node, made.node, box);
  await made.begin();
  await way.begin();
  return () => {
    place.close();
    made.close();
  };
}
