// What went wrong, in words, and what was done about it.

import { clear, h } from "../dom.js";
import { number, t } from "../words.js";

/** Gives {node, draw(alarms, can), place(step)}; `onstep(step)` goes to the moment, `onrecover()` goes back to health. */
export function alarms({ onstep, onrecover }) {
  const list = h("ul", { class: "run-alarms", "aria-live": "polite" });
  const node = h("section", { class: "card run-trouble hidden" }, h("h2", {}, t("run.alarms")), list);
  let drawn = "";
  let items = [];

  function item(alarm, recoverable) {
    const jump = h("button", { class: "small", onclick: (event) => onstep(alarm.step, event.timeStamp) }, t("run.step_n", { step: number(alarm.step) }));
    const recover = recoverable ? h("button", { class: "small", onclick: onrecover }, t("run.recover")) : null;
    return h("li", { class: alarm.kind }, jump, h("span", {}, t(alarm.key, alarm.values)), recover);
  }

  return {
    node,
    draw(alarms, can) {
      const open = can ? alarms.findLastIndex((alarm) => alarm.kind === "alarm") : -1;
      const mended = alarms.findLastIndex((alarm) => alarm.kind === "recovery");
      const key = JSON.stringify([alarms.map(({ index, key }) => [index, key]), open > mended ? open : -1]);
      if (key === drawn) return;
      drawn = key;
      node.classList.toggle("hidden", alarms.length === 0);
      items = alarms.map((alarm, i) => ({ step: alarm.step, node: item(alarm, i === open && open > mended) }));
      clear(list, items.map((one) => one.node));
    },
    /** What was to come at that step is dimmed. */
    place(step) {
      for (const one of items) one.node.classList.toggle("later", step !== null && one.step > step);
    },
  };
}
