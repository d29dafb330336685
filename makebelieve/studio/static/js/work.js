// Starting a work from the gallery: photos, the network that looks, its layers, how strongly.

import { act, get, upload } from "./api.js";
import { clear, h } from "./dom.js";
import { told, toast } from "./elements/toast.js";
import { drop, field, select, slider } from "./explore/asking.js";
import { begin } from "./gallery/start.js";
import { number, t } from "./words.js";

const LOOKING = ["classifier", "gan", "vae", "autoencoder"]; // systems with a network that looks at pictures
const NETS = { gan: "critic" };
const PREFERRED = { dream: ["inception_v3", "googlenet", "mobilenet_v2", "squeezenet1_1", "vgg"], style: ["vgg19", "vgg", "squeezenet1_1"] };
const SIZES = [192, 256, 384, 512, 768, 1024];

/** Fills `root` with the form of a work; it starts as a job and its page opens. */
export async function workForm(root, system) {
  const dream = system.name === "dream";
  const form = h("form", { class: "work-form", onsubmit: (event) => event.preventDefault() }, h("p", { class: "soft" }, t("art.loading")));
  clear(root, form);
  const [here, runs] = await Promise.all([told(get("/api/works/backbones")), told(get("/api/runs"))]);
  const published = here?.backbones ?? [];
  const own = (runs?.runs ?? []).filter((run) => LOOKING.includes(run.system) && run.state !== "failed" && run.state !== "waiting");
  const photos = pictureField(t(dream ? "art.photo" : "art.content"), "photo");
  const styles = dream ? null : pictureField(t("art.styles"), "styles", { many: true });
  const look = networkField(system, published, own);
  const settings = dream ? dreamSettings() : styleSettings();
  const problem = h("p", { class: "bad", role: "alert" });
  const start = h("button", { class: "main", type: "submit", disabled: !published.length && !own.length }, t(dream ? "art.start_dream" : "art.start_style"));
  form.addEventListener("submit", async () => {
    problem.textContent = "";
    if (!photos.ids().length || (styles && !styles.ids().length)) {
      problem.textContent = t(photos.ids().length ? "art.needs_style" : "art.needs_photo");
      return;
    }
    const options = { ...settings.value(), ...look.value() };
    if (dream) options.photo = photos.ids()[0];
    else Object.assign(options, { content: photos.ids()[0], styles: styles.ids() });
    await begin(start, { system: system.name, data: null, options, fit: {} });
  });
  clear(form, h("div", { class: "work-pictures" }, photos.node, styles?.node), look.node, settings.node, h("div", { class: "row" }, start), problem);
}

/** A place for one picture or several, uploaded as soon as they are given. */
function pictureField(name, kind, { many = false } = {}) {
  const kept = [];
  const shown = h("div", { class: "thumbs", "aria-live": "polite" });
  const draw = () => clear(shown, kept.map((one, i) => h("figure", {},
    one.image, h("button", { type: "button", class: "small", "aria-label": t("art.take_away", { name: one.name }), onclick: () => {
      kept.splice(i, 1);
      draw();
    } }, "×"))));
  const take = async (files) => {
    for (const file of files) {
      const form = new FormData();
      form.append("files", file, file.name);
      const found = await told(upload("/api/data/uploads", form));
      if (!found) continue;
      if (!found.id || found.kind !== "pictures") {
        toast(t("art.no_picture", { name: file.name }), "bad");
        continue;
      }
      if (!many) kept.splice(0);
      const src = URL.createObjectURL(file);
      const done = () => URL.revokeObjectURL(src);
      kept.push({ id: found.id, name: file.name, image: h("img", { src, alt: file.name, onload: done, onerror: done }) });
      draw();
    }
  };
  return { node: h("div", { class: "picture-field", "data-kind": kind }, h("h4", {}, name), drop(t(many ? "art.drop_many" : "art.drop_one"), take, { many }), shown), ids: () => kept.map((one) => one.id) };
}

