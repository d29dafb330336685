// What the gallery shows, in which order, and what things are called.

import { known, t } from "../words.js";

export const GROUPS = [
  ["make", ["gan", "vae", "diffusion", "autoencoder", "language_model"]],
  ["decide", ["classifier", "regressor", "recommender", "forecaster"]],
  ["repaint", ["translator", "stylizer", "dream", "style"]],
];

/** Sides in pixels to which dropped pictures are brought, as they may have any size. */
export const SIDES = { gan: 32, vae: 32, diffusion: 32, autoencoder: 32, classifier: 64, regressor: 64, translator: 96, stylizer: 128 };

/** What items a door to data gives; the systems name the kinds that they take. */
const KINDS = {
  images: "pictures", pairs: "pairs", audio: "sounds", text: "texts", series: "series", traces: "traces",
  binaries: "binaries", ratings: "ratings",
};

/** Whether a system can learn from what a door gives. */
export const takesDoor = (system, door) => (system.kinds ?? []).includes(KINDS[door]);

/** What data are called: a known set's name, else what kind of source they have. */
export function nameOf(data) {
  const values = Object.values(data?.arguments ?? {});
  const source = values.find((value) => value?.upload || value?.folder) ?? data?.arguments?.source ?? data?.arguments?.x;
  const key = source === "synthetic" ? `gallery.set.${data.door}` : `gallery.set.${source}`;
  if (typeof source === "string") return known(key) ? t(key) : source;
  return t(source?.folder ? "gallery.your_folder" : "gallery.your_upload");
}

/** What a preset is called: its data, and what is done with them where the system can do several things. */
export function presetName(preset) {
  const task = preset.options?.task;
  return task ? t("gallery.preset", { task: choiceOf(task), data: nameOf(preset.data) }) : nameOf(preset.data);
}

/** A choice of an option in words. */
export const choiceOf = (name) => (known(`gallery.choice.${name}`) ? t(`gallery.choice.${name}`) : String(name).replaceAll("_", " "));

const DRAWN = ["regressor", "language_model", "forecaster", "recommender"]; // as SVG; the others are PNG

/** The address of a system's picture. */
export const portrait = (name) => `/pictures/${name}.${DRAWN.includes(name) ? "svg" : "png"}`;
