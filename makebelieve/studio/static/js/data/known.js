// Known sets: those that come with the library, and those that are fetched once.

import { h } from "../dom.js";
import { t } from "../words.js";
import { sourceOf, start } from "./doors.js";

/** What a known set begins with: its pictures have one size, its series one column that is worth a forecast. */
function begun({ door, name }) {
  if (door === "images") return { door, arguments: { source: name } };
  if (door === "series") return { door, arguments: { x: name, target: "visitors", past: 28, ahead: 7 } };
  return start(door, name);
}

/** Buttons for all sets; `choose(data)` is told which. */
export function known(sets, chosen, choose) {
  const of = (here) => sets.filter((one) => one.at_hand === here);
  const part = (title, some) => some.length ? [h("h2", {}, title), h("ul", { class: "data-sets" }, some.map((one) => h("li", {}, button(one))))] : [];
  const button = (one) => {
    const pressed = chosen?.door === one.door && sourceOf(chosen) === one.name;
    return h("button", { class: "data-set", "aria-pressed": String(pressed), onclick: () => choose(begun(one)) },
      h("strong", {}, one.name === "synthetic" ? t(`gallery.set.${one.door}`) : one.name), h("span", { class: "badge" }, t(`data.door.${one.door}`)),
      h("span", { class: "soft" }, t(`data.set.${one.door}.${one.name}`)));
  };
  if (!sets.length) return h("p", { class: "soft" }, t("data.none_known"));
  return h("div", {}, ...part(t("data.at_hand"), of(true)), ...part(t("data.to_fetch"), of(false)));
}
