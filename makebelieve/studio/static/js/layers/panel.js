// What is told of one layer: its maps of a picture, its weights; of one channel: patches and a made picture.

import { act } from "../api.js";
import { write } from "../address.js";
import { clear, h, refill, svg } from "../dom.js";
import { picture, save } from "../elements/picture.js";
import { told } from "../elements/toast.js";
import { latest } from "../latest.js";
import { number, t } from "../words.js";
import { mapGrid } from "./maps.js";

/** Fills `side`; gives {show(name, channel), look(input), close()}. */
export function panelOf(side, { id, graph, input, words }) {
  const parts = new Map(graph.parts.map((part) => [part.name, part]));
  const state = { name: null, channel: null, from: 0, input: input.value(), gone: false };
  let room = null;
  const request = (more = {}) => ({ net: graph.name, layer: state.name, ...state.input.request, ...more });

  const maps = latest(async () => {
    const asked = { name: state.name, from: state.from };
    const found = await told(act(id, "layers_maps", request({ from: state.from }), state.input.files));
    if (!found || state.gone || asked.name !== state.name || asked.from !== state.from) return;
    words.show(found.code);
    room.maps(found);
    performance.mark("mb:maps");
  });
  const channel = latest(async () => {
    if (state.channel === null) return;
    const asked = `${state.name}:${state.channel}`;
    const found = await told(act(id, "layers_channel", request({ channel: state.channel }), state.input.files));
    if (!found || state.gone || asked !== `${state.name}:${state.channel}`) return;
    words.show(found.code);
    room.channel(found);
    if (graph.takes !== "pictures" || room.made === asked) return;
    const made = await told(act(id, "layers_made", { net: graph.name, layer: state.name, channel: state.channel }));
    if (!made || state.gone || asked !== `${state.name}:${state.channel}`) return;
    room.showMade(made, asked);
  });

  function show(name, wanted) {
    Object.assign(state, { name, channel: wanted, from: wanted === null ? 0 : Math.floor(wanted / 64) * 64 });
    const part = parts.get(name);
    room = layerRoom(part, graph, input.node, {
      choose: (one) => {
        state.channel = one;
        write({ channel: one });
        channel();
      },
      turn: (from) => {
        state.from = from;
        maps();
      },
      state,
    });
    clear(side, room.nodes);
    told(act(id, "layers_weights", { net: graph.name, layer: name })).then((found) => found && state.name === name && room.weights(found.weights));
    if (graph.takes !== "nothing" && part.maps) {
      maps();
      if (wanted !== null) channel();
    }
  }

  function look(given) {
    state.input = given;
    if (!parts.get(state.name)?.maps) return;
    maps();
    channel();
  }

  return { show, look, close: () => (state.gone = true) };
}

