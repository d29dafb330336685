// What came out of a run, to play with: the run's explorer is asked what it is, and the page of its system is opened.

import { act, get } from "../api.js";
import { go } from "../app.js";
import { clear, h } from "../dom.js";
import { toast } from "../elements/toast.js";
import { number, t } from "../words.js";

const SYSTEMS = {
  autoencoder: () => import("../explore/autoencoder.js"),
  classifier: () => import("../explore/classifier.js"),
  diffusion: () => import("../explore/diffusion.js"),
  dream: () => import("../explore/dream.js"),
  forecaster: () => import("../explore/forecaster.js"),
  gan: () => import("../explore/gan.js"),
  language_model: () => import("../explore/language_model.js"),
  recommender: () => import("../explore/recommender.js"),
  regressor: () => import("../explore/regressor.js"),
  style: () => import("../explore/style.js"),
  stylizer: () => import("../explore/stylizer.js"),
  translator: () => import("../explore/translator.js"),
  vae: () => import("../explore/vae.js"),
};

const WORKS = ["dream", "style"];

export async function open(root, { id, address }) {
  root.classList.add("explore-page");
  const waiting = h("p", { class: "soft", role: "status" }, t("explore.loading"));
  clear(root, h("h1", {}, t("explore.title")), waiting);
  const run = await get(`/api/runs/${id}`);
  const facts = WORKS.includes(run.system) ? run : await get(`/api/explore/${id}`); // a work is pictures, no network
  document.title = `${facts.name} – makebelieve`;
  const newer = h("p", { class: "card newer hidden", role: "status" });
  const room = h("div", { class: "explore-room" }, waiting); // until the system's page has something to show
  clear(root, head(id, facts), newer, room);
  const seen = (event) => {
    if (event.detail.run === id && event.detail.found?.newer) offer(newer, id);
  };
  addEventListener("mb-act", seen);
  const load = SYSTEMS[facts.system];
  if (!load) clear(room, h("p", { class: "card" }, t("explore.no_page", { system: facts.system })));
  const page = load ? await load() : null;
  const close = page ? await page.open(room, { id, facts, address }) : null;
  return () => {
    removeEventListener("mb-act", seen);
    close?.();
  };
}

function head(id, facts) {
  return h("div", { class: "row between" },
    h("div", {}, h("h1", {}, facts.name), WORKS.includes(facts.system) ? null : h("p", { class: "soft" }, t("explore.at_step", { step: number(facts.step) }))),
    h("nav", { class: "row", "aria-label": t("explore.more") },
      h("a", { class: "button", href: `/runs/${id}` }, t("explore.to_run")),
      WORKS.includes(facts.system) ? null : h("a", { class: "button", href: `/layers/${id}` }, t("explore.to_layers"))));
}

/** The run has gone on: its newer weights are taken up when the visitor wants them. */
function offer(place, id) {
  if (!place.classList.contains("hidden")) return;
  const button = h("button", {}, t("explore.take_up"));
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await act(id, "reload");
      go(location.pathname + location.search);
    } catch (error) {
      if (error.key === undefined) throw error;
      button.disabled = false;
      toast(error.message, "bad");
    }
  });
  clear(place, t("explore.newer"), " ", button);
  place.classList.remove("hidden");
}
