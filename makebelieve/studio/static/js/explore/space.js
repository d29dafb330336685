// Moving through z: the plane, a slider for each axis, a slider for each concept; the picture follows.

import { read, write } from "../address.js";
import { clear, h } from "../dom.js";
import { picture, save } from "../elements/picture.js";
import { latest } from "../latest.js";
import { number, percent, t } from "../words.js";
import { measured, select, slider } from "./asking.js";
import { colour, placeOf, plane, valueAt } from "./plane.js";

const LONGEST = 128; // numbers of z that are kept in the address
const QUIET = 350; // ms without a move until the map is drawn anew
const SIDE = 20;

const rounded = (value) => number(Math.round(100 * value) / 100 || 0); // never -0
const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

/** The section; `space.point()` is where it stands, `space.go(z)` goes elsewhere; `actions` are buttons beside. */
export async function space({ ask, facts, label, actions = [] }) {
  const frame = await ask("frame", read("axes") ? { kind: read("axes") === "main" ? "main" : "entries" } : {});
  if (!frame) return null;
  const { axes, ticks, origin } = frame;
  const k = axes.length;
  const entries = (name, fallback) => Math.min(k - 1, Math.max(0, Number(read(name, fallback)) || 0));
  const over = { x: entries("x", 0), y: entries("y", Math.min(1, k - 1)) };
  let z = fromText(read("z"), origin.length) ?? [...origin];
  const shown = picture("", { alt: t("explore.here"), name: `${facts.name}-z.png`, pixelated: true });
  shown.classList.add("big");
  shown.image.draggable = true;
  shown.image.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData("application/json", JSON.stringify({ point: point(), src: shown.image.src, words: t("explore.here") }));
  });
  const along = (i) => dot(z.map((value, j) => value - origin[j]), axes[i]);
  const point = () => ({ z: z.map((value) => Number(value.toFixed(4))), ...(label() ? { label: label() } : {}) });

  const decoding = latest(async ({ request, start, name }) => {
    const found = await ask("decode", request);
    if (!found) return;
    shown.show(found.picture);
    await shown.image.decode().catch(() => {});
    if (name) measured(name, start);
  });
  const mapping = latest(async () => {
    const found = await ask("tiles", { kind: frame.kind, x: over.x, y: over.y, side: SIDE, z, ...(label() ? { label: label() } : {}) });
    if (found) map.map(found.picture);
  });
  let waiting = 0;
  function mapSoon() {
    clearTimeout(waiting);
    waiting = setTimeout(() => mapping(), QUIET);
  }

  /** z has moved: the picture is asked for, and everything that shows z follows. */
  function follow(name, start, { plane: ofPlane = false, only = null, begins = false } = {}) {
    decoding({ request: point(), start, name });
    if (!ofPlane) {
      map.put(placeOf(ticks[over.x], along(over.x)), k > 1 ? placeOf(ticks[over.y], along(over.y)) : 0.5);
      if (origin.length > 2) mapSoon();
    }
    sliders.forEach((one, i) => one !== only && one.set(along(i)));
    if (!begins && z.length <= LONGEST) write({ z: z.map((value) => Number(value.toFixed(3))).join("_") });
  }
  const by = (axis, distance) => (z = z.map((value, j) => value + distance * axis[j]));
  const map = plane({
    flat: k < 2,
    words: () => t("explore.at", { place: [over.x, ...(k > 1 ? [over.y] : [])].map((i) => `${name(i)} = ${rounded(along(i))}`).join(", ") }),
    moved: (u, v, start) => {
      by(axes[over.x], valueAt(ticks[over.x], u) - along(over.x));
      if (k > 1 && over.x !== over.y) by(axes[over.y], valueAt(ticks[over.y], v) - along(over.y));
      follow("mb:plane", start, { plane: true });
    },
  });
  const name = (i) => (frame.kind === "entries" ? t("explore.entry", { n: i + 1 }) : t("explore.main_axis", { n: i + 1, share: percent(frame.shares[i]) }));
  const sliders = axes.map((axis, i) => {
    const ends = Math.max(Math.abs(ticks[i][0]), Math.abs(ticks[i].at(-1))) * 1.15;
    const one = slider({
      min: -ends, max: ends, step: ends / 200, value: along(i), name: name(i), show: rounded,
      oninput: (value, start) => {
        by(axis, value - along(i));
        follow("mb:slider", start, { only: one });
      },
    });
    return one;
  });
  const ideas = concepts({ ask, facts, by, follow });
  const centre = h("button", {}, t("explore.centre"));
  centre.addEventListener("click", () => go([...origin]));
  const keep = h("button", { onclick: () => map.src() && save(map.src(), `${facts.name}-map.png`) }, t("explore.save_map"));
  function go(next) {
    z = [...next];
    ideas.reset();
    follow(null, 0);
  }
  const data = dataDots({ ask, facts, frame, over, ticks, map });
  const pickers = k > 2 ? pickersOf({ k, name, over, changed: () => {
    write({ x: over.x || null, y: over.y === 1 ? null : over.y });
    mapping();
    data.draw();
    follow(null, 0);
  } }) : null;
  const node = h("section", { class: "card space" }, h("h2", {}, t("explore.plane")), h("p", { class: "soft" }, t("explore.plane_how")),
    h("div", { class: "space-columns" }, map.node,
      h("div", { class: "space-side" }, shown, h("div", { class: "row" }, centre, data.button, keep, actions), data.legend, pickers),
      h("div", { class: "space-axes" }, h("h3", {}, t("explore.axes")), sliders, ideas.node)));
  follow(null, 0, { begins: true });
  mapping();
  ideas.begin();
  data.draw();
  return {
    node, go, point, src: () => shown.image.src,
    again() {
      mapping();
      follow(null, 0);
    },
    close() {
      clearTimeout(waiting);
      map.close();
    },
  };
}

