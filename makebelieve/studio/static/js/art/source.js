// The picture that something is made of: dropped, chosen, or an item of the run's data.

import { readNumber, write } from "../address.js";
import { h } from "../dom.js";
import { drop } from "../explore/asking.js";
import { t } from "../words.js";

/** {node, value()}: `change({request, files})` is called with each new picture. */
export function source({ items, change, words }) {
  let file = null;
  let at = Math.max(0, readNumber("item", 0));
  const field = h("input", { type: "number", min: "0", step: "1", value: String(at), "aria-label": t("art.item"), class: "item" });
  const value = () => (file ? { request: {}, files: [file] } : { request: { item: at }, files: [] });
  const put = (next) => {
    file = null;
    at = Math.max(0, Math.round(next) || 0);
    field.value = String(at);
    write({ item: at || null });
    change(value());
  };
  field.addEventListener("input", () => field.value !== "" && put(Number(field.value)));
  const node = h("div", { class: "source" },
    drop(words, (files) => {
      [file] = files;
      change(value());
    }),
    items ? h("div", { class: "row" }, h("span", { class: "soft" }, t("art.or_item")),
      h("button", { class: "small", "aria-label": t("art.item_before"), onclick: () => put(at - 1) }, "◀"), field,
      h("button", { class: "small", "aria-label": t("art.item_after"), onclick: () => put(at + 1) }, "▶"),
      h("button", { class: "small", onclick: () => put(at) }, t("art.show_item"))) : null);
  return { node, value: () => (file || items ? value() : null), file: () => file };
}
