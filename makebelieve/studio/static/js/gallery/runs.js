// What runs, what waits, and what was made before: kept as the studio tells it.

import { get } from "../api.js";
import { read, write } from "../address.js";
import { clear, h, refill } from "../dom.js";
import { told } from "../elements/toast.js";
import { on } from "../stream.js";
import { duration, number, t } from "../words.js";
import { choiceOf } from "./systems.js";
import { runButtons, WORKS } from "./buttons.js";

const ACTIVE = ["running", "waiting", "interrupted"];
const FRESH = 3000; // milliseconds
const FIRST = 12; // finished runs shown before "all" is asked for

/** Both lists; gives {now, kept, close}: two sections and what ends them. */
export function runBoard() {
  const runs = new Map();
  const nodes = new Map();
  const chosen = new Set((read("chosen", "") || "").split(",").filter(Boolean));
  const now = h("section", { class: "now", "aria-labelledby": "now-title" });
  const kept = h("section", { class: "kept", "aria-labelledby": "kept-title" });
  let all = false;
  const choose = (id, on) => {
    if (on) chosen.add(id);
    else chosen.delete(id);
    write({ chosen: [...chosen].join(",") || null });
    bar();
  };
  const nodeOf = (run) => {
    let node = nodes.get(run.id);
    if (!node) nodes.set(run.id, (node = ACTIVE.includes(run.state) ? activeCard(run) : keptCard(run, chosen.has(run.id), choose, forget)));
    node.tell(run);
    return node;
  };
  const forget = (id) => {
    runs.delete(id);
    nodes.delete(id);
    choose(id, false);
    draw();
  };
  const compare = h("div", { class: "compare-bar", "aria-live": "polite" });
  const bar = () => {
    const ids = [...chosen].filter((id) => runs.has(id));
    const words = ids.length < 2 ? t("gallery.chosen_one") : t("gallery.chosen", { n: ids.length });
    refill(compare, ids.length ? [h("span", {}, words),
      ids.length > 1 ? h("a", { class: "button main", href: `/compare?ids=${ids.join(",")}` }, t("gallery.compare")) : null] : []);
  };
  const draw = () => {
    const listed = [...runs.values()].sort((a, b) => (b.created ?? 0) - (a.created ?? 0));
    const active = listed.filter((run) => ACTIVE.includes(run.state)).sort((a, b) => ACTIVE.indexOf(a.state) - ACTIVE.indexOf(b.state) || a.created - b.created);
    const finished = listed.filter((run) => !ACTIVE.includes(run.state));
    refill(now, h("h2", { id: "now-title" }, t("gallery.now")), active.length
      ? h("div", { class: "cards live" }, active.map(nodeOf)) : h("p", { class: "soft" }, t("gallery.nothing_runs")));
    const shown = all ? finished : finished.slice(0, FIRST);
    refill(kept, h("h2", { id: "kept-title" }, t("gallery.kept")),
      finished.length ? [h("p", { class: "soft" }, t("gallery.kept_hint")), h("div", { class: "cards finished" }, shown.map(nodeOf))]
        : h("p", { class: "soft" }, t("gallery.nothing_kept")),
      finished.length > shown.length && h("button", { onclick: () => { all = true; draw(); } }, t("gallery.all", { n: finished.length })), compare);
    bar();
  };
  const put = (run) => {
    const before = runs.get(run.id);
    runs.set(run.id, { ...before, ...run });
    const moved = !before || ACTIVE.includes(before.state) !== ACTIVE.includes(run.state);
    if (moved) nodes.delete(run.id);
    if (moved || before.state !== run.state) draw();
    else nodes.get(run.id)?.tell(runs.get(run.id));
  };
  let loaded = -Infinity;
  const load = async () => {
    loaded = performance.now();
    const found = await told(get("/api/runs"));
    if (!found) return;
    runs.clear();
    nodes.clear();
    for (const run of found.runs) runs.set(run.id, run);
    draw();
  };
  const ends = [
    on("open", () => performance.now() - loaded > FRESH && load()), // after a cut, what was missed
    on("run", (run) => (run.state === "removed" ? forget(run.id) : put(run))),
    on("pulse", (pulse) => nodes.get(pulse.id)?.pulse?.(pulse)),
  ];
  return { now, kept, load, close: () => ends.forEach((end) => end?.()) };
}

