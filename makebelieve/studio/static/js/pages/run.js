// A run while it trains and afterwards: how it goes, what it draws, what can be asked of it, and any moment of it again.

import { get } from "../api.js";
import { readNumber, write } from "../address.js";
import { clear, h } from "../dom.js";
import { code } from "../elements/code.js";
import { latest } from "../latest.js";
import { alarms } from "../run/alarms.js";
import { arrows } from "../run/arrows.js";
import { controls } from "../run/controls.js";
import { curves } from "../run/curves.js";
import { figures, head } from "../run/facts.js";
import { seen } from "../run/measure.js";
import { Records } from "../run/records.js";
import { scrubber } from "../run/scrubber.js";
import { table } from "../run/table.js";
import { wall } from "../run/wall.js";
import { on } from "../stream.js";

const WORKS = ["dream", "style"];
const DRAW = 250; // ms between two drawings of what need not be at once
const PLAYERS = { gan: ["generator", "critic"], language_model: ["model"] };

export async function open(root, { id }) {
  const facts = await get(`/api/runs/${id}`);
  document.title = `${facts.name} – makebelieve`;
  let page = null;
  const begin = (facts, records) => {
    page?.close();
    page = show(root, facts, records, begin);
  };
  begin(facts, new Records());
  return () => page.close();
}

/** The players as the trainer told them, or as far as they can be known without it. */
function playersOf(facts, records) {
  if (facts.players.length) return facts.players;
  const { train } = records.of("model");
  return PLAYERS[facts.system] ?? (train || !records.figures([]).length ? ["model"] : records.figures(["generator", "critic"]).slice(0, 2));
}

function show(root, facts, records, begin) {
  const { id } = facts;
  const players = playersOf(facts, records);
  const work = WORKS.includes(facts.system);
  const writes = facts.system === "language_model";
  let at = readNumber("step");
  let closed = false;

  const top = head(facts);
  const asked = controls(id, facts, { players, onchange: () => refresh() });
  const game = arrows(players);
  const plot = curves(records, { players, onstep: go, onkey: (event) => slide.key(event) });
  const rows = table(records, players);
  const drawn = wall({ work, name: facts.name, writes });
  const slide = scrubber(go, (step) => records.clock.at(step));
  const trouble = alarms({ onstep: go, onrecover: asked.recover });
  const program = code();
  const measured = h("div", {});
  clear(root, h("div", { class: `run-page${work ? " work" : ""}` }, h("div", { class: "run-upper" }, h("div", { class: "run-asked" }, top.node, asked.node), work ? null : game.node),
    h("div", { class: "run-grid" }, drawn.node, plot.node), slide.node, trouble.node, rows.node, measured, program));

  /** To a step, or to the newest for null: curves, wall and alarms together. */
  function go(step, start) {
    at = step;
    plot.cursor(step);
    slide.place(step);
    trouble.place(step);
    rows.place(step);
    drawn.show(step, () => start !== undefined && seen("mb:scrub", start));
    write({ step });
  }

  // ---- what there is, and then what happens

  let waiting = []; // events that came while the history was fetched
  let fetching = false;

  async function fetchHistory() {
    if (fetching) return;
    fetching = true;
    try {
      for (let more = true; more && !closed; ) {
        const found = await get(`/api/runs/${id}/history?from=${records.next}`);
        const first = found.next - found.records.length;
        found.records.forEach((record, i) => records.take(first + i, record));
        found.clock.forEach(({ step, seconds }) => records.tick(step, seconds));
        more = found.records.length >= 1000; // long histories come in parts
      }
      plot.read();
    } finally {
      fetching = false;
      const late = waiting;
      waiting = [];
      if (!closed) late.forEach(([handler, data]) => handler(data));
    }
    later();
  }

  const history = ({ index, record }) => {
    if (!records.take(index, record)) fetchHistory();
    later();
  };
  const rewound = ({ index }) => {
    records.rewind(index);
    plot.forget(records.step);
    drawn.rewind(records.step);
    later();
  };

  const refresh = latest(async () => {
    const found = await get(`/api/runs/${id}`).catch((error) => error.status !== 0 && error.status !== 401 && Promise.reject(error));
    if (!found || closed) return;
    if (found.players.length && found.players.join() !== players.join()) {
      begin(found, records);
      return;
    }
    Object.assign(facts, found);
    top.tell(found);
    asked.tell(found);
    told(found.pulse);
    later();
  });

  async function fetchRest() {
    const [samples, program_, evaluations] = await Promise.all([
      get(`/api/runs/${id}/samples`), get(`/api/runs/${id}/code`), get(`/api/runs/${id}/figures`)]);
    if (closed) return;
    for (const sample of samples) drawn.add(sample);
    program.show(program_.code);
    clear(measured, figures(evaluations.figures ?? []));
    later();
  }

  // ---- the pulse

  let [step, walls] = [-1, 0];

  function told(pulse) {
    if (!pulse) return;
    top.pulse(pulse);
    const live = facts.state === "running" && pulse.state !== "ended";
    if (pulse.players?.length && pulse.players.join() !== players.join()) refresh();
    if (asked.pulse(pulse)) refresh();
    const single = live && pulse.state === "paused" && step >= 0 && pulse.step > step;
    if (pulse.state === "training") game.calm();
    if (single) game.flash(pulse.learning ?? players);
    else game.light(live && pulse.state === "training" ? pulse.learning ?? players : []);
    if (pulse.step !== step && pulse.losses && live) plot.pulse(pulse.step, pulse.losses);
    if (Number.isFinite(pulse.step)) step = pulse.step;
    if (live && pulse.wall && pulse.wall !== walls) {
      walls = pulse.wall;
      drawn.live({ url: `/api/runs/${id}/live.${writes ? "txt" : "png"}?n=${pulse.pid ?? 0}-${walls}`, step });
    }
    later();
  }

  // ---- drawing what can wait a moment

  let timer = 0;
  const later = () => (timer ||= setTimeout(draw, DRAW));

  function draw() {
    timer = 0;
    const active = facts.can?.recover || (facts.state === "running" && !work);
    slide.extent(Math.max(records.step, step, drawn.steps().at(-1) ?? 0));
    slide.marks(drawn.steps(), records.alarms.filter(({ kind }) => kind === "alarm").map((one) => one.step), records.moments());
    trouble.draw(records.alarms, active);
    trouble.place(at);
    plot.draw();
    rows.draw();
  }

  const mine = (handler) => (data) => data.id === id && handler(data);
  const inTurn = (handler) => (data) => (fetching ? waiting.push([handler, data]) : handler(data));
  const ends = [
    on("open", () => {
      top.lost(false);
      refresh();
      fetchHistory();
      fetchRest();
    }),
    on("lost", () => top.lost(true)),
    on("history", mine(inTurn(history))),
    on("rewound", mine(inTurn(rewound))),
    on("clock", mine(({ step, seconds }) => records.tick(step, seconds))),
    on("sample", mine((sample) => drawn.add(sample))),
    on("pulse", mine(told)),
    on("run", mine((now) => {
      const changed = now.state !== facts.state;
      Object.assign(facts, now);
      top.tell(facts);
      if (changed || !facts.can) refresh();
      if (changed && ["done", "stopped", "failed"].includes(now.state)) fetchRest();
    })),
  ];
  game.light([]);
  told(facts.pulse);
  go(at);
  return {
    close() {
      closed = true;
      clearTimeout(timer);
      ends.forEach((end) => end());
      plot.close();
      game.close();
      drawn.close();
    },
  };
}
