// A picture that can be saved, and dragged where the page takes it.

import { h } from "../dom.js";
import { t } from "../words.js";

/**
 * A picture with a button that saves it.
 * Options: alt (words), name (of the file), pixelated (small pictures stay sharp), data (what a drag carries, as JSON).
 * `figure.show(src)` changes the picture.
 */
export function picture(src, { alt = "", name = "picture.png", pixelated = false, data = null } = {}) {
  const image = h("img", { src: src || null, alt, class: pixelated ? "pixelated" : null, draggable: data ? "true" : "false" });
  const button = h("button", { class: "save small", title: t("shell.save"), "aria-label": t("shell.save_named", { name: alt || name }) }, "↓");
  button.addEventListener("click", () => save(image.src, name));
  const figure = h("figure", { class: "picture" }, image, button);
  if (data) image.addEventListener("dragstart", (event) => event.dataTransfer.setData("application/json", JSON.stringify(data)));
  figure.image = image;
  figure.show = (next, words) => {
    if (image.src !== next) image.src = next;
    if (words !== undefined) image.alt = words;
  };
  return figure;
}

/** Saves what an address holds as a file. */
export function save(address, name) {
  const link = h("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
}
