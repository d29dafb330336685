// Starting: what is asked becomes a run, and its page opens.

import { post, upload } from "../api.js";
import { toast } from "../elements/toast.js";
import { t } from "../words.js";

/** Starts {system, data, options, fit} and goes to the page of its run; gives whether that went well. */
export async function begin(button, asked) {
  performance.mark("mb:try:asked");
  if (button) button.disabled = true;
  try {
    const { id } = await post("/api/runs", asked);
    const { go } = await import("../app.js");
    go(`/runs/${id}`);
    performance.measure("mb:try", "mb:try:asked");
    return true;
  } catch (error) {
    if (error.key === undefined) throw error;
    toast(error.message, "bad");
    return false;
  } finally {
    if (button) button.disabled = false;
  }
}

/** Which door opens an upload of some kind, where the system does not say otherwise. */
const DOORS = { pictures: "images", sounds: "audio", text: "text", texts: "text", traces: "traces", binaries: "binaries" };

/** Uploads files, each {file, path}; gives data for the system, or for any where there is none. */
export async function sourceFrom(files, system = null) {
  const form = new FormData();
  for (const { file, path } of files) form.append("files", file, path);
  const kept = await upload("/api/data/uploads", form);
  const skipped = kept.skipped?.length ?? 0;
  if (skipped) toast(t("gallery.skipped", { n: skipped }), "info");
  const usual = system?.try?.[0]?.data;
  const door = usual && (system.kinds.length === 1 || DOORS[kept.kind] === undefined) ? usual.door : DOORS[kept.kind] ?? "images";
  const rest = usual?.door === door ? usual.arguments : {};
  return { door, arguments: { ...rest, source: { upload: kept.id } } };
}
