// What can be asked of a run: to wait, to do a step, to stop, to go on, and who learns.

import { post } from "../api.js";
import { clear, h } from "../dom.js";
import { told } from "../elements/toast.js";
import { t } from "../words.js";
import { seen } from "./measure.js";
import { nameOf } from "./players.js";

const SLOW = [[0, "run.full_speed"], [0.1, "run.slow_10"], [0.5, "run.slow_2"], [1, "run.slow_1"]];

/** Gives {node, tell(facts), pulse(pulse)}; `onchange()` is called where the run is another one afterwards. */
export function controls(id, facts, { players, onchange }) {
  const work = ["dream", "style"].includes(facts.system);
  const node = h("section", { class: "run-controls", "aria-label": t("run.controls") });
  const asked = []; // [n, when]: what the trainer has not answered yet
  let now = facts;
  let control = { paused: false, only: null, slow: 0, n: 0, ...facts.control };
  let drawn = "";
  let before = Promise.resolve(); // one question at a time, in the order of the clicks

  async function ask(body, start) {
    const answer = await (before = before.then(() => told(post(`/api/runs/${id}/control`, body))));
    if (answer?.n && start !== undefined) asked.push([answer.n, start]);
    if (answer?.n) control.n = Math.max(control.n, answer.n);
    return answer;
  }

  async function set(change, body, event) {
    const was = control;
    control = { ...control, ...change };
    draw();
    if (!(await ask(body, event.timeStamp))) {
      control = was;
      draw();
    }
  }

  async function turn(body) {
    if (await ask(body)) onchange();
  }

  const button = (key, onclick, kind = "") => h("button", { class: kind, onclick }, t(key));

  function running() {
    const { paused, only, slow } = control;
    const pause = (event) => set({ paused: !paused }, { do: paused ? "go" : "pause" }, event);
    const stop = (event) => { event.currentTarget.disabled = true; turn({ do: "stop" }); };
    const rows = [h("div", { class: "row" },
      button(paused ? "run.go" : "run.pause", pause, "main"),
      button("run.step", (event) => set({ paused: true }, { do: "step" }, event)),
      button(work ? "run.stop_right" : "run.stop", stop),
      now.can?.recover ? button("run.recover", () => turn({ do: "recover" })) : null,
      slowly(slow))];
    if (players.length > 1 && !work) rows.push(learners(only));
    return rows;
  }

  function slowly(slow) {
    const choose = h("select", { onchange: (event) => set({ slow: Number(choose.value) }, { do: "slow", seconds: Number(choose.value) }, event) },
      SLOW.map(([seconds, key]) => h("option", { value: String(seconds) }, t(key))));
    choose.value = String(SLOW.findLast(([seconds]) => seconds <= slow)[0]);
    return h("label", { class: "run-slow" }, t("run.speed"), choose);
  }

  function learners(only) {
    const choice = (names, label) => {
      const chosen = names === null ? only === null : only?.length === 1 && only[0] === names[0];
      return h("button", { class: "small", "aria-pressed": String(Boolean(chosen)), onclick: (event) => set({ only: names }, { do: "only", players: names }, event) }, label);
    };
    return h("div", { class: "row", role: "group", "aria-label": t("run.who") }, h("span", { class: "soft" }, t("run.who")),
      choice(null, t("run.everybody")), players.map((player) => choice([player], t("run.only", { name: nameOf(player) }))));
  }

  function over() {
    const { state, can = {} } = now;
    const epochs = h("input", { type: "number", min: "1", max: "10000", value: "5", "aria-label": t("run.epochs") });
    return h("div", { class: "row" },
      can.resume ? button(work ? "run.resume_work" : "run.resume", () => turn({ do: "resume" }), "main") : null,
      can.more ? [epochs, button("run.more", () => turn({ do: "more", epochs: Number(epochs.value) || 1 }), "main")] : null,
      can.recover ? button("run.recover", () => turn({ do: "recover" })) : null,
      state === "waiting" ? button("run.leave_queue", () => turn({ do: "stop" })) : null);
  }

  function draw() {
    const key = JSON.stringify([now.state, now.can, control.paused, control.only, control.slow]);
    if (key === drawn) return;
    drawn = key;
    const place = [...node.querySelectorAll("button, select, input")].indexOf(document.activeElement);
    clear(node, now.state === "running" ? running() : over());
    node.querySelectorAll("button, select, input")[place]?.focus({ preventScroll: true });
  }

  draw();
  return {
    node,
    recover: () => turn({ do: "recover" }),
    tell(facts) {
      now = facts;
      if (facts.control && facts.control.n >= control.n) control = { ...control, ...facts.control };
      draw();
    },
    /** True where the pulse knows of something that was asked elsewhere. */
    pulse({ n }) {
      while (asked.length && asked[0][0] <= n) seen("mb:control", asked.shift()[1]);
      return n > control.n;
    },
  };
}
