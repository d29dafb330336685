// Sounds recorded into bins, one a class.

import { h, refill } from "../dom.js";
import { toast } from "../elements/toast.js";
import { number, t } from "../words.js";
import { start } from "./doors.js";
import { letGo, possible, record } from "./microphone.js";
import { send } from "./sending.js";
import { wav } from "./wav.js";

const SILENT = 0.01; // of full scale
const LENGTHS = [0.5, 1, 1.5, 2, 3, 5];

// what was recorded stays while the page's frame does
const kept = { bins: null, seconds: 1 };
let turn = 0;

/** Bins; `choose(data, facts)` is told when their sounds are to be used. */
export function recording(choose) {
  kept.bins ??= [bin(t("data.bin_first")), bin(t("data.bin_second"))];
  let busy = false;
  const told = h("p", { "aria-live": "polite" });
  const level = h("meter", { min: 0, max: 1, value: 0, "aria-label": t("data.level") });
  const list = h("div", { class: "bins" });
  const use = h("button", { class: "main", onclick: finish }, t("data.use_recordings"));
  const seconds = h("select", { id: "data-clip", onchange: (event) => { kept.seconds = Number(event.target.value); } },
    LENGTHS.map((one) => h("option", { value: String(one), selected: one === kept.seconds }, t("data.seconds", { n: number(one) }))));

  function draw() {
    refill(list, kept.bins.map(card), h("button", { class: "more", disabled: busy, onclick: add }, t("data.add_bin")));
    const ready = kept.bins.filter((one) => one.clips.length);
    use.disabled = busy || ready.length < 2;
  }

  function card(one) {
    const name = h("input", { type: "text", value: one.name, "aria-label": t("data.bin_name"), maxlength: "40", oninput: (event) => { one.name = event.target.value; } });
    const take = h("button", { disabled: busy, onclick: () => run(one, 1), "aria-label": t("data.record_into", { name: one.name }) }, "●\u00a0", t("data.record_one"));
    const many = h("button", { class: "small", disabled: busy, onclick: () => run(one, 5), "aria-label": `${t("data.record_into", { name: one.name })}, ${t("data.record_many", { n: 5 })}` }, t("data.record_many", { n: 5 }));
    const away = h("button", { class: "small plain", disabled: busy || kept.bins.length <= 2, onclick: () => remove(one) }, t("data.remove_bin"));
    return h("section", { class: "card bin", "aria-label": one.name }, h("div", { class: "row" }, name, h("span", { class: "badge" }, t("data.clips", { n: one.clips.length }))),
      h("div", { class: "row" }, take, many, away),
      h("ol", { class: "clips" }, one.clips.map((clip, i) => h("li", {},
        h("button", { class: "small", "aria-label": t("data.play", { n: i + 1, name: one.name }), onclick: () => play(clip) }, "▶", shape(clip)),
        h("button", { class: "small plain", "aria-label": t("data.delete", { n: i + 1, name: one.name }), onclick: () => { one.clips.splice(i, 1); draw(); } }, "×")))));
  }

  async function run(one, times) {
    const label = document.activeElement?.getAttribute("aria-label"); // what is pressed is closed while it records
    busy = true;
    const mine = ++turn;
    draw();
    try {
      for (let i = 0; i < times && mine === turn; i++) {
        told.textContent = t("data.recording", { name: one.name, n: i + 1, of: times });
        const samples = await record(kept.seconds, (peak) => { level.value = peak; });
        if (mine !== turn) return;
        const peak = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        if (peak < SILENT) {
          told.textContent = t("data.silent");
          return;
        }
        one.clips.push({ blob: wav(samples), samples });
        draw();
        if (i + 1 < times) await new Promise((done) => setTimeout(done, 400));
      }
      told.textContent = t("data.recorded", { name: one.name, n: one.clips.length });
    } catch (error) {
      if (error.key === undefined) throw error;
      if (mine !== turn) return; // the page was left
      told.textContent = t(error.key);
      toast(t(error.key), "bad");
    } finally {
      busy = false;
      level.value = 0;
      draw();
      if (label && document.activeElement === document.body) list.querySelector(`[aria-label="${CSS.escape(label)}"]`)?.focus();
    }
  }

  function add() {
    kept.bins.push(bin(t("data.bin_other", { n: kept.bins.length + 1 })));
    draw();
    list.querySelector(".bin:last-of-type input").focus();
  }

  function remove(one) {
    kept.bins = kept.bins.filter((other) => other !== one);
    draw();
  }

  async function finish() {
    const names = kept.bins.map((one) => one.name.trim().replaceAll(/[/\\]/g, "-"));
    if (names.some((name) => !name || name.startsWith(".")) || new Set(names).size < names.length) {
      told.textContent = t("data.bin_names");
      return;
    }
    busy = true;
    draw();
    const files = kept.bins.flatMap((one, k) => one.clips.map((clip, i) => ({ file: clip.blob, path: `${names[k]}/${String(i + 1).padStart(3, "0")}.wav` })));
    try {
      const facts = await send(files, { path: "/api/data/recordings" });
      if (facts.id) choose(start("audio", { upload: facts.id }), facts);
      else told.textContent = t("data.nothing_kept");
    } catch (error) {
      if (error.key === undefined) throw error;
      told.textContent = error.message;
    } finally {
      busy = false;
      draw();
    }
  }

  draw();
  const root = h("div", {}, h("p", {}, t("data.record_how")), possible() ? null : h("p", { class: "warn" }, t("data.microphone_insecure")),
    h("div", { class: "row" }, h("label", { for: "data-clip" }, t("data.clip_length")), seconds, level), told, list, h("p", {}, use, " ", h("span", { class: "soft" }, t("data.use_when"))));
  root.end = () => {
    turn++;
    letGo();
  };
  return root;
}

const bin = (name) => ({ name, clips: [] });

/** The loudness of a clip along its time, small. */
function shape({ samples }) {
  const canvas = h("canvas", { width: "72", height: "24", "aria-hidden": "true" });
  const pen = canvas.getContext("2d");
  pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--accent");
  const every = Math.floor(samples.length / 36);
  for (let i = 0; i < 36; i++) {
    const peak = samples.subarray(i * every, (i + 1) * every).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const tall = Math.max(1, Math.min(24, 24 * Math.sqrt(peak)));
    pen.fillRect(2 * i, 12 - tall / 2, 1.4, tall);
  }
  return canvas;
}

async function play({ blob }) {
  const address = URL.createObjectURL(blob);
  const sound = new Audio(address);
  sound.onended = () => URL.revokeObjectURL(address);
  await sound.play().catch(() => {
    URL.revokeObjectURL(address);
    toast(t("data.no_sound"), "bad");
  });
}
