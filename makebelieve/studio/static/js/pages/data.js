// Data: chosen among known sets, folders, uploads and recordings, and looked at before anything learns from them.

import { get, post } from "../api.js";
import { read, write } from "../address.js";
import { known } from "../data/known.js";
import { DOORS, options, sourceOf } from "../data/doors.js";
import { folder } from "../data/folder.js";
import { recording } from "../data/record.js";
import { seen, uses } from "../data/seen.js";
import { uploading } from "../data/upload.js";
import { clear, h } from "../dom.js";
import { takesDoor } from "../gallery/systems.js";
import { latest } from "../latest.js";
import { number, t } from "../words.js";

const WAYS = ["known", "folder", "upload", "record"];

export async function open(root) {
  root.classList.add("data");
  let data = dataOf(read("data"));
  const wanted = read("for");
  let uploaded = null; // what the server knows of the chosen upload
  let ending = null;
  const ways = h("div", { class: "ways", role: "group", "aria-label": t("data.ways") });
  const chooser = h("div", { class: "chooser" });
  const asked = h("div", {});
  const found = h("section", { "aria-labelledby": "data-found", class: "found hidden" }, h("h2", { id: "data-found", tabindex: "-1" }, t("data.found")), asked);
  const result = h("div", {});
  const said = h("p", { class: "unseen", role: "status" }); // in short: all of what there is to see would be read out
  found.append(said, result);
  const purpose = h("p", {});
  clear(root, h("h1", {}, t("data.title")), h("p", { class: "lead" }, t("data.lead")), purpose, ways, chooser, found);

  const [allSets, places, uploads, all] = await Promise.all([get("/api/data/sets"), get("/api/data/folders"), get("/api/data/uploads"), get("/api/systems")]);
  const systems = all.systems ?? all;
  const system = systems.find((one) => one.name === wanted);
  const sets = system ? allSets.filter((set) => takesDoor(system, set.door)) : allSets;
  if (system) clear(purpose, t("data.for", { system: t(`gallery.name.${system.name}`) }));
  let way = WAYS.includes(read("way")) ? read("way") : wayOf(data, sets.length);
  const toFetch = (one) => allSets.some((set) => set.door === one.door && set.name === sourceOf(one) && !set.at_hand);

  const look = latest(async (asking) => {
    result.setAttribute("aria-busy", "true");
    try {
      const answer = await post("/api/data/look", asking);
      if (asking !== data) return;
      said.textContent = t("data.amount", { train: number(answer.n[0]), valid: number(answer.n[1]) });
      clear(result, h("h3", { class: "next" }, t("data.next")), uses(systems, asking, wanted), seen(answer, asking, upload() ? uploaded : null));
    } catch (error) {
      if (error.key === undefined) throw error;
      if (asking === data) clear(result, h("p", { class: "bad", role: "alert" }, error.message), mend(error));
    } finally {
      result.removeAttribute("aria-busy");
    }
  });

  /** What to do about a refusal: which column to forecast is a click. */
  function mend({ key, values }) {
    const columns = key === "forecast.no_target" && data.door === "series" ? String(values.columns).split(", ") : [];
    if (!columns.length) return h("p", { class: "soft" }, t("data.mend"));
    return h("div", { class: "row" }, columns.slice(0, 30).map((one) => h("button", {
      onclick: () => change({ ...data, arguments: { ...data.arguments, target: one } }),
    }, one)));
  }

  function drawWays() {
    clear(ways, WAYS.map((one) => h("button", { "aria-pressed": String(one === way), onclick: () => setWay(one) }, t(`data.way.${one}`))));
  }

  function drawChooser() {
    ending?.();
    const made = {
      known: () => known(sets, data, (next) => choose(next)),
      folder: () => folder(places, data, (next) => choose(next)),
      upload: () => uploading(uploads, data, choose),
      record: () => recording(choose),
    }[way]();
    ending = made.end ?? null;
    clear(chooser, made);
  }

  function setWay(next) {
    way = next;
    write({ way });
    drawWays();
    drawChooser();
    ways.querySelector("[aria-pressed=true]").focus();
  }

  function choose(next, facts = null) {
    if (facts && !uploads.some((one) => one.id === facts.id)) uploads.unshift(facts);
    if (facts) uploaded = facts;
    const pressed = document.activeElement?.closest?.(".data-set, .data-place")?.textContent;
    data = next;
    write({ data: JSON.stringify(data), way });
    if (way !== "record") drawChooser();
    [...chooser.querySelectorAll(".data-set, .data-place")].find((one) => one.textContent === pressed)?.focus();
    show();
    found.scrollIntoView({ block: "start" });
  }

  function change(next) {
    const focused = document.activeElement?.id;
    data = next;
    write({ data: JSON.stringify(data) });
    show();
    if (focused) document.getElementById(focused)?.focus();
  }

  function show() {
    found.classList.toggle("hidden", !data);
    if (!data) return;
    clear(asked, options(data, doorsOf(), change, upload() ? uploaded : null));
    if (toFetch(data)) {
      clear(result, h("p", {}, t("data.will_fetch", { name: sourceOf(data) })), h("button", { class: "main", onclick: begin }, t("data.fetch")), h("div", {}, uses(systems, data, wanted)));
      return;
    }
    begin();
  }

  function begin() {
    said.textContent = t("data.looking");
    if (!result.querySelector(".data-seen")) clear(result, h("p", { class: "soft" }, t("data.looking")));
    look(data);
  }

  const upload = () => Object.values(data?.arguments ?? {}).find((one) => one?.upload)?.upload;

  function doorsOf() {
    const source = sourceOf(data);
    if (typeof source === "string") return [data.door];
    if (source?.upload && uploaded?.doors) return [...new Set([data.door, ...uploaded.doors])];
    return DOORS.includes(data.door) ? DOORS : [data.door];
  }

  uploaded = uploads.find((one) => one.id === upload()) ?? null;
  drawWays();
  drawChooser();
  show();
  return () => ending?.();
}

function wayOf(data, known) {
  const source = data ? Object.values(data.arguments).find((one) => one?.upload || one?.folder) : null;
  if (source) return source.upload ? "upload" : "folder";
  return known ? "known" : "upload";
}

/** Data from the address; anything else there is no data. */
function dataOf(text) {
  try {
    const found = JSON.parse(text ?? "null");
    return typeof found?.door === "string" && found.arguments && typeof found.arguments === "object" ? found : null;
  } catch {
    return null;
  }
}
