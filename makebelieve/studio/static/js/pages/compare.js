// Runs side by side: what differs, how they went, what they can do, what they made.

import { get } from "../api.js";
import { read, write } from "../address.js";
import { charts } from "../compare/curves.js";
import { aboutTable, alarmList, evaluationTables, finalTable, settingsTable } from "../compare/tables.js";
import { walls } from "../compare/walls.js";
import { clear, h } from "../dom.js";
import { code } from "../elements/code.js";
import { told } from "../elements/toast.js";
import { number, t } from "../words.js";

const MOST = 8;

export async function open(root) {
  root.classList.add("compare-page");
  const chosen = new Set((read("ids", "") || "").split(",").filter(Boolean));
  const room = h("div", {});
  const listed = await get("/api/runs");
  const runs = listed.runs.filter((run) => run.step || run.steps_done || run.state === "done" || chosen.has(run.id));
  let drawn = null;
  let turn = 0;
  const draw = async () => {
    const mine = ++turn;
    write({ ids: [...chosen].join(",") || null });
    drawn?.close();
    drawn = null;
    if (chosen.size < 2) {
      clear(room, h("p", { class: "card teach" }, t(runs.length < 2 ? "compare.teach_none" : "compare.teach")));
      return;
    }
    const found = await told(get(`/api/compare?ids=${[...chosen].join(",")}`));
    if (mine !== turn || !found) return;
    drawn = side(room, found, runs.some((run) => chosen.has(run.id) && ["running", "waiting"].includes(run.state)) ? draw : null);
  };
  clear(root, h("h1", {}, t("compare.title")), h("p", { class: "lead" }, t("compare.lead")), chooser(runs, chosen, draw), room);
  await draw();
  return () => {
    turn++;
    drawn?.close();
  };
}

function chooser(runs, chosen, draw) {
  const boxes = runs.map((run) => {
    const box = h("input", { type: "checkbox", checked: chosen.has(run.id) });
    box.addEventListener("change", () => {
      if (box.checked) chosen.add(run.id);
      else chosen.delete(run.id);
      bound();
      draw();
    });
    const facts = [t(`gallery.name.${run.system}`), run.data, run.step ? t("compare.step", { step: number(run.step) }) : null];
    return { box, run, node: h("label", { class: "pick" }, box, h("span", {}, h("strong", {}, run.name), " ", h("span", { class: "soft" }, facts.filter(Boolean).join(" · ")))) };
  });
  const bound = () => boxes.forEach(({ box }) => (box.disabled = !box.checked && chosen.size >= MOST));
  bound();
  return h("details", { class: "card picks", open: chosen.size < 2 }, h("summary", {}, t("compare.choose", { most: MOST })),
    runs.length ? h("div", { class: "pick-list" }, boxes.map((one) => one.node)) : h("p", { class: "soft" }, t("compare.none_yet"), " ", h("a", { href: "/" }, t("compare.to_gallery"))));
}

/** Everything about runs as the server gave it; `again` reads anew where one still runs. */
function side(room, found, again) {
  let over = read("x") === "time" ? "time" : "steps";
  const place = h("div", {});
  let lines = null;
  const curves = () => {
    lines?.close();
    lines = charts(found, over);
    clear(place, lines.node);
    for (const button of switches) button.setAttribute("aria-pressed", String(button.value === over));
  };
  const choose = (event) => {
    over = event.currentTarget.value;
    write({ x: over === "steps" ? null : over });
    curves();
  };
  const switches = ["steps", "time"].map((name) => h("button", { value: name, onclick: choose }, t(`compare.over.${name}`)));
  const made = walls(found);
  const evaluated = evaluationTables(found);
  clear(room,
    again && h("p", { class: "row" }, t("compare.still_runs"), h("button", { class: "small", onclick: () => again() }, t("compare.again"))),
    aboutTable(found),
    !found.same_data && h("p", { class: "notice" }, t("compare.other_data")),
    h("h2", {}, t("compare.settings")), settingsTable(found),
    h("h2", {}, t("compare.curves")), h("div", { class: "row", role: "group", "aria-label": t("compare.curves") }, switches), place,
    h("h2", {}, t("compare.final")), finalTable(found),
    h("h2", {}, t("compare.evaluations")), evaluated.length ? evaluated : h("p", { class: "soft" }, t("compare.not_evaluated")),
    made && [h("h2", {}, t("compare.walls")), made],
    h("h2", {}, t("compare.alarms")), alarmList(found),
    code(program(found)));
  curves();
  return { close: () => lines?.close() };
}

function program(found) {
  const folders = found.runs.map((run) => JSON.stringify(`runs/${run.name}`)).join(", ");
  return `from makebelieve.report import comparison\n\nboth = comparison([${folders}])\nprint(both)\nboth.save("comparison.html")`;
}