function layerRoom(part, graph, chooser, { choose, turn, state }) {
  const shape = part.shape ? part.shape.join(" × ") : null;
  const seen = h("p", { class: "soft" });
  const given = h("div", { class: "given" });
  const grid = h("div", {});
  const one = h("section", { class: "card channel-room hidden", "aria-labelledby": "channel-title" });
  const weights = h("div", {});
  const said = h("p", { class: "unseen", role: "status" });
  const facts = [part.kind, shape && t("layers.gives", { shape }), part.parameters ? t("layers.weights_of", { n: number(part.parameters) }) : t("layers.no_weights")];
  const why = graph.takes === "nothing" ? "layers.closed" : part.maps ? null : "layers.no_maps_here";
  const body = why ? h("p", {}, t(why)) : [h("div", { class: "row given-row" }, given, h("div", {}, chooser, seen)), grid];
  const nodes = [
    h("section", { class: "card" }, h("h2", { class: "part-name" }, part.name), h("p", { class: "soft" }, facts.filter(Boolean).join(" · ")), body),
    said, one, h("details", { class: "card weights", open: why !== null }, h("summary", {}, t("layers.weights")), weights),
  ];
  let cells = null;
  let madeBox = null;
  const self = { nodes, made: null, maps: showMaps, channel: showChannel, showMade, weights: showWeights };
  return self;

  function showMaps(found) {
    clear(given, picture(found.picture, { alt: t("layers.given_alt"), pixelated: true, name: "given.png" }));
    seen.textContent = found.field ? t("layers.sees", { h: found.field[0], w: found.field[1] }) : graph.takes === "pictures" ? t("layers.sees_all") : "";
    cells = mapGrid(found, state.channel, choose);
    const last = found.from + found.shown;
    const pages = found.shape[0] > found.shown && h("div", { class: "row" },
      h("button", { class: "small", disabled: found.from === 0, onclick: () => turn(Math.max(0, found.from - 64)) }, t("layers.earlier")),
      h("span", { class: "soft" }, t("layers.channels_of", { from: found.from, to: last - 1, n: found.shape[0] })),
      h("button", { class: "small", disabled: last >= found.shape[0], onclick: () => turn(last) }, t("layers.later")));
    clear(grid, h("div", { class: "row between" }, h("h3", {}, t("layers.maps_of", { n: found.shape[0] })),
      h("button", { class: "small", onclick: () => save(found.sheet, `${part.name}.png`) }, t("layers.save_sheet"))),
    h("p", { class: "soft small" }, h("span", { class: "scale", "aria-hidden": "true" }), " ", t("layers.scale", { most: number(found.most) })), cells, pages);
  }

  function showChannel(found) {
    cells?.mark(found.channel);
    one.classList.remove("hidden");
    said.textContent = t("layers.channel", { channel: found.channel, of: found.of });
    const step = (by, sign) => h("button", { class: "small", "aria-label": t(by < 0 ? "layers.channel_before" : "layers.channel_after"),
      disabled: found.channel + by < 0 || found.channel + by >= found.of, onclick: () => choose(found.channel + by) }, sign);
    const key = `${part.name}:${found.channel}`;
    if (self.made !== key) madeBox = h("div", { class: "made" }, graph.takes === "pictures" ? h("p", { class: "soft" }, t("layers.making")) : null);
    refill(one,
      h("div", { class: "row between" }, h("h2", { id: "channel-title" }, t("layers.channel", { channel: found.channel, of: found.of })), h("div", { class: "row" }, step(-1, "◀"), step(1, "▶"))),
      h("div", { class: "channel-parts" },
        h("div", {}, h("h3", {}, t("layers.its_map")), picture(found.map, { alt: t("layers.map_alt", { channel: found.channel }), pixelated: true, name: `${part.name}-${found.channel}.png` }),
          h("p", { class: "soft small" }, t("layers.range", { low: number(found.low), high: number(found.high) }))),
        graph.takes === "pictures" ? h("div", {}, h("h3", {}, t("layers.made_title")), madeBox) : null,
        patches(found)));
  }

  function patches(found) {
    if (!found.patches) return h("p", { class: "soft wide" }, t("layers.no_patches"));
    const title = t(graph.takes === "points" ? "layers.made_most" : found.whole ? "layers.patches_whole" : "layers.patches", { n: found.walked });
    const sheet = (pictures, alt) => h("div", { class: "patches" }, pictures.map((one, i) => h("div", {},
      picture(one, { alt: t(alt, { n: i + 1, value: number(found.values[i]) }), pixelated: true, name: `${part.name}-${found.channel}-${i + 1}.png` }),
      h("span", { class: "soft small" }, number(found.values[i])))));
    const flat = found.values.every((value) => value <= 0);
    return h("div", { class: "wide" }, h("h3", {}, title), flat ? h("p", { class: "soft" }, t("layers.silent")) : null, sheet(found.patches, "layers.patch_alt"),
      found.backs ? h("details", {}, h("summary", {}, t("layers.backs")), h("p", { class: "soft small" }, t("layers.backs_hint")), sheet(found.backs, "layers.back_alt")) : null);
  }

  function showMade(found, key) {
    self.made = key;
    clear(madeBox, picture(found.picture, { alt: t("layers.made_alt"), pixelated: true, name: `${part.name}-made.png` }));
  }

  function showWeights(found) {
    if (!found.length) {
      clear(weights, h("p", { class: "soft" }, t("layers.no_weights")));
      return;
    }
    const head = ["layers.weight", "layers.weight_shape", "layers.weight_mean", "layers.weight_deviation", "layers.weight_spread"];
    clear(weights, h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("layers.weights") }, h("table", {},
      h("thead", {}, h("tr", {}, head.map((key) => h("th", { scope: "col" }, t(key))))),
      h("tbody", {}, found.map((one) => h("tr", {}, h("th", { scope: "row" }, one.name), h("td", {}, one.shape.join(" × ") || "1"),
        h("td", { class: "number" }, number(one.mean)), h("td", { class: "number" }, number(one.deviation)), h("td", {}, one.counts ? bars(one) : "–")))))));
  }
}

function bars({ counts, low, high }) {
  const most = Math.max(...counts, 1);
  return svg("svg", { class: "bars", viewBox: `0 0 ${counts.length * 4} 24`, width: 96, height: 24, role: "img", "aria-label": t("layers.between", { low: number(low), high: number(high) }) },
    counts.map((count, i) => svg("rect", { x: i * 4, y: 24 - (24 * count) / most, width: 3, height: (24 * count) / most })));
}
