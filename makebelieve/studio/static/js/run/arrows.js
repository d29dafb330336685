// Who learns from whom: players and data as boxes, and arrows that are lit while somebody learns along them.

import { h, svg } from "../dom.js";
import { t } from "../words.js";
import { nameOf } from "./players.js";

const FLASH = 700; // ms that an arrow stays lit after a single step

/** How high the picture is; boxes by name: [x, y], the middle; arrows {from, to, word, learner, aside, at}: how far beside the line, where its word is. */
function plan(players) {
  const makers = players.filter((player) => player !== "critic");
  if (players.includes("critic") && makers.length === 1) {
    const [maker] = makers;
    const truth = maker === "model" ? [{ from: "data", to: maker, word: "run.shows", learner: maker, aside: 0, at: [84, 110, "start"] }] : [];
    return {
      high: 210,
      boxes: { data: [75, 32], [maker]: [75, 178], critic: [345, 105] },
      arrows: [{ from: "data", to: "critic", word: "run.real", learner: "critic", aside: 0, at: [226, 58, "start"] },
        { from: maker, to: "critic", word: "run.made", learner: "critic", aside: -12, at: [232, 178, "start"] },
        { from: "critic", to: maker, word: "run.judges", learner: maker, aside: -12, at: [190, 122, "end"] }, ...truth],
    };
  }
  const half = 31 * players.length + 5;
  const boxes = { data: [75, half] };
  players.forEach((player, i) => (boxes[player] = [345, half + (i - (players.length - 1) / 2) * 62]));
  const middle = (player) => [210, (half + boxes[player][1]) / 2 - 8, "middle"];
  return { high: 2 * half, boxes, arrows: players.map((player) => ({ from: "data", to: player, word: "run.shows", learner: player, aside: 0, at: middle(player) })) };
}

/** Gives {node, light(players), flash(players)}; players that learn now, and those that just did a single step. */
export function arrows(players) {
  const { high, boxes, arrows: all } = plan(players);
  const picture = svg("svg", { viewBox: `0 0 420 ${high}`, role: "img", class: "run-arrows" });
  const told = h("p", { class: "run-learning", "aria-live": "polite" });
  const drawn = all.map((one) => ({ learner: one.learner, node: arrow(boxes[one.from], boxes[one.to], one, players.indexOf(one.learner)) }));
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

/** An arrow between two boxes, `aside` units to the right of the line between their middles. */
function arrow(from, to, { word, aside, at: [x, y, anchor] }, place) {
  const [[x1, y1], [x2, y2]] = [edge(from, to), edge(to, from)];
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [nx, ny] = [((y2 - y1) / length) * aside, (-(x2 - x1) / length) * aside];
  return svg("g", { class: "run-arrow", dataset: { colour: String(Math.max(0, place) % 6) } },
    svg("path", { d: `M${x1 + nx} ${y1 + ny}L${x2 + nx} ${y2 + ny}`, "marker-end": "url(#run-tip)" }),
    svg("text", { x, y, "text-anchor": anchor }, t(word)));
}

/** Where the line from the middle of a box to `to` leaves the box. */
function edge([x, y], [tx, ty]) {
  const [dx, dy] = [tx - x, ty - y];
  const share = Math.min(dx ? (WIDE + 4) / Math.abs(dx) : Infinity, dy ? (HIGH + 4) / Math.abs(dy) : Infinity);
  return [x + dx * share, y + dy * share];
}
