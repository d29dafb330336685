// Texts: typed, or of the data; each word can be taken out and put back.

import { read, write } from "../../address.js";
import { clear, h } from "../../dom.js";
import { number, t } from "../../words.js";

const KEPT = 600; // characters that the address keeps

export function reading({ changed }) {
  const text = h("textarea", { rows: 6, maxlength: 20000, "aria-label": t("deciding.a_text") });
  text.value = read("text", "");
  const words = h("p", { class: "words", role: "group", "aria-label": t("deciding.words") });
  let out = new Set();
  let pieces = [];
  const left = () => pieces.filter((_, i) => !out.has(i)).join(" ");
  const room = {
    node: h("div", {}, text, words),
    given() {
      const now = out.size ? left() : text.value;
      return now.trim() ? { request: { text: now }, files: [] } : null;
    },
    see() {
      if (!out.size) clear(words);
    },
    /** Words with what each says; those that were taken out keep their places. */
    heat(found) {
      if (!found) return void clear(words);
      const weights = found.words.map(([, weight]) => weight);
      const most = Math.max(1e-9, ...weights.map(Math.abs));
      if (!out.size) pieces = found.words.map(([word]) => word);
      let k = 0;
      clear(words, pieces.map((word, i) => {
        const weight = out.has(i) ? null : weights[k++] ?? 0;
        return button(word, i, weight, most, found.label);
      }));
      return undefined;
    },
    take(found) {
      text.value = found.text;
      forget();
      changed(performance.now());
      return true;
    },
  };
  function button(word, i, weight, most, label) {
    const told = weight === null ? t("deciding.word_out", { word }) : t("deciding.word_says", { word, label, weight: number(weight, 2) });
    const node = h("button", { class: `word ${weight === null ? "out" : weight > 0 ? "for" : "against"}`, "aria-pressed": String(weight === null), title: told, "aria-label": told }, word);
    node.style.setProperty("--heat", `${Math.round((60 * Math.abs(weight ?? 0)) / most)}%`);
    node.addEventListener("click", async () => {
      if (out.has(i)) out.delete(i);
      else if (out.size < pieces.length - 1) out.add(i);
      await changed(performance.now());
      words.children[i]?.focus();
    });
    return node;
  }
  function forget() {
    out = new Set();
    pieces = [];
    write({ text: text.value.length <= KEPT ? text.value : null });
  }
  text.addEventListener("input", () => {
    forget();
    room.own?.();
    changed(performance.now());
  });
  return room;
}
