// The items' vectors on a plane: all as dots, what has stars, and what is recommended by its place in the list.

import { clear, h } from "../../dom.js";
import { save } from "../../elements/picture.js";
import { number, percent, t } from "../../words.js";

const NEAR = 14; // pixels within which a dot is meant
const EDGE = 24;

/** `map.show(points)`, `map.mark(recommended ids, rated)`, `map.look(id)`, `map.title(id)`. `pick(id)` is told of a click. */
export function itemMap({ name, pick }) {
  const canvas = h("canvas", { class: "item-map", tabindex: "0", role: "img", "aria-label": t("deciding.map_how") });
  const told = h("p", { class: "soft", "aria-live": "polite" });
  const rows = h("tbody", {});
  const table = h("details", {}, h("summary", {}, t("deciding.map_table")),
    h("div", { class: "scroll", tabindex: "0" }, h("table", {}, h("thead", {}, h("tr", {}, [t("deciding.place"), t("deciding.title"), "x", "y"].map((one) => h("th", { scope: "col" }, one)))), rows)));
  const node = h("section", { class: "card hidden" }, h("h2", { class: "first" }, t("deciding.map")), h("p", { class: "soft" }, t("deciding.map_words")), canvas, told,
    h("div", { class: "row" }, h("button", { onclick: () => save(canvas.toDataURL("image/png"), name) }, t("shell.save"))), table);
  let points = { ids: [], titles: [], points: [], shares: [] };
  let at = new Map();
  let best = [];
  let rated = new Map();
  let focus = null;
  let box = { scale: 1, x: 0, y: 0 };

  function fit() {
    const ratio = Math.min(2, devicePixelRatio || 1);
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    if (!width) return null;
    if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
    if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
    const pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    return { pen, width, height };
  }
  function limits(width, height) {
    const [xs, ys] = [0, 1].map((k) => points.points.map((point) => point[k]));
    const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    return { x: (v) => EDGE + ((v - left) / (right - left || 1)) * (width - 2 * EDGE), y: (v) => height - EDGE - ((v - low) / (high - low || 1)) * (height - 2 * EDGE) };
  }
  const place = (id) => {
    const point = points.points[at.get(id)];
    return point ? [box.x(point[0]), box.y(point[1])] : null;
  };
  function paint() {
    if (!points.ids.length) return;
    const sheet = fit();
    if (!sheet) return;
    const { pen, width, height } = sheet;
    box = limits(width, height);
    const style = getComputedStyle(canvas);
    const colour = (one) => style.getPropertyValue(one).trim();
    pen.fillStyle = colour("--card");
    pen.fillRect(0, 0, width, height);
    pen.globalAlpha = 0.45;
    pen.fillStyle = colour("--soft");
    for (const [x, y] of points.points) pen.fillRect(box.x(x) - 1, box.y(y) - 1, 2, 2);
    pen.globalAlpha = 1;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    best.forEach((id, i) => {
      const found = place(id);
      if (!found) return;
      pen.fillStyle = colour("--accent");
      pen.beginPath();
      pen.arc(...found, 10, 0, 2 * Math.PI);
      pen.fill();
      pen.fillStyle = colour("--on-accent");
      pen.font = "600 11px system-ui, sans-serif";
      pen.fillText(String(i + 1), ...found);
    });
    pen.font = "18px system-ui, sans-serif";
    pen.fillStyle = colour("--p1");
    for (const id of rated.keys()) {
      const found = place(id);
      if (found) pen.fillText("★", ...found);
    }
    const found = focus === null ? null : place(focus);
    if (!found) return;
    pen.strokeStyle = colour("--ink");
    pen.lineWidth = 2;
    pen.beginPath();
    pen.arc(...found, 14, 0, 2 * Math.PI);
    pen.stroke();
    const title = points.titles[at.get(focus)];
    pen.font = "13px system-ui, sans-serif";
    const half = pen.measureText(title).width / 2 + 6;
    const x = Math.max(half, Math.min(width - half, found[0]));
    const y = found[1] < 44 ? found[1] + 28 : found[1] - 28;
    pen.fillStyle = colour("--card");
    pen.fillRect(x - half, y - 11, 2 * half, 22);
    pen.fillStyle = colour("--ink");
    pen.fillText(title, x, y);
  }
  function look(id) {
    if (focus === id) return;
    focus = id;
    paint();
  }
  function under(event) {
    const area = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - area.left, event.clientY - area.top];
    let [found, least] = [null, NEAR ** 2];
    points.points.forEach((point, i) => {
      const distance = (box.x(point[0]) - x) ** 2 + (box.y(point[1]) - y) ** 2;
      const marked = best.includes(points.ids[i]) || rated.has(points.ids[i]);
      if (distance < (marked ? least : least / 4)) [found, least] = [points.ids[i], distance];
    });
    return found;
  }
  canvas.addEventListener("pointermove", (event) => look(under(event)));
  canvas.addEventListener("click", (event) => {
    const found = under(event);
    if (found !== null) pick(found);
  });
  canvas.addEventListener("keydown", (event) => {
    const all = [...best, ...rated.keys()].filter((id) => at.has(id));
    const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" && focus !== null) pick(focus);
    else if (way && all.length) {
      look(all[(all.indexOf(focus) + way + all.length) % all.length]);
      told.textContent = points.titles[at.get(focus)];
    } else return;
    event.preventDefault();
  });
  const sized = new ResizeObserver(() => paint());
  sized.observe(canvas);
  addEventListener("mb-theme", paint);
  return {
    node, look,
    title: (id) => points.titles[at.get(id)],
    show(found) {
      points = found;
      at = new Map(found.ids.map((id, i) => [id, i]));
      node.classList.toggle("hidden", !found.ids.length);
      told.textContent = found.shares.length ? t("deciding.map_shares", { x: percent(found.shares[0]), y: percent(found.shares[1]) }) : "";
      paint();
    },
    mark(ids, stars) {
      [best, rated] = [ids, stars];
      const line = (sign, id) => {
        const point = points.points[at.get(id)];
        return point ? h("tr", {}, h("td", {}, sign), h("td", {}, points.titles[at.get(id)]), point.map((one) => h("td", { class: "number" }, number(one, 3)))) : null;
      };
      clear(rows, ids.map((id, i) => line(String(i + 1), id)), [...stars].map(([id, value]) => line(`★ ${value}`, id)));
      paint();
    },
    close() {
      sized.disconnect();
      removeEventListener("mb-theme", paint);
    },
  };
}
