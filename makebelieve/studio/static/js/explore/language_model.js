// The writer: one text, what comes next as bars, greedy beside sampled, and how surprising a text is.

import { act } from "../api.js";
import { read, readNumber, write } from "../address.js";
import { clear, h } from "../dom.js";
import { code } from "../elements/code.js";
import { latest } from "../latest.js";
import { number, percent, t } from "../words.js";
import { field, measured, slider } from "./asking.js";
import { bars } from "./deciding/bars.js";
import { drawn, shares } from "./deciding/softmax.js";

const SHOWN = 12; // bars
const ON = 120; // tokens that are written without a stop
const COLUMN = 240; // tokens of greedy beside sampled
const KEPT = 800; // characters of the text that the address keeps
const HOT = 8; // nats at which the colour of surprise is fullest
const WORST = 5; // most surprising pieces in words

export async function open(root, { id, facts }) {
  const box = code("");
  const wrong = h("p", { class: "bad", role: "status" });
  const ask = async (name, request) => {
    try {
      const found = await act(id, name, request);
      wrong.textContent = "";
      box.show(found.code);
      return found;
    } catch (error) {
      if (error.key === undefined) throw error;
      wrong.textContent = error.message;
      return undefined;
    }
  };
  const settings = controls((start) => next.reshape(start));
  const text = h("textarea", { rows: 7, class: "writing", spellcheck: "false", "aria-label": t("deciding.text"), maxlength: 20000 });
  text.value = read("text", "");
  const next = following({ ask, text, settings });
  const open_ = h("p", { class: "soft open-piece", "aria-live": "polite" });
  next.onopen = (piece) => { open_.textContent = piece ? t("deciding.open_piece", { piece }) : ""; };
  clear(root,
    h("p", { class: "soft" }, t("deciding.writer_how")),
    h("div", { class: "columns" },
      h("section", { class: "card" }, h("h2", { class: "first" }, t("deciding.text")), text, open_, wrong, next.tools),
      h("section", { class: "card" }, h("h2", { class: "first" }, t("deciding.next")), settings.node, next.bars, next.told)),
    beside({ ask, text, settings }),
    surprise({ ask, text, level: facts.level }),
    box);
  await next.ask();
  return next.stop;
}

/** Temperature, top-k, top-p; in the address. */
function controls(changed) {
  const values = { temperature: readNumber("temperature", 0.5), k: readNumber("k", null), p: readNumber("p", null) };
  const set = (name, value, start) => {
    values[name] = value;
    write({ [name]: value });
    changed(start);
  };
  const all = t("deciding.all");
  const ks = [1, 2, 3, 5, 8, 10, 15, 20, 30, 50, 100, 200, null];
  const atK = values.k === null ? ks.length - 1 : Math.max(0, ks.findIndex((k) => k === null || k >= values.k));
  values.k = ks[atK];
  const node = h("div", { class: "sliders" },
    slider({ min: 0, max: 2, step: 0.01, value: values.temperature, name: t("deciding.temperature"), show: (v) => (v ? v.toFixed(2) : t("deciding.greedy")), oninput: (v, start) => set("temperature", v, start) }),
    slider({ min: 0, max: ks.length - 1, step: 1, value: atK, name: "top-k", show: (i) => (ks[i] === null ? all : String(ks[i])), oninput: (i, start) => set("k", ks[i], start) }),
    slider({ min: 0.05, max: 1, step: 0.01, value: values.p ?? 1, name: "top-p", show: (v) => (v >= 1 ? all : v.toFixed(2)), oninput: (v, start) => set("p", v >= 1 ? null : v, start) }));
  const request = () => ({
    temperature: values.temperature,
    ...(values.k === null ? {} : { top_k: values.k }),
    ...(values.p === null ? {} : { top_p: values.p }),
  });
  return { node, values, request };
}

