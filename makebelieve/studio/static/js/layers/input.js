// What the network is shown: an item of the data, an upload, a picture of its own, or a point z.

import { readNumber, write } from "../address.js";
import { h } from "../dom.js";
import { t } from "../words.js";

/** The chooser; `change({request, files})` is called at each change. `value()` gives what is chosen now. */
export function inputOf(graph, change) {
  const points = graph.takes === "points";
  let kind = points ? "seed" : graph.items ? "item" : graph.made ? "made" : "none";
  let file = null;
  const most = points || !graph.items ? 9999 : graph.items - 1;
  let at = Math.min(most, Math.max(0, readNumber("item", 0)));
  const field = h("input", { type: "number", min: "0", max: String(most), step: "1", value: String(at), id: "layers-item", class: "item" });
  const label = h("label", { for: "layers-item" }, t(points || kind === "made" ? "layers.seed" : "layers.item"));
  const put = (next) => {
    at = Math.min(most, Math.max(0, Math.round(next) || 0));
    field.value = String(at);
    if (kind === "file") kind = points ? "seed" : graph.items ? "item" : "made";
    write({ item: at || null });
    change(value());
  };
  field.addEventListener("input", () => field.value !== "" && put(Number(field.value)));
  const chooser = h("input", { type: "file", accept: "image/png,image/jpeg,image/webp,image/bmp,image/gif", class: "unseen", id: "layers-file", "aria-label": t("layers.upload") });
  chooser.addEventListener("change", () => {
    if (!chooser.files.length) return;
    [file] = chooser.files;
    kind = "file";
    change(value());
    chooser.value = "";
  });
  const made = h("button", { class: "small", onclick: () => {
    kind = kind === "made" && graph.items ? "item" : "made";
    made.setAttribute("aria-pressed", String(kind === "made"));
    label.textContent = t(kind === "made" ? "layers.seed" : "layers.item");
    change(value());
  }, "aria-pressed": String(kind === "made") }, t("layers.made_by_run"));
  const node = graph.takes === "nothing" ? null : h("div", { class: "row chooser" },
    kind === "none" ? h("span", { class: "soft" }, t("layers.no_data")) : [
      label, h("span", { class: "row stepper" },
        h("button", { class: "small", "aria-label": t("layers.before"), onclick: () => put(at - 1) }, "◀"), field,
        h("button", { class: "small", "aria-label": t("layers.after"), onclick: () => put(at + 1) }, "▶"))],
    graph.made && graph.items ? made : null,
    graph.upload ? h("label", { class: "button small", for: "layers-file" }, t("layers.upload")) : null, graph.upload ? chooser : null);
  function value() {
    if (kind === "file") return { request: {}, files: [file] };
    if (kind === "none") return { request: {}, files: [] };
    return { request: { [kind]: at }, files: [] };
  }
  return { node, value };
}
