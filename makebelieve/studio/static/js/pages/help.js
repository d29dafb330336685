// Help over any page: what one does here, keys, and what the words mean.

import { h } from "../dom.js";
import { t } from "../words.js";

const STEPS = ["data", "train", "watch", "play"];
const KEYS = [["Tab"], ["←", "→"], ["↑", "↓"], ["Enter"], ["Space"], ["Esc"]];
const KEY_WORDS = ["tab", "sideways", "upright", "enter", "space", "escape"];
const TERMS = [
  "step", "epoch", "batch", "loss", "learning_rate", "validation", "overfitting", "generator", "critic", "gradient",
  "collapse", "z", "latent", "mu", "sigma", "kl", "beta", "concept", "diffusion", "temperature", "greedy", "perplexity",
  "saliency", "confidence", "channel", "gram", "naive", "fan", "factor", "cold_start", "fid", "floor", "protocol", "interval",
  "seed", "recipe", "checkpoint",
];

/** Opens the help as a dialog; Escape or a click beside it closes it. */
export function openHelp() {
  document.querySelector("dialog.help-dialog")?.remove();
  const find = h("input", { type: "text", placeholder: t("help.find"), "aria-label": t("help.find") });
  const words = TERMS.map((name) => {
    const [term, meaning] = [t(`help.term.${name}`), t(`help.means.${name}`)];
    return { text: `${term} ${meaning}`.toLowerCase(), nodes: [h("dt", {}, term), h("dd", {}, meaning)] };
  });
  find.addEventListener("input", () => {
    const wanted = find.value.trim().toLowerCase();
    for (const word of words) word.nodes.forEach((node) => node.classList.toggle("hidden", !word.text.includes(wanted)));
  });
  const dialog = h("dialog", { class: "help-dialog", "aria-labelledby": "help-title" },
    h("button", { class: "close", onclick: () => dialog.close() }, t("shell.close")),
    h("h2", { id: "help-title" }, t("help.title")),
    h("p", {}, t("help.lead")),
    h("h3", {}, t("help.steps")),
    h("ol", {}, STEPS.map((name) => h("li", {}, h("strong", {}, t(`help.step.${name}`)), " ", t(`help.step_does.${name}`)))),
    h("p", {}, t("help.safe")),
    h("h3", {}, t("help.keys")),
    h("dl", {}, KEYS.map((keys, i) => [h("dt", {}, keys.map((key) => [h("kbd", {}, key), " "])), h("dd", {}, t(`help.key.${KEY_WORDS[i]}`))])),
    h("h3", {}, t("help.words")), find,
    h("dl", { class: "glossary" }, words.map((word) => word.nodes)));
  const opener = document.activeElement;
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    opener?.focus?.();
  });
  document.body.append(dialog);
  dialog.showModal();
  dialog.scrollTop = 0;
}