/** What a run is, in a line: system, recipe, data. */
function about(run) {
  const system = t(`gallery.name.${run.system}`);
  return [system.startsWith("gallery.") ? run.system : system, run.recipe && choiceOf(run.recipe), run.data].filter(Boolean).join(" · ");
}

function heading(run) {
  return h("h3", {}, h("a", { href: `/runs/${run.id}` }, run.name ?? run.id));
}

function wallOf(run) {
  const image = h("img", { class: "wall pixelated hidden", alt: t("gallery.wall", { name: run.name ?? run.id }) });
  image.tell = (address) => {
    image.classList.toggle("hidden", !address);
    if (address && image.getAttribute("src") !== address) image.src = address;
  };
  image.addEventListener("error", () => image.classList.add("hidden"));
  return image;
}

function activeCard(run) {
  const image = wallOf(run);
  const state = h("p", { class: "state", "aria-live": "polite" });
  const bar = h("progress", { max: "1", "aria-label": t("gallery.progress") });
  const line = h("p", { class: "soft line" });
  const buttons = h("div", { class: "row" });
  const node = h("article", { class: "card run active" }, heading(run), h("p", { class: "soft" }, about(run)), image, state, bar, line, buttons);
  let last = null;
  let wall = -1;
  const show = ({ step, total, rate, left, seconds }) => {
    bar.classList.toggle("hidden", last.state === "waiting");
    if (total) bar.value = Math.min(1, (step ?? 0) / total);
    else bar.removeAttribute("value");
    const parts = [step !== null && step !== undefined && (total ? t("gallery.step_of", { step: number(step), total: number(total) }) : t("gallery.step", { step: number(step) })),
      rate && t("gallery.rate", { rate: number(rate) }), left && t("gallery.left", { time: duration(left) }), !left && seconds && duration(seconds)];
    line.textContent = last.state === "waiting" ? t("gallery.waits") : parts.filter(Boolean).join(" · ");
  };
  node.tell = (told) => {
    const fresh = last?.state !== told.state;
    last = told;
    node.dataset.state = told.state;
    if (fresh) {
      state.textContent = t(`gallery.state.${told.state}`);
      clear(buttons, runButtons(told));
    }
    image.tell(told.wall);
    show(told);
  };
  node.pulse = (pulse) => {
    const doing = ["starting", "loading", "paused", "saving"].includes(pulse.state) ? pulse.state : "running";
    const words = t(`gallery.state.${doing}`);
    if (state.textContent !== words) state.textContent = words;
    show(pulse);
    if (pulse.wall && pulse.wall !== wall && last.system !== "language_model") {
      wall = pulse.wall;
      image.tell(`/api/runs/${last.id}/live.png?n=${pulse.pid ?? 0}-${wall}`);
    }
  };
  return node;
}

function keptCard(run, chosen, choose, forget) {
  const image = wallOf(run);
  const state = h("p", { class: "state" });
  const trouble = h("p", { class: "bad hidden" });
  const buttons = h("div", { class: "row" });
  let offered = "";
  const box = h("input", { type: "checkbox", checked: chosen, onchange: (event) => choose(run.id, event.currentTarget.checked) });
  const mark = WORKS.includes(run.system) ? null : h("label", { class: "choose" }, box, t("gallery.choose"), h("span", { class: "unseen" }, run.name ?? run.id));
  const node = h("article", { class: "card run" }, heading(run), h("p", { class: "soft" }, about(run)), image, state, trouble, mark, buttons);
  node.tell = (told) => {
    node.dataset.state = told.state;
    const steps = told.steps_done ?? told.step;
    state.textContent = [t(`gallery.state.${told.state}`), steps ? t("gallery.steps", { n: number(steps) }) : null].filter(Boolean).join(" · ");
    trouble.classList.toggle("hidden", !told.error);
    trouble.textContent = told.error ? t(told.error.key, told.error.values) : "";
    image.tell(told.wall);
    const key = JSON.stringify([told.state, Boolean(steps)]);
    if (key === offered) return;
    offered = key;
    refill(buttons, runButtons(told, forget));
  };
  return node;
}
