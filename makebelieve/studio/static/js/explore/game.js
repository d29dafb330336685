// "Which one is real?": the visitor against the critic, with the interval of both scores.

import { read, write } from "../address.js";
import { clear, h } from "../dom.js";
import { number, percent, t } from "../words.js";

/** The game's section; where it stands is in the address: seed, rounds played, who was right how often. */
export function game({ ask }) {
  const start = (read("game", "") || "").split("_").map(Number);
  const right = start.length === 4 && start.every((one) => Number.isInteger(one) && one >= 0);
  const state = right ? { seed: start[0], played: start[1], you: start[2], critic: start[3] } : { seed: 0, played: 0, you: 0, critic: 0 };
  const pair = h("div", { class: "pair" });
  const said = h("p", { role: "status" });
  const scores = h("div", {});
  const begin = h("button", { class: "main" }, t(state.played ? "explore.game_on" : "explore.game_begin"));
  const next = h("button", { class: "main hidden" }, t("explore.game_next"));
  const anew = h("button", { class: state.played ? "" : "hidden" }, t("explore.game_anew"));
  const node = h("section", { class: "card game" }, h("h2", {}, t("explore.game")), h("p", { class: "soft" }, t("explore.game_how")),
    pair, said, h("div", { class: "row" }, begin, next, anew), scores);
  let buttons = [];

  async function deal({ focus = true } = {}) {
    next.classList.add("hidden");
    begin.classList.add("hidden");
    said.textContent = "";
    const found = await ask("deal", { seed: state.seed, round: state.played });
    if (!found) {
      begin.classList.remove("hidden");
      return;
    }
    buttons = found.pictures.map((src, i) => h("button", { class: "card-picture", onclick: () => guess(i) },
      h("img", { src, alt: t(i ? "explore.game_right" : "explore.game_left"), class: "pixelated" }), h("span", {}, t("explore.game_this"))));
    clear(pair, buttons);
    if (focus) buttons[0].focus();
  }
  async function guess(choice) {
    for (const button of buttons) button.disabled = true;
    const { seed, played, you, critic } = state;
    const found = await ask("guess", { seed, round: played, choice, played, you, critic });
    if (!found) {
      for (const button of buttons) button.disabled = false;
      return;
    }
    buttons.forEach((button, i) => {
      const real = i === found.real;
      button.classList.add(real ? "real" : "fake");
      const words = [t(real ? "explore.game_real" : "explore.game_fake"), i === found.critic_choice ? t("explore.game_critic_chose") : null];
      button.lastChild.textContent = words.filter(Boolean).join(" · ");
    });
    said.textContent = `${t(choice === found.real ? "explore.game_won" : "explore.game_lost")} ${t(found.critic_choice === found.real ? "explore.game_critic_won" : "explore.game_critic_lost")}`;
    Object.assign(state, { played: found.played, you: found.you, critic: found.critic });
    write({ game: [state.seed, state.played, state.you, state.critic].join("_") });
    table(found);
    next.classList.remove("hidden");
    anew.classList.remove("hidden");
    next.focus();
  }
  function table(found) {
    const row = (name, n, [low, high]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", { class: "number" }, `${number(n)} / ${number(found.played)}`),
      h("td", { class: "number" }, percent(n / found.played)), h("td", {}, t("explore.game_within", { low: percent(low), high: percent(high) })));
    clear(scores, h("table", {}, h("thead", {}, h("tr", {}, ["explore.game_who", "explore.game_hits", "explore.game_share", "explore.game_interval"].map((key) => h("th", { scope: "col" }, t(key))))),
      h("tbody", {}, row(t("explore.game_you"), found.you, found.you_within), row(t("explore.game_critic"), found.critic, found.critic_within))),
    h("p", { class: "soft" }, t("explore.game_chance")));
  }
  pair.addEventListener("keydown", (event) => {
    const at = { ArrowLeft: 0, ArrowRight: 1 }[event.key];
    if (at !== undefined) buttons[at]?.focus();
  });
  begin.addEventListener("click", () => deal());
  next.addEventListener("click", () => deal());
  anew.addEventListener("click", () => {
    Object.assign(state, { seed: state.seed + 1 + Math.floor(Math.random() * 1000), played: 0, you: 0, critic: 0 });
    write({ game: null });
    clear(scores);
    deal();
  });
  return node;
}
