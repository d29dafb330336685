// Pictures: drawn, dropped, chosen, or of the data; erased where one likes.

import { h } from "../../dom.js";
import { save } from "../../elements/picture.js";
import { toast } from "../../elements/toast.js";
import { t } from "../../words.js";
import { drop, slider } from "../asking.js";
import { board } from "./board.js";

export function drawing({ facts, changed, over }) {
  const grey = facts.shape[0] === 1;
  const room = {};
  const paper = board({ shape: facts.shape, light: facts.light_on_dark, over, changed: (start) => {
    if (!laying) room.own?.();
    changed(start);
  } });
  let laying = false;
  const { state } = paper;
  const tool = (key, erasing) => h("button", { "aria-pressed": String(state.erasing === erasing), onclick: () => use(erasing) }, t(key));
  const tools = [tool("deciding.brush", false), tool("deciding.eraser", true)];
  function use(erasing) {
    state.erasing = erasing;
    tools.forEach((one, i) => one.setAttribute("aria-pressed", String(Boolean(i) === erasing)));
  }
  const size = slider({ min: 4, max: 120, step: 1, value: state.size, name: t("deciding.brush_size"), oninput: (value) => { state.size = value; } });
  const centre = h("input", { type: "checkbox", checked: state.centre });
  centre.addEventListener("change", () => {
    state.centre = centre.checked;
    changed(performance.now());
  });
  const swap = () => {
    [state.ground, state.ink] = [state.ink, state.ground];
    paper.wipe();
  };
  const colour = h("input", { type: "color", "aria-label": t("deciding.colour") });
  colour.value = state.ink;
  colour.addEventListener("input", () => { state.ink = colour.value; });
  const take = async (file) => {
    try {
      const image = await createImageBitmap(file);
      paper.lay(image);
      use(true);
    } catch {
      toast(t("deciding.no_picture"), "bad");
    }
  };
  const view = h("img", { class: "pixelated small-seen", alt: t("deciding.seen") });
  const seen = h("div", { class: "row hidden" }, view, h("p", { class: "soft" }, t("deciding.seen")));
  Object.assign(room, {
    node: h("div", {}, paper.node,
      h("div", { class: "row" }, tools, h("button", { onclick: paper.undo }, t("deciding.undo")), h("button", { onclick: () => { paper.wipe(); use(false); } }, t("deciding.wipe")),
        grey ? h("button", { onclick: swap }, t("deciding.swap")) : h("label", {}, t("deciding.colour"), colour),
        h("button", { onclick: () => save(paper.address(), "drawing.png") }, t("shell.save"))),
      size,
      grey && Math.max(...facts.shape) <= 64 ? h("label", { class: "centre" }, centre, t("deciding.centre")) : null,
      drop(t("deciding.drop_picture"), ([file]) => take(file)), seen),
    given: () => (state.empty ? null : { request: {}, files: [paper.content()] }),
    see(found) {
      seen.classList.toggle("hidden", !found?.picture);
      if (found?.picture) view.src = found.picture;
      if (!found) paper.show(null);
    },
    heat: (found) => paper.show(found?.image ?? null),
    async take(found) {
      const image = new Image();
      image.src = found.picture;
      await image.decode();
      laying = true;
      paper.lay(image, { smooth: false });
      laying = false;
      use(true);
      return true;
    },
  });
  return room;
}
