// A picture goes in, another comes out: enlarged, coloured, restored, painted.

import { read, readNumber, write } from "../address.js";
import { clear, h } from "../dom.js";
import { save } from "../elements/picture.js";
import { asker, field, select, slider } from "../explore/asking.js";
import { latest } from "../latest.js";
import { number, t } from "../words.js";
import { sides } from "./sides.js";
import { source } from "./source.js";

const SIZES = [128, 256, 512, 768, 1024, 1536];

/**
 * The page of a system that makes one picture of another.
 * verb: the act; task: which words; vivid: whether colours can be strengthened; spoils: whether a given picture can be
 * made worse first; name: of saved files; extra: nodes beside.
 */
export async function transform(root, { id, facts, verb, task, vivid = false, spoils = false, name, extra = null }) {
  const { ask, box } = asker(id);
  const told = facts.transforming;
  const pair = sides({ before: `art.before.${task}`, after: `art.after.${task}` });
  const figures = h("p", { class: "soft", "aria-live": "polite" }, t("art.give_one"));
  const truth = h("figure", { class: "truth hidden" }, h("figcaption", { class: "soft" }, t("art.truth")), h("img", { alt: t("art.truth") }));
  const after = h("button", { disabled: true, onclick: () => save(shown.after, `${name}.png`) }, t("art.save_after"));
  const before = h("button", { disabled: true, onclick: () => save(shown.before, `${name}-before.png`) }, t("art.save_before"));
  const state = { size: readNumber("size", 512), saturation: Math.min(4, Math.max(0, readNumber("saturation", 1))), spoil: read("spoil") === "1" };
  let shown = null;
  const make = latest(async () => {
    const given = from.value();
    if (!given) return;
    const start = performance.now();
    result.setAttribute("aria-busy", "true");
    const request = { ...given.request, size: state.size, ...(vivid ? { saturation: state.saturation } : {}), ...(spoils && state.spoil && given.files.length ? { spoil: true } : {}) };
    const found = await ask(verb, request, given.files);
    result.removeAttribute("aria-busy");
    if (!found) return;
    shown = found;
    pair.show(found.before, found.after, found.side);
    pair.classList.remove("hidden");
    after.disabled = before.disabled = false;
    truth.classList.toggle("hidden", !found.truth);
    if (found.truth) truth.querySelector("img").src = found.truth;
    figures.textContent = [t("art.made_in", { h: found.side[0], w: found.side[1], s: number(found.seconds, 2) }),
      found.psnr ? t("art.psnr", { before: found.psnr[0].toFixed(1), after: found.psnr[1].toFixed(1) }) : null].filter(Boolean).join(" ");
    performance.measure("mb:transform", { start, end: performance.now() });
  });
  const from = source({ items: told.has_data, change: () => make(), words: t(`art.drop.${task}`) });
  const size = select(SIZES.map((one) => [one, t("art.pixels", { n: one })]), SIZES.includes(state.size) ? state.size : 512);
  size.addEventListener("change", () => {
    state.size = Number(size.value);
    write({ size: state.size === 512 ? null : state.size });
    make();
  });
  const worse = spoils ? h("input", { type: "checkbox", checked: state.spoil, onchange: (event) => {
    state.spoil = event.currentTarget.checked;
    write({ spoil: state.spoil ? 1 : null });
    make();
  } }) : null;
  const controls = h("div", { class: "controls" }, field(t("art.size"), size),
    vivid ? slider({ min: 0, max: 4, step: 0.1, value: state.saturation, name: t("art.saturation"), show: (value) => value.toFixed(1), oninput: (value) => {
      state.saturation = value;
      write({ saturation: value === 1 ? null : value });
      make();
    } }) : null,
    worse ? h("label", {}, worse, t(`art.spoil.${task}`)) : null);
  pair.classList.add("hidden");
  const result = h("section", { class: "card result", "aria-label": t("art.result") }, pair, figures, h("div", { class: "row" }, after, before), truth);
  clear(root, h("p", { class: "lead" }, t(`art.lead.${task}`)), h("div", { class: "art-columns" }, h("section", { class: "card", "aria-label": t("art.what_goes_in") }, from.node, controls, extra), result), box);
  if (told.has_data) make();
  return () => {};
}
