// The gallery: every system with a click that starts it, what runs, what waits, and what was made.

import { get } from "../api.js";
import { read, write } from "../address.js";
import { clear, h } from "../dom.js";
import { told } from "../elements/toast.js";
import { card, takesDrops } from "../gallery/card.js";
import { dropped } from "../gallery/drop.js";
import { runBoard } from "../gallery/runs.js";
import { sourceFrom } from "../gallery/start.js";
import { GROUPS, nameOf } from "../gallery/systems.js";
import { t } from "../words.js";

export async function open(root) {
  root.classList.add("gallery");
  const board = runBoard();
  const chosen = h("div", { "aria-live": "polite" });
  const groups = h("div", {});
  clear(root, h("h1", {}, t("gallery.title")), h("p", { class: "lead" }, t("gallery.lead")), board.now, chosen, groups, board.kept);
  const shared = { data: dataOf(read("data")), unfolded: read("open"), unfold: null };
  shared.unfold = (name, own) => {
    if (name) shared.unfolded = name;
    else if (shared.unfolded === own) shared.unfolded = null;
    write({ open: shared.unfolded });
  };
  const [found] = await Promise.all([get("/api/systems"), board.load()]);
  const systems = new Map((found.systems ?? found).map((system) => [system.name, system]));
  let ends = [];
  const draw = () => {
    ends.forEach((end) => end());
    ends = [];
    clear(chosen, shared.data && banner(shared.data, () => take(null)));
    clear(groups, GROUPS.map(([name, names]) => group(name, names.filter((one) => systems.has(one)).map((one) => {
      const node = card(systems.get(one), shared);
      ends.push(takesDrops(node, systems.get(one)));
      return node;
    }))));
  };
  const take = (data) => {
    shared.data = data;
    write({ data: data ? JSON.stringify(data) : null });
    draw();
  };
  draw();
  const soon = setTimeout(() => import("./run.js").catch(() => {}), 1500); // where a click leads to
  const end = dropped(root, async (files) => {
    const data = await told(sourceFrom(files));
    if (!data) return;
    take(data);
    chosen.scrollIntoView({ block: "start" });
  });
  return () => {
    clearTimeout(soon);
    end();
    ends.forEach((one) => one());
    board.close();
  };
}

function group(name, cards) {
  const id = `group-${name}`;
  return cards.length ? h("section", { "aria-labelledby": id }, h("h2", { id }, t(`gallery.group.${name}`)), h("div", { class: "cards systems" }, cards)) : null;
}

function banner(data, forget) {
  return h("div", { class: "card chosen-data" },
    h("p", {}, h("strong", {}, t("gallery.data_chosen", { data: nameOf(data) })), " ", t("gallery.data_hint")),
    h("div", { class: "row" }, h("a", { class: "button small", href: `/data?data=${encodeURIComponent(JSON.stringify(data))}` }, t("gallery.data_look")),
      h("button", { class: "small", onclick: forget }, t("gallery.data_forget"))));
}

/** Data from the address; anything else there is no data. */
function dataOf(text) {
  try {
    const found = JSON.parse(text ?? "null");
    return typeof found?.door === "string" && typeof found.arguments === "object" ? found : null;
  } catch {
    return null;
  }
}
