// Folders and files that the studio was opened for.

import { h } from "../dom.js";
import { t } from "../words.js";
import { start } from "./doors.js";

const BY_FILE = [[/\.ts$/i, "series"], [/(^|\/)ratings\.[ct]sv$/i, "ratings"], [/\.txt$/i, "text"], [/\.jsonl$/i, "text"], [/\.[ct]sv$/i, "series"]];
const BY_FOLDER = [[/rating|movie/i, "ratings"], [/audio|sound|speech|voice|소리|음성/i, "audio"], [/text|글/i, "text"], [/series|ucr|시계열/i, "series"]];

/** A list of places; `choose(data)` is told which. */
export function folder(places, chosen, choose) {
  if (!places.length) return h("p", { class: "soft" }, t("data.no_folders"), " ", h("code", {}, "makebelieve studio pictures"));
  const now = Object.values(chosen?.arguments ?? {}).find((one) => one?.folder)?.folder;
  const list = h("ul", { class: "data-places", "aria-label": t("data.way.folder") });
  const fill = (part) => list.replaceChildren(...places
    .filter((place) => place.name.toLowerCase().includes(part.toLowerCase())).slice(0, 200)
    .map((place) => h("li", {}, h("button", {
      class: "data-place small", "aria-pressed": String(place.id === now), onclick: () => choose(start(doorOf(place), { folder: place.id })),
    }, place.name + (place.kind === "folder" ? "/" : "")))));
  const search = h("input", { type: "search", "aria-label": t("data.search"), placeholder: t("data.search"), oninput: (event) => fill(event.target.value) });
  fill("");
  return h("div", {}, places.length > 12 ? h("p", {}, search) : null, list);
}

function doorOf(place) {
  const known = place.kind === "file" ? BY_FILE : BY_FOLDER;
  return known.find(([form]) => form.test(place.name))?.[1] ?? "images";
}