/** Which network looks, and with which layers. */
function networkField(system, published, own) {
  const dream = system.name === "dream";
  const usual = system.options.find((option) => option.name === "backbone")?.default;
  const pairs = [
    ...published.map((one) => [one.name, t("art.published", { name: one.name })]),
    ...own.map((run) => [`run:${run.id}`, t("art.own_run", { name: run.name ?? run.id })]),
  ];
  const layers = h("div", { class: "layer-choice" });
  const names = dream ? ["layers"] : ["style_layers", "content_layers"];
  const chosen = Object.fromEntries(names.map((name) => [name, new Set()]));
  if (!pairs.length) return { node: h("p", { class: "card warn" }, t("art.no_weights", { usual })), value: () => ({}) };
  const best = PREFERRED[system.name].map((name) => published.find((one) => one.name.startsWith(name))).find(Boolean) ?? published[0];
  const choice = select(pairs, best?.name ?? pairs[0][0]);
  const missing = published.length && !published.some((one) => one.name === usual);
  let turn = 0;
  const offer = async () => {
    const mine = ++turn;
    names.forEach((name) => chosen[name].clear());
    const run = own.find((one) => `run:${one.id}` === choice.value);
    if (!run) {
      draw(published.find((one) => one.name === choice.value)?.layers ?? []);
      return;
    }
    clear(layers, h("button", { type: "button", class: "small", onclick: async () => {
      const found = await layersOf(run);
      if (mine === turn && found) draw(found);
    } }, t("art.list_layers")), h("span", { class: "soft small" }, t("art.usual_layers")));
  };
  const draw = (offered) => clear(layers, names.map((name) => h("fieldset", {}, h("legend", {}, t(`art.layers.${name}`)),
    h("div", { class: "row" }, h("span", { class: "soft small" }, t("art.edges")), offered.map((layer) => toggle(layer, chosen[name])), h("span", { class: "soft small" }, t("art.things"))))),
  h("p", { class: "soft small" }, t("art.layers_hint")));
  choice.addEventListener("change", offer);
  offer();
  const value = () => {
    const run = own.find((one) => `run:${one.id}` === choice.value);
    const found = { backbone: run ? { run: run.id, ...(NETS[run.system] ? { net: NETS[run.system] } : {}) } : choice.value };
    for (const name of names) if (chosen[name].size) found[name] = [...chosen[name]];
    return found;
  };
  return { node: h("div", { class: "network-choice" }, field(t("art.network"), choice), 
    missing ? h("p", { class: "soft small" }, t("art.usual_missing", { usual })) : null,
    published.length ? null : h("p", { class: "soft small" }, t("art.no_weights", { usual })), layers), value };
}

function toggle(layer, set) {
  const button = h("button", { type: "button", class: "small", "aria-pressed": "false", onclick: () => {
    if (set.has(layer)) set.delete(layer);
    else set.add(layer);
    button.setAttribute("aria-pressed", String(set.has(layer)));
  } }, layer);
  return button;
}

/** The layers of a run's own network that give maps, as a work names them. */
async function layersOf(run) {
  const graph = await told(act(run.id, "layers_graph", { net: NETS[run.system] ?? (run.system === "vae" ? "encoder" : "model") }));
  if (!graph) return null;
  const grey = graph.channels === 1 ? "net." : "";
  const inside = run.system === "autoencoder" ? "encoder." : "";
  return graph.parts.filter((part) => part.maps && part.leaf && part.name.startsWith(inside) && part.parameters).map((part) => grey + part.name.slice(inside.length));
}

function dreamSettings() {
  const state = { octaves: 3, steps: 20, step_size: 0.01, size: 512 };
  return settingsOf(state, [
    slider({ min: 1, max: 6, step: 1, value: 3, name: t("art.octaves"), oninput: (value) => (state.octaves = value) }),
    slider({ min: 2, max: 80, step: 1, value: 20, name: t("art.steps"), oninput: (value) => (state.steps = value) }),
    slider({ min: -2.7, max: -1.3, step: 0.05, value: -2, name: t("art.strength"), show: (value) => number(10 ** value, 2), oninput: (value) => (state.step_size = Number((10 ** value).toPrecision(2))) }),
    sizeField(state),
  ]);
}

function styleSettings() {
  const state = { style_weight: 40, steps: null, size: 384, preserve_colour: false };
  const colours = h("input", { type: "checkbox", onchange: (event) => (state.preserve_colour = event.currentTarget.checked) });
  return settingsOf(state, [
    slider({ min: 0, max: 3, step: 0.05, value: Math.log10(40), name: t("art.strength"), show: (value) => number(10 ** value, 2), oninput: (value) => (state.style_weight = Number((10 ** value).toPrecision(2))) }),
    slider({ min: 5, max: 200, step: 5, value: 60, name: t("art.steps_scale"), oninput: (value) => (state.steps = value) }),
    sizeField(state), h("label", {}, colours, t("art.keep_colours")),
  ]);
}

function settingsOf(state, nodes) {
  const value = () => Object.fromEntries(Object.entries(state).filter(([, one]) => one !== null && one !== false));
  return { node: h("div", { class: "work-settings" }, nodes), value };
}

function sizeField(state) {
  const choice = select(SIZES.map((one) => [one, t("art.pixels", { n: one })]), state.size);
  choice.addEventListener("change", () => (state.size = Number(choice.value)));
  return field(t("art.size_work"), choice);
}
