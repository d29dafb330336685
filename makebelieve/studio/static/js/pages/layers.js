// A network as a graph; a layer, its maps of one picture; a channel, what excites it.

import { act, get } from "../api.js";
import { read, readNumber, write } from "../address.js";
import { clear, h, refill } from "../dom.js";
import { code } from "../elements/code.js";
import { told } from "../elements/toast.js";
import { latest } from "../latest.js";
import { firstOpen, graphOf, treeOf } from "../layers/graph.js";
import { inputOf } from "../layers/input.js";
import { panelOf } from "../layers/panel.js";
import { number, t } from "../words.js";

export async function open(root, { id }) {
  root.classList.add("layers-page");
  clear(root, h("h1", {}, t("layers.title")), h("p", { class: "soft", role: "status" }, t("layers.loading")));
  const facts = await get(`/api/explore/${id}`);
  const nets = facts.networks ?? [];
  document.title = `${t("layers.title")} – ${facts.name}`;
  const head = h("div", { class: "row between" }, h("h1", {}, t("layers.title_of", { name: facts.name })),
    h("nav", { class: "row", "aria-label": t("layers.more") },
      h("a", { class: "button", href: `/runs/${id}` }, t("layers.to_run")), h("a", { class: "button", href: `/explore/${id}` }, t("layers.to_explore"))));
  const room = h("div", {});
  if (!nets.length) {
    clear(root, head, h("p", { class: "card" }, t("layers.none")));
    return null;
  }
  let [close, gone] = [null, false];
  const tabs = h("div", { class: "row nets", role: "group", "aria-label": t("layers.networks") });
  const show = latest(async (name) => {
    refill(tabs, nets.map((net) => h("button", { "aria-pressed": String(net.name === name), onclick: () => show(net.name) },
      h("strong", {}, net.name), h("span", { class: "soft" }, t("layers.net_facts", { n: number(net.parameters) })))));
    if (read("net", nets[0].name) !== name) write({ net: name, layer: null, channel: null, open: null });
    const graph = await told(act(id, "layers_graph", { net: name }));
    if (!graph || gone) return;
    close?.();
    close = network(room, id, graph);
  });
  clear(root, head, h("p", { class: "lead" }, t("layers.lead")), nets.length > 1 ? tabs : null, room);
  const asked = read("net");
  await show(nets.some((net) => net.name === asked) ? asked : nets[0].name);
  return () => {
    gone = true;
    close?.();
  };
}

function network(room, id, graph) {
  const box = h("div", { class: "graph-box card", tabindex: "-1" });
  const side = h("div", { class: "layer-side" });
  const words = code(graph.code);
  const kept = read("open");
  const tree = treeOf(graph.parts);
  const open = kept === null ? firstOpen(tree) : new Set(kept.split(","));
  const first = graph.parts.find((part) => part.maps && part.leaf)?.name ?? graph.parts.find((part) => part.leaf)?.name ?? null;
  const asked = read("layer");
  const chosen = tree.known.has(asked) && asked ? asked : first;
  const input = inputOf(graph, (given) => panel.look(given));
  const panel = panelOf(side, { id, graph, input, words });
  const drawing = graphOf({
    parts: graph.parts, wires: graph.wires, takes: graph.takes, open, chosen,
    choose: (name) => {
      write({ layer: name, channel: null });
      panel.show(name, null);
      if (matchMedia("(max-width: 700px)").matches && !graph.parts.find((part) => part.name === name)?.leaf) return;
      if (matchMedia("(max-width: 700px)").matches) side.scrollIntoView({ block: "start" });
    },
    folded: (now) => write({ open: [...now].join(",") || "-" }),
  });
  clear(box, h("p", { class: "soft small" }, t(graph.wires.length ? "layers.graph_hint" : "layers.graph_plain")), h("div", { class: "graph-room" }, drawing.node));
  clear(room, h("div", { class: "layers-columns" }, box, side), words);
  if (chosen) drawing.select(chosen);
  else drawing.draw();
  drawing.begin();
  if (chosen) panel.show(chosen, readNumber("channel"));
  else clear(side, h("p", { class: "card" }, t("layers.no_parts")));
  return () => {
    drawing.close();
    panel.close();
  };
}
