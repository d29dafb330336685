// What the gallery shows, and in which order.

export const GROUPS = [
  ["make", ["gan", "vae", "diffusion", "autoencoder"]],
  ["decide", ["classifier", "regressor", "recommender", "forecaster"]],
  ["write", ["language_model"]],
  ["repaint", ["translator", "stylizer", "dream", "style"]],
];

/** Made from one photo, without a run of training: the work's own form starts them. */
export const WORKS = ["dream", "style"];

/** What items a door to data gives; the systems name the kinds that they take. */
const KINDS = {
  images: "pictures", pairs: "pairs", audio: "sounds", text: "texts", series: "series", traces: "traces",
  binaries: "binaries", ratings: "ratings", arrays: "numbers",
};

/** Whether a system can learn from these data. */
export const takes = (system, data) => (system.kinds ?? []).includes(KINDS[data.door] ?? data.door);

/** What data are called: a known set's name, else what kind of source they have. */
export function nameOf(data, t) {
  const source = Object.values(data?.arguments ?? {}).find((value) => typeof value === "string" || value?.upload || value?.folder);
  if (typeof source === "string") return source;
  return t(source?.folder ? "gallery.your_folder" : "gallery.your_upload");
}
