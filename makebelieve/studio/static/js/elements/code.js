// The Python that does the same, folded away until someone wants it.

import { h } from "../dom.js";
import { t } from "../words.js";
import { toast } from "./toast.js";

/** A box with a program; `box.show(text)` changes it. */
export function code(text = "") {
  const shown = h("code", {}, text);
  const copy = h("button", { class: "small", onclick: () => put(shown.textContent) }, t("shell.copy"));
  const box = h("details", { class: "code" }, h("summary", {}, t("shell.python")), h("pre", { tabindex: "0" }, shown), copy);
  box.show = (next) => {
    if (next && shown.textContent !== next) shown.textContent = next;
  };
  return box;
}

async function put(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(t("shell.copied"), "good");
  } catch {
    toast(t("shell.not_copied"), "bad");
  }
}
