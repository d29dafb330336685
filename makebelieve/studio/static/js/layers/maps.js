// The maps of a layer as one grid of buttons, cut from one sheet.

import { h } from "../dom.js";
import { number, t } from "../words.js";

const SIDE = 60; // pixels of a map's longer side

/** A grid of `found` maps; `choose(channel)` is called where one is pressed. */
export function mapGrid(found, chosen, choose) {
  const [high, wide] = found.side;
  const scale = SIDE / Math.max(high, wide);
  const [w, tall] = [Math.max(14, Math.round(wide * scale)), Math.max(14, Math.round(high * scale))];
  const rows = Math.ceil(found.shown / found.columns);
  const buttons = found.strong.map((strong, i) => {
    const channel = found.from + i;
    const spot = h("span", { class: "map pixelated", style: {
      width: `${w}px`, height: `${tall}px`, backgroundImage: `url("${found.sheet}")`,
      backgroundSize: `${w * found.columns}px ${tall * rows}px`,
      backgroundPosition: `${-(i % found.columns) * w}px ${-Math.floor(i / found.columns) * tall}px`,
    } });
    return h("button", {
      class: "cell", "aria-label": t("layers.channel_label", { channel, strong: number(strong) }), title: `${channel}`,
      "aria-pressed": String(channel === chosen), tabindex: i === 0 ? "0" : "-1", "data-channel": channel, onclick: () => press(i),
    }, spot);
  });
  const grid = h("div", { class: "maps-grid", role: "group", "aria-label": t("layers.maps") }, buttons);
  const focus = (i) => {
    if (!buttons[i]) return;
    buttons.forEach((button, at) => (button.tabIndex = at === i ? 0 : -1));
    buttons[i].focus();
  };
  const across = () => Math.max(1, buttons.filter((button) => button.offsetTop === buttons[0].offsetTop).length);
  grid.addEventListener("keydown", (event) => {
    const here = buttons.indexOf(document.activeElement);
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across(), ArrowUp: -across() }[event.key];
    if (here < 0 || by === undefined) return;
    event.preventDefault();
    focus(here + by);
  });
  function press(i) {
    mark(found.from + i);
    choose(found.from + i);
  }
  function mark(channel) {
    buttons.forEach((button, i) => {
      button.setAttribute("aria-pressed", String(found.from + i === channel));
      button.tabIndex = found.from + i === channel || (i === 0 && (channel === null || channel < found.from)) ? 0 : -1;
    });
  }
  mark(chosen);
  grid.mark = mark;
  return grid;
}
