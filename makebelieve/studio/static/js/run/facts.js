// What a run is and how far it is: its head, its state, its rate and the time left.

import { clear, h } from "../dom.js";
import { figureOf, nameOf, shown } from "../compare/words.js";
import { choiceOf } from "../gallery/systems.js";
import { duration, known, number, t } from "../words.js";

const DOING = ["starting", "loading", "paused", "saving"];

/** Gives {node, tell(facts), pulse(pulse), lost(is)}. */
export function head(facts) {
  const state = h("span", { class: "badge run-state", role: "status" });
  const about = h("p", { class: "soft" });
  const bar = h("progress", { max: "1", value: 0, "aria-label": t("run.progress") });
  const line = h("p", { class: "run-line-of-facts" });
  const trouble = h("p", { class: "bad hidden", role: "alert" });
  const cut = h("p", { class: "warn hidden", role: "status" });
  const links = h("nav", { class: "row run-links", "aria-label": t("run.links") });
  const node = h("header", { class: "run-top" },
    h("div", { class: "row" }, h("h1", {}, facts.name), state), about, links, bar, line, trouble, cut);
  let now = facts;
  let last = facts.pulse ?? {};
  let linked = "";

  function show() {
    const live = now.state === "running";
    const doing = live && DOING.includes(last.state) ? last.state : now.state;
    const work = ["dream", "style"].includes(now.system);
    const words = work && doing === "running" ? t("run.state.drawing") : t(`run.state.${doing}`);
    if (state.textContent !== words) state.textContent = words;
    state.dataset.state = doing;
    const step = (live ? last.step : now.steps_done) ?? now.step ?? 0;
    const total = (live ? last.total : null) ?? now.total;
    if (total) bar.value = Math.min(1, step / total);
    else if (live) bar.removeAttribute("value");
    else bar.value = step ? 1 : 0;
    bar.classList.toggle("hidden", now.state === "waiting");
    const rate = live && last.rate ? 1 / (1 / last.rate + (last.slow ?? 0)) : null; // the trainer's does not count that it waits
    const left = !live || last.state === "paused" ? null : last.slow && total && rate ? (total - step) / rate : last.left;
    const parts = [
      total ? t("run.step_of", { step: number(step), total: number(total) }) : t("run.step_n", { step: number(step) }),
      rate ? t("run.rate", { rate: number(rate) }) : null,
      last.seconds ? t(work ? "run.drawn" : "run.trained", { time: duration(last.seconds) }) : null,
      left !== null && left !== undefined ? t("run.left", { time: duration(left) }) : null,
    ];
    const told = now.state === "waiting" ? t("run.in_queue") : parts.filter(Boolean).join(" · ");
    if (line.textContent !== told) line.textContent = told;
  }

  function tell(facts) {
    now = { ...now, ...facts };
    const system = `gallery.name.${now.system}`;
    about.textContent = [known(system) ? t(system) : now.system, now.recipe && choiceOf(now.recipe), now.data].filter(Boolean).join(" · ");
    trouble.classList.toggle("hidden", !now.error);
    trouble.textContent = now.error ? t(now.error.key, now.error.values) : "";
    const can = now.can ?? {};
    const key = JSON.stringify([can.explore, can.layers]);
    if (key !== linked) {
      linked = key;
      clear(links,
        can.explore ? h("a", { class: "button", href: `/explore/${now.id}` }, t(["dream", "style"].includes(now.system) ? "run.explore_work" : "run.explore")) : null,
        can.layers ? h("a", { class: "button", href: `/layers/${now.id}` }, t("run.layers")) : null,
        h("a", { class: "button", href: `/compare?ids=${now.id}` }, t("run.compare")));
    }
    show();
  }

  tell(facts);
  return {
    node, tell,
    pulse(pulse) {
      last = pulse;
      show();
    },
    lost(is) {
      cut.textContent = is ? t("run.lost") : "";
      cut.classList.toggle("hidden", !is);
    },
  };
}

/** The figures of evaluations: a table for each, with its protocol. */
export function figures(found) {
  if (!found.length) return [];
  return [h("section", { class: "card" }, h("h2", {}, t("run.figures")), found.map((one) => [
    h("table", {}, h("caption", { class: "unseen" }, t("run.figures")), h("tbody", {}, Object.entries(one.figures).map(([name, value]) =>
      h("tr", {}, h("th", { scope: "row" }, figureOf(name)), h("td", { class: "number" }, shown(value)))))),
    one.verdict.map((sentence) => h("p", {}, sentence)),
    h("p", { class: "soft" }, Object.entries(one.protocol).map(([name, value]) => `${nameOf(name)}: ${shown(value)}`).join(" · ")),
  ]))];
}
