// The recommender: stars given here reorder the list, its reasons and the map.

import { read, write } from "../address.js";
import { clear, h, refill as fill } from "../dom.js";
import { latest } from "../latest.js";
import { number, t } from "../words.js";
import { asker, measured } from "./asking.js";
import { starring } from "./deciding/starring.js";
import { itemMap } from "./deciding/itemmap.js";

const LISTED = 12;
const SHOWN = 14; // search results

export async function open(root, { id, facts }) {
  const { ask, box } = asker(id);
  const titles = new Map(facts.shelf);
  const rated = new Map();
  const levels = starLevels(facts);
  const widget = (item, title) => starring({ title, levels, value: rated.get(item) ?? null, give: (value, start) => give(item, title, value, start) });

  const found = h("ul", { class: "items", "aria-label": t("deciding.found") });
  const words = h("input", { type: "search", placeholder: t("deciding.search_items"), "aria-label": t("deciding.search_items"), maxlength: 200 });
  words.value = read("q", "");
  const mine = h("ul", { class: "items", "aria-label": t("deciding.your_stars") });
  const list = h("ol", { class: "items ranked", "aria-label": t("deciding.for_you") });
  const note = h("p", { class: "soft", "aria-live": "polite" });
  const near = h("div", {});
  const said = h("p", { class: "unseen", role: "status" });
  let listed = [];
  let shelf = [];
  const map = itemMap({ name: `${facts.name}-map.png`, pick: (item) => similar(item) });

  /** Draws a list anew; what had the focus has it again, in this list or, where it has left it, in another. */
  function refill(node, ...children) {
    const name = node.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
    fill(node, ...children);
    if (name && !node.contains(document.activeElement)) root.querySelector(`[aria-label="${CSS.escape(name)}"]`)?.focus({ preventScroll: true });
  }
  const line = (item, title, more = null) => h("li", {}, h("div", { class: "item" }, h("span", { class: "title" }, title), widget(item, title)), more);
  const search = latest(async () => {
    write({ q: words.value || null });
    const answer = words.value.trim() ? await ask("search", { words: words.value }) : { items: facts.shelf };
    if (!answer) return;
    shelf = answer.items.slice(0, SHOWN);
    shelf.forEach(([item, title]) => titles.set(item, title));
    drawShelf();
  });
  function drawShelf() {
    refill(found, shelf.length ? shelf.map(([item, title]) => line(item, title)) : h("li", { class: "soft" }, t("deciding.none_found")));
  }
  words.addEventListener("input", () => search(null));

  const recommend = latest(async (start) => {
    const answer = await ask("stars", { ratings: [...rated], n: LISTED });
    if (!answer) return;
    listed = answer.items;
    listed.forEach((row) => titles.set(row.id, row.title));
    note.textContent = answer.known ? t(facts.rates ? "deciding.by_rating" : "deciding.by_score") : t("deciding.popular_first");
    refill(list, listed.map((row) => line(row.id, row.title, because(row, answer))));
    map.mark(listed.map((row) => row.id), rated);
    if (start !== null) measured("mb:stars", start);
  });
  function because(row, answer) {
    const reasons = (row.because ?? []).map((one) => t("deciding.because_one", { title: one.title, adds: signed(one.score) }));
    return h("div", { class: "soft reasons" }, answer.known ? t("deciding.score", { score: number(row.score, 3) }) : t("deciding.ratings", { n: number(row.score) }),
      reasons.length ? [" · ", t("deciding.because", { reasons: reasons.join(", ") })] : null, " ",
      h("button", { class: "small plain", "aria-label": t("deciding.similar_to", { title: row.title }), onclick: () => similar(row.id) }, t("deciding.similar")));
  }
  async function similar(item) {
    const answer = await ask("similar", { item, n: 8 });
    if (!answer) return;
    answer.items.forEach((row) => titles.set(row.id, row.title));
    said.textContent = t("deciding.similar_to", { title: titles.get(item) ?? map.title(item) ?? String(item) });
    clear(near, h("h3", {}, said.textContent),
      h("ul", { class: "items" }, answer.items.map((row) => line(row.id, row.title))));
    map.look(item);
  }
  function give(item, title, value, start) {
    titles.set(item, title);
    if (value === null) rated.delete(item);
    else rated.set(item, value);
    keep();
    drawMine();
    drawShelf();
    recommend(start);
  }
  function keep() {
    write({ stars: rated.size ? [...rated].map(([item, value]) => `${encodeURIComponent(item)}:${value}`).join(",") : null });
  }
  function drawMine() {
    refill(mine, rated.size ? [...rated].map(([item]) => line(item, titles.get(item) ?? String(item))) : h("li", { class: "soft" }, t("deciding.no_stars")));
  }
  async function begin() {
    const known = new Map([...titles.keys()].map((item) => [String(item), item]));
    for (const one of (read("stars", "") || "").split(",").filter(Boolean)) {
      const [item, value] = one.split(":");
      const name = plain(item);
      const star = Number(value);
      if (levels.some(([level]) => level === star)) rated.set(known.get(name) ?? (/^\d+$/.test(name) ? Number(name) : name), star);
    }
    const points = await ask("map");
    points?.ids.forEach((item, i) => titles.set(item, points.titles[i]));
    if (points) map.show(points);
  }
  clear(root, h("p", { class: "soft" }, t("deciding.recommender_how", { users: number(facts.users), items: number(facts.items) })),
    h("div", { class: "columns recommender" },
      h("section", { class: "card" }, h("h2", { class: "first" }, t("deciding.your_stars")), mine,
        h("div", { class: "row" }, h("button", { onclick: () => { rated.clear(); keep(); drawMine(); drawShelf(); recommend(performance.now()); } }, t("deciding.forget_stars"))),
        h("h3", {}, t("deciding.found")), words, found),
      h("section", { class: "card" }, h("h2", { class: "first" }, t("deciding.for_you")), note, list)),
    map.node, h("section", { class: "card near" }, said, near), box);
  await begin();
  drawMine();
  await search(null);
  await recommend(null);
  return map.close;
}

/** What was encoded for the address; as it is where somebody wrote it by hand. */
function plain(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const signed = (value) => `${value >= 0 ? "+" : "−"}${number(Math.abs(value), 2)}`;

/** What stars are worth: [value, words]; one heart where there are events instead of ratings. */
function starLevels({ span: [low, high], implicit }) {
  if (implicit) return [[1, "♥"]];
  const whole = high === 5 && low <= 1;
  return Array.from({ length: 5 }, (_, i) => [whole ? i + 1 : Number((low + ((high - low) * i) / 4).toFixed(3)), "★"]);
}
