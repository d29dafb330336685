// What the gallery shows, and in which order.

export const GROUPS = [
  ["make", ["gan", "vae", "diffusion", "autoencoder"]],
  ["decide", ["classifier", "regressor", "recommender", "forecaster"]],
  ["write", ["language_model"]],
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
export function nameOf(data, t) {
  const source = Object.values(data?.arguments ?? {}).find((value) => value?.upload || value?.folder)
    ?? data?.arguments?.source ?? data?.arguments?.x;
  if (typeof source === "string") return source;
  return t(source?.folder ? "gallery.your_folder" : "gallery.your_upload");
}

const DRAWN = ["regressor", "language_model", "forecaster", "recommender"]; // as SVG; the others are PNG

/** The address of a system's picture. */
export const portrait = (name) => `/pictures/${name}.${DRAWN.includes(name) ? "svg" : "png"}`;
