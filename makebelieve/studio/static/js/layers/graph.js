// A network as a graph: blocks fold and unfold, wires run between what is visible.

import { clear, svg } from "../dom.js";
import { number, t } from "../words.js";

const ROW = 46; // of a part, in pixels
const GAP = 12; // between two parts, where the wire is
const INDENT = 14;
const LANES = 58; // pixels at the right for wires that pass over others

/** Parts as a tree: {part, name, short, children, parent}, children as they run. */
export function treeOf(parts) {
  const root = { name: "", children: [], parent: null, part: null, first: Infinity };
  const known = new Map([["", root]]);
  parts.forEach((part, place) => {
    const cut = part.name.lastIndexOf(".");
    const parent = known.get(cut < 0 ? "" : part.name.slice(0, cut)) ?? root;
    const node = { name: part.name, short: part.name.slice(cut + 1), children: [], parent, part, place, first: Infinity };
    parent.children.push(node);
    known.set(part.name, node);
  });
  const settle = (node) => {
    node.children.forEach(settle);
    node.first = Math.min(node.part?.order ?? Infinity, ...node.children.map((child) => child.first));
    node.children.sort((a, b) => (a.first === b.first ? a.place - b.place : a.first - b.first));
  };
  settle(root);
  return { root, known };
}

/** What is unfolded at first: blocks that stand alone, until there is something to see. */
export function firstOpen({ root }) {
  const open = new Set();
  let here = root;
  while (here.children.length === 1 && here.children[0].children.length) {
    here = here.children[0];
    open.add(here.name);
  }
  return open;
}

/**
 * The drawing. `choose(name)` is called where a part is chosen, `folded(open)` where blocks fold.
 * Gives {node, draw(), select(name), close()}.
 */
