// Starting: what is asked becomes a run, and its page opens.

import { post } from "../api.js";
import { send } from "../data/sending.js";
import { toast } from "../elements/toast.js";
import { t } from "../words.js";
import { SIDES, takesDoor } from "./systems.js";

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

/** Uploads files, each {file, path}; gives {data, kind} for the system, or for any where there is none. */
export async function sourceFrom(files, system = null) {
  const kept = await send(files);
  const skipped = kept.skipped_in_all ?? kept.skipped?.length ?? 0;
  if (skipped) toast(t("gallery.skipped", { n: skipped }), "info");
  const door = (kept.doors ?? []).find((one) => !system || takesDoor(system, one));
  if (!kept.id || !door) {
    toast(t(kept.id ? "gallery.not_for" : "gallery.nothing_usable"), "bad");
    return null;
  }
  const source = { [door === "series" ? "x" : "source"]: { upload: kept.id } };
  const size = door === "images" ? { size: SIDES[system?.name] ?? 32 } : {};
  return { door, arguments: { ...source, ...size } };
}

/** Goes to the data page, where columns and the like are chosen. */
export async function lookAt(data) {
  const { go } = await import("../app.js");
  go(`/data?data=${encodeURIComponent(JSON.stringify(data))}`);
}
