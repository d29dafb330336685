// Files, folders and archives from this computer: dropped, or chosen.

import { clear, h } from "../dom.js";
import { toast } from "../elements/toast.js";
import { dropped } from "../gallery/drop.js";
import { t } from "../words.js";
import { start } from "./doors.js";
import { send } from "./sending.js";

/** A place to drop files on, and earlier uploads; `choose(data, facts)` is told which. Its `end` ends it. */
export function uploading(earlier, chosen, choose) {
  const told = h("div", { "aria-live": "polite" });
  const now = Object.values(chosen?.arguments ?? {}).find((one) => one?.upload)?.upload;
  const pick = (kept) => choose(start(kept.doors[0], { upload: kept.id }, kept), kept);
  const files = h("input", { type: "file", multiple: true, class: "unseen", tabindex: "-1", "aria-hidden": "true", onchange: () => take(listed(files)) });
  const whole = h("input", { type: "file", webkitdirectory: true, class: "unseen", tabindex: "-1", "aria-hidden": "true", onchange: () => take(listed(whole)) });
  const root = h("div", { class: "drop" }, h("p", {}, t("data.drop")), h("p", { class: "soft" }, t("data.takes")),
    h("div", { class: "row middle" },
      h("button", { onclick: () => files.click() }, t("data.choose_files")),
      h("button", { onclick: () => whole.click() }, t("data.choose_folder"))), files, whole, told);

  async function take(some) {
    if (!some.length) return;
    const bar = h("progress", { max: 1, value: 0, "aria-label": t("data.sending", { n: some.length }) });
    clear(told, h("p", {}, t("data.sending", { n: some.length })), bar);
    try {
      const kept = await send(some, { progress: (done) => { bar.value = done; } });
      clear(told, kept.id ? null : refused(kept));
      if (kept.id) pick(kept);
    } catch (error) {
      clear(told);
      if (error.key === undefined) throw error;
      clear(told, h("p", { class: "bad" }, error.message));
      toast(error.message, "bad");
    }
  }

  const list = earlier.length ? [h("h2", {}, t("data.earlier")), h("ul", { class: "data-places" }, earlier.slice(0, 50).map((one) => h("li", {},
    h("button", { class: "data-place small", "aria-pressed": String(one.id === now), onclick: () => pick(one) },
      one.name, h("span", { class: "badge" }, t(`data.files.${one.kind}`, { n: one.files }))))))] : [];
  const all = h("div", {}, root, ...list);
  all.end = dropped(root, take);
  return all;
}

const listed = (input) => [...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));

/** Why nothing could be kept. */
function refused(kept) {
  return h("div", {}, h("p", { class: "bad" }, t("data.nothing_kept")), skippedList(kept.skipped));
}

/** Files that were left out, and why. */
export function skippedList(skipped) {
  return h("ul", { class: "data-skipped scroll" }, skipped.map((one) => h("li", {}, h("code", {}, one.name), " – ", t(one.why, one.values))));
}
