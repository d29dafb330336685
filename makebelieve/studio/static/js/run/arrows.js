// Who learns from whom: players and data as boxes, and arrows that are lit while somebody learns along them.

import { h, svg } from "../dom.js";
import { t } from "../words.js";
import { nameOf } from "./players.js";

const FLASH = 700; // ms that an arrow stays lit after a single step

/** Boxes by name: [x, y], the middle; and arrows [from, to, word, who learns by it, bend]. */
function plan(players) {
  const makers = players.filter((player) => player !== "critic");
  if (players.includes("critic") && makers.length === 1) {
    const [maker] = makers;
    const truth = maker === "model" ? [["data", maker, "run.shows", maker, 0]] : [];
    return {
      boxes: { data: [75, 40], [maker]: [75, 160], critic: [345, 100] },
      arrows: [["data", "critic", "run.real", "critic", -14], [maker, "critic", "run.made", "critic", -14], ["critic", maker, "run.judges", maker, -22], ...truth],
    };
  }
  const boxes = { data: [75, 100] };
  players.forEach((player, i) => (boxes[player] = [345, 100 + (i - (players.length - 1) / 2) * 62]));
  return { boxes, arrows: players.map((player) => ["data", player, "run.shows", player, 0]) };
}

/** Gives {node, light(players), flash(players)}; players that learn now, and those that just did a single step. */
export function arrows(players) {
  const { boxes, arrows: all } = plan(players);
  const picture = svg("svg", { viewBox: "0 0 420 200", role: "img", class: "run-arrows" });
  const told = h("p", { class: "run-learning", "aria-live": "polite" });
  const drawn = all.map(([from, to, word, learner, bend]) => ({ learner, node: arrow(boxes[from], boxes[to], t(word), bend, players.indexOf(learner)) }));
  const tip = svg("marker", { id: "run-tip", viewBox: "0 0 8 8", refX: "6.5", refY: "4", markerWidth: "5", markerHeight: "5", orient: "auto-start-reverse" },
    svg("path", { d: "M0 0 8 4 0 8z", fill: "context-stroke" }));
  const blocks = Object.entries(boxes).map(([name, [x, y]]) => ({ name, node: box(name, x, y, players.indexOf(name)) }));
  picture.append(svg("defs", {}, tip), ...drawn.map(({ node }) => node), ...blocks.map(({ node }) => node));
  let [lit, timer] = [null, 0];

  function light(learning) {
    const key = learning.join();
    if (key === lit) return;
    lit = key;
    for (const { learner, node } of drawn) node.classList.toggle("lit", learning.includes(learner));
    for (const { name, node } of blocks) node.classList.toggle("lit", learning.includes(name));
    const words = learning.length === 0 ? t("run.nobody_learns") : learning.length === players.length && players.length > 1 ? t("run.all_learn") : t("run.learns", { name: learning.map(nameOf).join(", ") });
    told.textContent = words;
    picture.setAttribute("aria-label", `${t("run.players")}: ${words}`);
  }

  return {
    node: h("section", { class: "card run-players" }, h("h2", {}, t("run.players")), picture, told),
    light(learning) {
      if (!timer) light(learning);
    },
    flash(learning) {
      clearTimeout(timer);
      light(learning);
      timer = setTimeout(() => {
        timer = 0;
        light([]);
      }, FLASH);
    },
    calm() {
      clearTimeout(timer);
      timer = 0;
    },
    close: () => clearTimeout(timer),
  };
}

const [WIDE, HIGH] = [66, 21]; // half a box

function box(name, x, y, place) {
  const label = name === "data" ? t("run.data") : nameOf(name);
  return svg("g", { class: "run-box", dataset: place < 0 ? {} : { colour: String(place % 6) } },
    svg("rect", { x: x - WIDE, y: y - HIGH, width: 2 * WIDE, height: 2 * HIGH, rx: 10 }),
    svg("text", { x, y: y + 5, "text-anchor": "middle" }, label));
}

/** An arrow between two boxes, bent to its left by so many units. */
function arrow(from, to, word, bend, place) {
  const [[x1, y1], [x2, y2]] = [edge(from, to), edge(to, from)];
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [nx, ny] = [(-(y2 - y1) / length) * bend * 2, ((x2 - x1) / length) * bend * 2];
  const [cx, cy] = [(x1 + x2) / 2 - nx, (y1 + y2) / 2 - ny];
  const [tx, ty] = [(x1 + 2 * cx + x2) / 4, (y1 + 2 * cy + y2) / 4];
  const upright = Math.abs(x2 - x1) < 1;
  return svg("g", { class: "run-arrow", dataset: { colour: String(Math.max(0, place) % 6) } },
    svg("path", { d: `M${x1} ${y1}Q${cx} ${cy} ${x2} ${y2}`, "marker-end": "url(#run-tip)" }),
    svg("text", { x: tx + (upright ? 8 : 0), y: ty + (upright ? 5 : bend > 0 || ny > 0 ? -7 : 16), "text-anchor": upright ? "start" : "middle" }, word));
}

/** Where the line from the middle of a box to `to` leaves the box. */
function edge([x, y], [tx, ty]) {
  const [dx, dy] = [tx - x, ty - y];
  const share = Math.min(dx ? (WIDE + 4) / Math.abs(dx) : Infinity, dy ? (HIGH + 4) / Math.abs(dy) : Infinity);
  return [x + dx * share, y + dy * share];
}
