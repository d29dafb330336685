// One file, chosen or dropped: for what can only come so.

import { h } from "../../dom.js";
import { t } from "../../words.js";

/** A place for one file; `accept` is the browser's filter, `words` what the place says. */
export function fileDrop(words, accept, take) {
  const input = h("input", { type: "file", accept, class: "unseen", "aria-label": words });
  const node = h("label", { class: "drop file" }, h("span", {}, words), h("span", { class: "button" }, t("explore.choose_file")), input);
  const over = (event, on) => {
    event.preventDefault();
    node.classList.toggle("over", on);
  };
  node.addEventListener("dragover", (event) => over(event, true));
  node.addEventListener("dragleave", (event) => over(event, false));
  node.addEventListener("drop", (event) => {
    over(event, false);
    if (event.dataTransfer?.files.length) take(event.dataTransfer.files[0]);
  });
  input.addEventListener("change", () => {
    if (input.files.length) take(input.files[0]);
    input.value = "";
  });
  return node;
}

export function filed({ changed }) {
  let file = null;
  let example = null;
  const name = h("p", { class: "soft" });
  const room = {
    node: h("div", {}, fileDrop(t("deciding.drop_file"), null, (given) => {
      [file, example] = [given, null];
      name.textContent = given.name;
      room.own?.();
      changed(performance.now());
    }), name),
    given: () => (example !== null ? { request: { example }, files: [] } : file ? { request: {}, files: [file] } : null),
    instead(n) {
      [file, example] = [null, n];
      name.textContent = "";
    },
  };
  return room;
}