function fromText(text, size) {
  const found = (text ?? "").split("_").map(Number);
  return found.length === size && text && found.every(Number.isFinite) ? found : null;
}

function pickersOf({ k, name, over, changed }) {
  const pairs = Array.from({ length: k }, (_, i) => [i, name(i)]);
  const [x, y] = ["x", "y"].map((one) => {
    const input = select(pairs, over[one]);
    input.addEventListener("change", () => {
      over[one] = Number(input.value);
      changed();
    });
    return input;
  });
  return h("div", { class: "fields" }, h("label", { class: "field" }, h("span", {}, t("explore.to_right")), x), h("label", { class: "field" }, h("span", {}, t("explore.upwards")), y));
}

/** The data on the plane, each picture a dot in the colour of its class. */
function dataDots({ ask, facts, frame, over, ticks, map }) {
  const button = h("button", { "aria-pressed": "false", class: facts.data ? "" : "hidden" }, t("explore.show_data"));
  const legend = h("ul", { class: "legend hidden", "aria-label": t("explore.legend") });
  let on = Boolean(facts.data) && read("dots") === "1";
  async function draw() {
    button.setAttribute("aria-pressed", String(on));
    legend.classList.toggle("hidden", !on);
    if (!on) return map.dots([], 0);
    const asked = { kind: frame.kind, x: over.x, y: over.y };
    const found = await ask("scatter", asked);
    if (!found || !on || asked.x !== over.x || asked.y !== over.y) return undefined; // changed meanwhile
    const names = found.names ?? [];
    map.dots(found.dots.map(([a, b], i) => [placeOf(ticks[over.x], a), over.x === over.y ? 0.5 : placeOf(ticks[over.y], b), found.classes?.[i] ?? 0]), Math.max(1, names.length));
    clear(legend, names.slice(0, 30).map((one, i) => h("li", {}, h("span", { class: "swatch", style: { background: colour(i, names.length) } }), one)));
    return undefined;
  }
  button.addEventListener("click", () => {
    on = !on;
    write({ dots: on ? 1 : null });
    draw();
  });
  return { button, legend, draw };
}

/** A slider for each concept that was asked for: how much of what a class has in common is added. */
function concepts({ ask, facts, by, follow }) {
  const classes = facts.system === "vae" && facts.data ? facts.classes ?? [] : [];
  const rows = h("div", {});
  const choice = select([["", t("explore.choose_concept")], ...classes.map((one) => [one, one])], "");
  choice.setAttribute("aria-label", t("explore.choose_concept"));
  const node = classes.length ? h("div", {}, h("h3", {}, t("explore.concepts")), h("p", { class: "soft" }, t("explore.concepts_how")), choice, rows) : null;
  const known = new Map();
  const keep = () => write({ concepts: [...known].map(([name, one]) => `${classes.indexOf(name)}_${one.strength}`).join("*") || null });
  async function add(name, strength = 0) {
    if (known.has(name)) return;
    const found = await ask("concept", { attribute: name });
    if (!found || known.has(name)) return;
    const one = { strength };
    one.slider = slider({
      min: -2, max: 2, step: 0.02, value: strength, name: t("explore.concept", { name }), show: (value) => `${value > 0 ? "+" : ""}${rounded(value)}`,
      oninput: (value, start) => {
        by(found.direction, value - one.strength);
        one.strength = value;
        follow("mb:slider", start);
        keep();
      },
    });
    known.set(name, one);
    rows.append(one.slider);
    keep();
  }
  choice.addEventListener("change", () => {
    if (choice.value) add(choice.value);
    choice.value = "";
  });
  return {
    node,
    reset() {
      for (const one of known.values()) {
        one.strength = 0;
        one.slider.set(0);
      }
      if (known.size) keep();
    },
    async begin() {
      const wanted = (read("concepts", "") || "").split("*").map((one) => one.split("_").map(Number));
      for (const [i, strength] of wanted) if (classes[i] !== undefined && Number.isFinite(strength)) await add(classes[i], strength);
    },
  };
}
