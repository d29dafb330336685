// One system: what it is, a picture of it, a click that starts it, and its options folded away.

import { clear, h } from "../dom.js";
import { told } from "../elements/toast.js";
import { t } from "../words.js";
import { optionsForm } from "./form.js";
import { dropped } from "./drop.js";
import { begin, lookAt, sourceFrom } from "./start.js";
import { portrait, presetName, takesDoor } from "./systems.js";

/**
 * The card of a system.
 * shared: {data: the data chosen for all systems or null, unfolded: name, unfold(name)}.
 */
export function card(system, shared) {
  const id = `system-${system.name}`;
  const fits = shared.data ? takesDoor(system, shared.data.door) : true;
  const root = h("article", { class: `card system${fits ? "" : " other"}`, "aria-labelledby": id, dataset: { system: system.name } },
    h("img", { class: "portrait", src: portrait(system.name), alt: t(`gallery.picture.${system.name}`), width: 240, height: 120 }),
    h("h3", { id }, t(`gallery.name.${system.name}`)),
    h("p", { class: "sentence" }, t(`gallery.about.${system.name}`)));
  root.append(...(system.work ? workParts(system, shared) : trainParts(system, shared, fits)));
  const open = root.querySelector("details");
  const mark = () => root.classList.toggle("wide", open.open);
  open.addEventListener("toggle", () => {
    mark();
    shared.unfold(open.open ? system.name : null, system.name);
  });
  mark();
  return root;
}

function trainParts(system, shared, fits) {
  const presets = system.try ?? [];
  const own = shared.data && fits ? [{ data: shared.data, options: {}, fit: system.fit ?? {} }] : [];
  const offers = [...own, ...presets];
  const [first, ...others] = offers;
  const asks = system.options.some((option) => option.needed);
  const buttons = h("div", { class: "row tries" },
    asks ? null : first ? tryButton(system, first, true) : h("a", { class: "button main", href: `/data?for=${system.name}` }, t("gallery.choose_data")),
    asks ? null : others.slice(0, 2).map((preset) => tryButton(system, preset, false)));
  const details = h("details", { class: "options", open: shared.unfolded === system.name }, h("summary", { class: asks ? "button main" : null }, t(asks ? "gallery.choose_picture" : "gallery.options")));
  const fill = () => details.open && details.childElementCount === 1 && details.append(optionsForm(system, offers));
  details.addEventListener("toggle", fill);
  fill();
  return [buttons, !fits && h("p", { class: "soft small" }, t("gallery.other_kind")), details].filter(Boolean);
}

function tryButton(system, preset, main) {
  const name = presetName(preset);
  const words = main ? t("gallery.try", { data: name }) : t("gallery.or_on", { data: name });
  const label = t("gallery.try_label", { system: t(`gallery.name.${system.name}`), data: name });
  return h("button", {
    class: main ? "main try" : "small try", "aria-label": label,
    onclick: (event) => begin(event.currentTarget, { system: system.name, ...preset }),
  }, words);
}

function workParts(system, shared) {
  const details = h("details", { class: "options", open: shared.unfolded === system.name }, h("summary", { class: "button main" }, t("gallery.work")));
  const room = h("div", {});
  const fill = async () => {
    if (!details.open || details.contains(room)) return;
    details.append(room);
    const made = await told(import("../work.js"));
    made?.workForm(room, system);
  };
  details.addEventListener("toggle", fill);
  fill();
  return [details];
}

/** Lets files and folders be dropped on the card: they become the data, and training starts. */
export function takesDrops(root, system) {
  if (system.work) return () => {};
  return dropped(root, async (files) => {
    const veil = h("div", { class: "veil", role: "status" }, t("gallery.uploading", { n: files.length }));
    root.append(veil);
    const data = await told(sourceFrom(files, system));
    clear(veil, data ? t("gallery.starting") : "");
    const asks = system.options.some((option) => option.needed);
    if (data?.door === "series" || (data && asks)) await lookAt(data);
    else if (data) await begin(null, { system: system.name, data, options: {}, fit: system.fit ?? {} });
    veil.remove();
  });
}