/** The bars of the next token, and writing on by them. */
function following({ ask, text, settings }) {
  let found = { scores: [], tokens: [], names: [], ids: [] };
  let shape = new Float64Array(0);
  let going = 0;
  const told = h("p", { class: "soft" });
  const list = bars(SHOWN, {
    label: t("deciding.next"), pick: (i) => force(found.tokens[i]),
    named: (row) => t("deciding.force", { token: row.name, share: percent(row.share, 1) }),
  });
  const room = { bars: list, told, onopen: () => {} };

  room.reshape = (start = null) => {
    shape = shares(found.scores, settings.values);
    list.show(found.names.slice(0, SHOWN).map((name, i) => ({
      name: visible(name), share: shape[i], out: shape[i] === 0, best: i === 0, text: share(shape[i]),
    })));
    let bits = 0;
    let possible = 0;
    for (const one of shape) {
      if (one > 0) {
        bits -= one * Math.log2(one);
        possible += 1;
      }
    }
    told.textContent = t("deciding.possible", { n: number(possible), bits: number(bits, 2) });
    if (start !== null) measured("mb:temperature", start);
  };
  function take(answer) {
    if (!answer) return false;
    found = answer;
    if (text.value !== answer.text) {
      text.value = answer.text;
      text.scrollTop = text.scrollHeight;
    }
    write({ text: text.value.length <= KEPT ? text.value : null });
    room.onopen(answer.open);
    room.reshape();
    return true;
  }
  const typed = latest(() => ask("next", { text: text.value }));
  room.ask = async () => {
    const answer = await typed(null);
    if (answer && answer.text === text.value) take(answer);
  };
  let forcing = false;
  const force = async (token) => {
    if (forcing) return false; // its bars are of the text before
    forcing = true;
    const before = text.value;
    try {
      const answer = await ask("next", { text: before, ids: found.ids, force: token });
      return text.value === before && take(answer); // what was typed meanwhile stays
    } finally {
      forcing = false;
    }
  };
  const one = () => force(found.tokens[drawn(shape)]);

  const on = h("button", { class: "main" }, t("deciding.write_on"));
  on.addEventListener("click", async () => {
    if (going) return room.stop();
    const mine = (going = performance.now());
    on.textContent = t("deciding.stop");
    for (let i = 0; i < ON && going === mine; i += 1) if (!(await one())) break;
    if (going === mine) room.stop();
    return undefined;
  });
  room.stop = () => {
    going = 0;
    on.textContent = t("deciding.write_on");
  };
  const back = () => {
    room.stop();
    text.value = found.ids.length ? text.value : Array.from(text.value).slice(0, -1).join("");
    room.ask();
  };
  room.tools = h("div", { class: "row" }, on,
    h("button", { onclick: one }, t("deciding.one_more")),
    h("button", { onclick: back }, t("deciding.take_back")),
    h("button", { onclick: () => { room.stop(); text.value = ""; room.ask(); } }, t("deciding.begin_anew")));
  text.addEventListener("input", (event) => {
    room.stop();
    if (!event.isComposing) room.ask(); // half a syllable is no text yet
  });
  text.addEventListener("compositionend", room.ask);
  return room;
}

const share = (value) => (value > 0 && value < 0.001 ? "< 0.1 %" : percent(value, value < 0.0995 ? 1 : 0));

/** A token as it can be seen. */
function visible(name) {
  if (name === "") return t("deciding.end");
  return name.replaceAll("\n", "↵").replaceAll("\t", "⇥").replaceAll(" ", "␣");
}

/** The same beginning written greedily and by drawing. */
function beside({ ask, text, settings }) {
  const greedy = h("p", { class: "written", tabindex: "0", "aria-label": t("deciding.greedily") });
  const sampled = h("p", { class: "written", tabindex: "0", "aria-label": t("deciding.sampled") });
  const seed = h("input", { type: "number", min: 0, max: 999999, step: 1 });
  seed.value = String(readNumber("seed", 0));
  const place = h("div", { class: "columns hidden" },
    h("div", {}, h("h3", {}, t("deciding.greedily")), greedy), h("div", {}, h("h3", {}, t("deciding.sampled")), sampled));
  const go = latest(async () => {
    write({ seed: seed.value === "0" ? null : seed.value });
    const prompt = text.value;
    const found = await ask("write", { text: prompt, n: COLUMN, both: true, seed: Math.trunc(Number(seed.value)) || 0, ...settings.request() });
    if (!found) return;
    place.classList.remove("hidden");
    for (const [node, whole] of [[greedy, found.greedy], [sampled, found.text]]) {
      clear(node, h("span", { class: "soft" }, prompt), whole.slice(prompt.length));
    }
  });
  const again = () => {
    seed.value = String((Math.trunc(Number(seed.value)) || 0) + 1);
    go(null);
  };
  return h("section", { class: "card" }, h("h2", { class: "first" }, t("deciding.beside")), h("p", { class: "soft" }, t("deciding.beside_how")),
    h("div", { class: "row end" }, h("button", { class: "main", onclick: () => go(null) }, t("deciding.write_both")), field(t("deciding.seed"), seed), h("button", { onclick: again }, t("deciding.other_seed"))),
    place);
}

/** Each piece of the text coloured by how little the writer expected it. */
function surprise({ ask, text }) {
  const shown = h("p", { class: "written surprise" });
  const told = h("p", { "aria-live": "polite" });
  const worst = h("ol", {});
  const go = latest(async () => {
    const found = await ask("surprise", { text: text.value });
    if (!found) return;
    clear(shown, found.pieces.map(([piece, nats]) => (nats === null ? piece : mark(piece, nats))));
    told.textContent = t("deciding.mean_surprise", { nats: number(found.nats, 3), choices: number(Math.exp(found.nats), 3) });
    const ranked = found.pieces.map(([piece, nats], i) => ({ piece, nats, i })).filter((one) => one.nats !== null);
    ranked.sort((a, b) => b.nats - a.nats);
    clear(worst, ranked.slice(0, WORST).map((one) => {
      const before = found.pieces.slice(Math.max(0, one.i - 12), one.i).map(([piece]) => piece).join("");
      return h("li", {}, t("deciding.surprising", { piece: visible(one.piece), before: visible(before), share: share(Math.exp(-one.nats)) }));
    }));
  });
  return h("section", { class: "card" }, h("h2", { class: "first" }, t("deciding.surprise")), h("p", { class: "soft" }, t("deciding.surprise_how")),
    h("button", { onclick: () => go(null) }, t("deciding.show_surprise")), shown, told, worst);
}

function mark(piece, nats) {
  const node = h("span", { title: t("deciding.nats", { nats: number(nats, 2), share: share(Math.exp(-nats)) }) }, piece);
  node.style.setProperty("--heat", `${Math.round(75 * Math.min(1, nats / HOT))}%`);
  return node;
}
