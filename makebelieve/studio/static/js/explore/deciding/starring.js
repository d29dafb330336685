// Stars for one item: pressing one gives so many, pressing it again takes them back.

import { h } from "../../dom.js";
import { number, t } from "../../words.js";

/** `levels` are [value, sign]; `give(value or null, start)` is told. */
export function starring({ title, levels, value, give }) {
  const names = levels.map(([level]) => (levels.length === 1 ? t("deciding.like", { title }) : t("deciding.give", { stars: number(level, 3), most: number(levels.at(-1)[0], 3), title })));
  const buttons = levels.map(([level, sign], i) =>
    h("button", {
      class: `star${value !== null && level <= value ? " on" : ""}`, "aria-pressed": String(value === level), "aria-label": names[i], title: names[i],
      onclick: (event) => give(value === level ? null : level, event.timeStamp),
    }, sign));
  return h("span", { class: "stars", role: "group", "aria-label": t("deciding.stars_of", { title }) }, buttons);
}
