// Bars that move: made once, then only their widths and words change, so that a slider can drag them along.

import { h } from "../../dom.js";
import { percent } from "../../words.js";

/**
 * A list of up to `n` bars. `pick(i)`, where given, makes them buttons. `named(row, share)` gives the words for those who
 * hear the page. `bars.show(rows)` takes [{name, share (0 … 1), text?, best?, out?}].
 */
export function bars(n, { label, pick = null, named = (row) => `${row.name}: ${row.text ?? percent(row.share, 1)}` }) {
  const rows = Array.from({ length: n }, (_, i) => bar(i, pick));
  const node = h("ol", { class: "bars", "aria-label": label }, rows.map((row) => row.node));
  node.show = (found) => {
    rows.forEach((row, i) => row.show(found[i], named));
  };
  node.buttons = rows.map((row) => row.face);
  return node;
}

function bar(i, pick) {
  const name = h("span", { class: "bar-name" });
  const fill = h("span", { class: "bar-fill" });
  const share = h("span", { class: "bar-share" });
  const parts = [name, h("span", { class: "bar-track", "aria-hidden": "true" }, fill), share];
  const face = pick ? h("button", { class: "bar", onclick: () => pick(i) }, parts) : h("div", { class: "bar" }, parts);
  const node = h("li", { class: "hidden" }, face);
  let words = "";
  function show(row, named) {
    node.classList.toggle("hidden", !row);
    if (!row) return;
    if (name.textContent !== row.name) name.textContent = row.name;
    share.textContent = row.text ?? percent(row.share, row.share > 0 && row.share < 0.0995 ? 1 : 0);
    fill.style.transform = `scaleX(${Math.max(0, Math.min(1, row.share))})`;
    face.classList.toggle("best", Boolean(row.best));
    face.classList.toggle("out", Boolean(row.out));
    if (!pick) return;
    face.disabled = Boolean(row.closed);
    const next = named(row);
    if (words !== next) face.setAttribute("aria-label", (words = next));
  }
  return { node, face, show };
}
