// Pictures of one's own, or of the data, by way of z and back.

import { readNumber, write } from "../address.js";
import { clear, h } from "../dom.js";
import { picture } from "../elements/picture.js";
import { t } from "../words.js";
import { drop } from "./asking.js";
import { tile } from "./tile.js";

const ROW = 12;

/** The section; `go(z)` goes to a picture's place, `tileOptions` are those of its tiles. */
export function through({ ask, facts, go, label = () => null, tileOptions = () => ({}) }) {
  const row = h("div", { class: "row", "aria-live": "polite" });
  const data = h("div", { class: "tiles small-tiles" });
  const captioned = (words, figure) => h("div", { class: "captioned" }, figure, h("span", { class: "soft" }, words));
  function show(found) {
    if (!found) return;
    const named = found.labels ? (Array.isArray(found.labels) ? found.labels[0] : found.labels) : null;
    const item = { point: { z: found.z[0], ...(named && facts.labels ? { label: named } : {}) }, src: found.pictures[0], words: t("explore.back") };
    clear(row,
      captioned(t("explore.original"), picture(found.originals[0], { alt: t("explore.original"), name: "original.png", pixelated: true })),
      captioned(t("explore.back"), tile(item, { name: `${facts.name}-back.png`, ...tileOptions(item) })));
    go?.(found.z[0]);
  }
  const take = async ([file]) => show(await ask("reconstruct", label() ? { label: label() } : {}, [file]));
  async function more(first) {
    const found = await ask("some", { n: ROW, first });
    if (!found) return;
    write({ first: first || null });
    clear(data, found.pictures.map((src, i) => {
      const words = found.labels ? t("explore.data_label", { n: found.places[i] + 1, label: found.labels[i] }) : t("explore.data_one", { n: found.places[i] + 1 });
      const point = { z: found.z[i], ...(facts.labels && found.labels ? { label: found.labels[i] } : {}) };
      return tile({ point, src, words }, { name: `data-${found.places[i] + 1}.png`, choose: async (item) => {
        tileOptions(item).choose?.(item);
        show(await ask("reconstruct", { places: [found.places[i]] }));
      } });
    }));
  }
  const next = h("button", {}, t("explore.more_data"));
  let first = Math.max(0, Math.round(readNumber("first", 0)));
  next.addEventListener("click", () => {
    first += ROW;
    more(first);
  });
  const node = h("section", { class: "card" }, h("h2", {}, t("explore.through")), h("p", { class: "soft" }, t("explore.through_how")),
    drop(t("explore.drop_picture"), take), row, facts.data ? h("div", {}, h("h3", {}, t("explore.of_data")), data, next) : null);
  return { node, begin: () => (facts.data ? more(first) : undefined) };
}