export function graphOf({ parts, wires, takes, open, chosen, choose, folded }) {
  const tree = treeOf(parts);
  const most = Math.max(1, ...parts.filter((part) => part.leaf).map((part) => part.parameters));
  const node = svg("svg", { class: "graph", role: "tree", "aria-label": t("layers.graph") });
  const items = new Map();
  let selected = tree.known.has(chosen) ? chosen : null;
  let focus = selected ?? tree.root.children[0]?.name ?? null;

  function rows() {
    const found = [];
    const walk = (at, level) => {
      const item = { at, level, open: at.children.length > 0 && open.has(at.name) };
      found.push(item);
      if (item.open) at.children.forEach((child) => walk(child, level + 1));
      item.end = found.length - 1;
    };
    tree.root.children.forEach((child) => walk(child, 0));
    return found;
  }

  function draw({ keepFocus = false } = {}) {
    const wide = Math.max(260, Math.min(node.parentElement?.clientWidth || 380, 520));
    const shown = rows();
    const top = (i) => (wires.length ? i + 1 : i) * (ROW + GAP) + 6;
    const high = top(shown.length);
    const edge = wide - LANES;
    for (const [name, value] of Object.entries({ viewBox: `0 0 ${wide} ${high}`, width: wide, height: high })) node.setAttribute(name, value);
    const boxes = [];
    const drawn = [];
    items.clear();
    shown.forEach((item, i) => {
      const x = 4 + item.level * INDENT;
      const right = edge - item.level * 4;
      if (item.open) {
        boxes.push(svg("rect", { class: "block", x: x - 3, y: top(i) - 4, width: right - x + 6, height: top(item.end) + ROW - top(i) + 8, rx: 12 }));
      }
      const group = rowOf(item, x, top(i), right - x);
      items.set(item.at.name, group);
      drawn.push(group);
    });
    clear(node, marker(), boxes, inputRow(wide, edge), lines(shown, top, edge), drawn);
    if (keepFocus) items.get(focus)?.focus();
  }

  function rowOf({ at, level, open: unfolded }, x, y, wide) {
    const { part } = at;
    const block = at.children.length > 0;
    const shape = part.shape ? part.shape.join(" × ") : "";
    const words = t(block ? "layers.block_label" : "layers.part_label",
      { name: at.name, kind: part.kind, shape: shape || "–", parameters: number(part.parameters) });
    const group = svg("g", {
      class: `part${part.maps ? " maps" : ""}${block ? " has" : ""}${selected === at.name ? " chosen" : ""}`,
      role: "treeitem", "aria-level": level + 1, "aria-label": words, "aria-expanded": block ? String(unfolded) : null,
      "aria-selected": String(selected === at.name), tabindex: focus === at.name ? "0" : "-1", "data-name": at.name,
    },
    svg("rect", { class: "box", x, y, width: wide, height: ROW, rx: 9 }),
    svg("rect", { class: "size", x: x + 8, y: y + ROW - 6, width: Math.max(0, (wide - 16) * Math.sqrt(part.parameters / most) * (block ? 0 : 1)), height: 3, rx: 1.5 }),
    svg("text", { class: "name", x: x + 10, y: y + 18 }, `${block ? (unfolded ? "▾ " : "▸ ") : ""}${at.short} · ${part.kind}`),
    svg("text", { class: "facts", x: x + 10, y: y + 34 }, [shape, part.parameters ? t("layers.weights_of", { n: number(part.parameters) }) : null].filter(Boolean).join(" · ")));
    group.addEventListener("click", () => press(at));
    group.addEventListener("keydown", (event) => key(event, at));
    group.addEventListener("focus", () => (focus = at.name));
    return group;
  }

  function inputRow(wide, edge) {
    if (!wires.length) return null;
    const words = t(`layers.takes.${takes}`);
    return svg("g", { class: "input", role: "none" },
      svg("rect", { class: "box", x: 4, y: 6, width: edge - 4, height: ROW - 4, rx: 21 }),
      svg("text", { class: "name", x: 4 + (edge - 4) / 2, y: 32, "text-anchor": "middle" }, words));
  }

  /** Wires between the parts that are visible, those within a folded block left out. */
  function lines(shown, top, edge) {
    const at = new Map(shown.filter((item) => !item.open).map((item, i) => [item.at.name, shown.indexOf(item)]));
    const visible = (name) => {
      let here = tree.known.get(name);
      let found = at.has(name) ? name : null;
      while (here?.parent) {
        if (at.has(here.name)) found = here.name;
        here = here.parent;
      }
      return found;
    };
    const pairs = new Map();
    for (const [from, to] of wires) {
      const a = from === "" ? "" : visible(from);
      const b = visible(to);
      if (a !== null && b !== null && a !== b) pairs.set(`${a}>${b}`, [a === "" ? -1 : at.get(a), at.get(b)]);
    }
    const closed = shown.map((item, i) => (item.open ? -1 : i)).filter((i) => i >= 0);
    const next = (i) => closed.find((one) => one > i);
    return [...pairs.values()].map(([a, b]) => {
      const level = (i) => (i < 0 ? 0 : shown[i].level);
      if (b === next(a)) {
        const x = 30 + Math.max(level(a), level(b)) * INDENT;
        return svg("path", { class: "wire", d: `M${x} ${a < 0 ? ROW + 2 : top(a) + ROW} V${top(b) - 2}`, "marker-end": "url(#tip)" });
      }
      const span = Math.abs(b - a);
      const out = edge + 8 + Math.min(LANES - 14, 8 + span * 5);
      const [ya, yb] = [a < 0 ? ROW / 2 : top(a) + ROW / 2, top(b) + ROW / 2];
      const [xa, xb] = [edge - level(a) * 4, edge - level(b) * 4];
      return svg("path", { class: `wire over${b < a ? " back" : ""}`, d: `M${xa} ${ya} C${out} ${ya} ${out} ${yb} ${xb + 3} ${yb}`, "marker-end": "url(#tip)" });
    });
  }

  function press(at, { toggle = true } = {}) {
    focus = at.name;
    if (toggle && at.children.length) fold(at, !open.has(at.name));
    selected = at.name;
    draw({ keepFocus: true });
    choose(at.name);
  }

  function fold(at, unfolded) {
    if (unfolded) open.add(at.name);
    else open.delete(at.name);
    folded(open);
  }

  function key(event, at) {
    const shown = rows().map((item) => item.at);
    const here = shown.indexOf(at);
    const block = at.children.length > 0;
    const to = { ArrowDown: shown[here + 1], ArrowUp: shown[here - 1], Home: shown[0], End: shown.at(-1) }[event.key];
    if (to) move(to);
    else if (event.key === "ArrowRight" && block && !open.has(at.name)) refold(at, true);
    else if (event.key === "ArrowRight" && block) move(at.children[0]);
    else if (event.key === "ArrowLeft" && block && open.has(at.name)) refold(at, false);
    else if (event.key === "ArrowLeft" && at.parent?.part) move(at.parent);
    else if (event.key === "Enter" || event.key === " ") press(at);
    else if (!["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
    event.preventDefault();
  }

  function refold(at, unfolded) {
    focus = at.name;
    fold(at, unfolded);
    draw({ keepFocus: true });
  }

  function move(to) {
    items.get(focus)?.setAttribute("tabindex", "-1");
    focus = to.name;
    const group = items.get(focus);
    group?.setAttribute("tabindex", "0");
    group?.focus();
  }

  function select(name) {
    selected = name;
    for (let here = tree.known.get(name)?.parent; here?.part; here = here.parent) open.add(here.name);
    focus = name;
    draw();
  }

  const watch = new ResizeObserver(() => draw({ keepFocus: node.contains(document.activeElement) }));
  return { node, draw, select, tree, begin: () => watch.observe(node.parentElement), close: () => watch.disconnect() };
}

function marker() {
  return svg("defs", { role: "none" }, svg("marker", { id: "tip", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" },
    svg("path", { class: "tip", d: "M0 0 L8 4 L0 8 z" })));
}
