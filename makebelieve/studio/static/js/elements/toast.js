// Short sentences at the edge of the page.

import { h } from "../dom.js";
import { t } from "../words.js";

const LASTS = { info: 5000, good: 5000, bad: 15000 };

/** Shows a sentence for a while; kind is "info", "good" or "bad". */
export function toast(sentence, kind = "info") {
  const close = () => node.remove();
  const node = h("div", { class: `toast ${kind}` }, h("span", {}, sentence),
    h("button", { class: "plain", "aria-label": t("shell.close"), onclick: close }, "×"));
  const all = document.getElementById("toasts");
  while (all.childElementCount >= 4) all.firstChild.remove();
  all.append(node);
  setTimeout(close, LASTS[kind]);
}

/** Shows what went wrong in `work`; gives its result, or undefined. */
export async function told(work) {
  try {
    return await work;
  } catch (error) {
    if (error.name !== "Refused" && error.key === undefined) throw error;
    toast(error.message, "bad");
    return undefined;
  }
}
