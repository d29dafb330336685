// Sounds: recorded in the page, chosen, dropped, or of the data.

import { h } from "../../dom.js";
import { toast } from "../../elements/toast.js";
import { number, t } from "../../words.js";
import { fileDrop } from "./filed.js";
import { record } from "./recorder.js";

export function hearing({ facts, changed }) {
  let sound = null;
  let example = null;
  let tape = null;
  let address = null;
  let gone = false;
  const button = h("button", { class: "main" }, t("deciding.record"));
  const level = h("meter", { min: 0, max: 1, value: 0, "aria-label": t("deciding.level") });
  const player = h("audio", { controls: true, class: "hidden" });
  const room = {};
  function take(given) {
    [sound, example] = [given, null];
    if (address) URL.revokeObjectURL(address);
    address = URL.createObjectURL(given);
    player.src = address;
    player.classList.remove("hidden");
    room.own?.();
    changed(performance.now());
  }
  async function stop() {
    const ending = tape;
    tape = null;
    button.textContent = t("deciding.record");
    level.value = 0;
    if (ending) take(await ending.stop());
  }
  button.addEventListener("click", async () => {
    if (tape) return stop();
    button.disabled = true;
    try {
      tape = await record({ level: (value) => { level.value = value; }, ended: stop });
      if (gone) return void tape.close(); // the page was left while the browser asked
      button.textContent = t("deciding.stop_recording");
    } catch {
      toast(t("deciding.no_microphone"), "bad");
    }
    button.disabled = false;
    return undefined;
  });
  return Object.assign(room, {
    node: h("div", { class: "hearing" }, h("div", { class: "row" }, button, level), h("p", { class: "soft" }, t("deciding.hears", { seconds: number(facts.seconds, 3), rate: number(facts.rate) })),
      fileDrop(t("deciding.drop_sound"), "audio/*,.wav,.flac,.ogg,.mp3", take), player),
    given: () => (example !== null ? { request: { example }, files: [] } : sound ? { request: {}, files: [sound] } : null),
    instead(n) {
      [sound, example] = [null, n];
      player.classList.add("hidden");
    },
    close() {
      gone = true;
      tape?.close();
      if (address) URL.revokeObjectURL(address);
    },
  });
}
