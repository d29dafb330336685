// The options of a system as a form, built from their types; only what differs from the default is sent.

import { upload } from "../api.js";
import { h } from "../dom.js";
import { told } from "../elements/toast.js";
import { known, t } from "../words.js";
import { begin } from "./start.js";
import { choiceOf, presetName } from "./systems.js";

const LENGTHS = ["usual", "epochs", "steps", "minutes"];

/** The form; offers: presets {data, options, fit}, the first is chosen. */
export function optionsForm(system, offers) {
  const id = (name) => `${system.name}-${name}`;
  const fields = system.options.map((option) => field(system, option, id(option.name)));
  const data = h("select", { id: id("data"), name: "data" },
    offers.map((offer, at) => h("option", { value: String(at) }, presetName(offer))));
  const length = h("input", { type: "number", id: id("length"), min: "0", step: "any", required: true });
  const lengths = LENGTHS.filter((name) => name !== "usual" || system.fit?.epochs === undefined);
  const unit = h("select", { "aria-label": t("gallery.unit") }, lengths.map((name) => h("option", { value: name }, t(`gallery.length.${name}`))));
  const bound = () => length.classList.toggle("hidden", (length.disabled = unit.value === "usual"));
  unit.addEventListener("change", bound);
  const preset = () => {
    const offer = offers[Number(data.value)];
    const [name, value] = Object.entries(offer?.fit ?? {})[0] ?? Object.entries(system.fit ?? {})[0] ?? ["usual", 5];
    length.value = value;
    unit.value = name;
    bound();
    for (const one of fields) one.put(offer?.options?.[one.option.name] ?? one.option.default);
  };
  const problem = h("p", { class: "bad", role: "alert" });
  const start = h("button", { class: "main" }, t("gallery.start"));
  const submit = async (event) => {
    event.preventDefault();
    const offer = offers[Number(data.value)];
    const missing = fields.find((one) => one.option.needed && !one.get());
    problem.textContent = !offer ? t("gallery.no_data") : missing ? t("gallery.needed", { name: missing.label }) : "";
    if (problem.textContent) return;
    const fit = unit.value === "usual" ? {} : { [unit.value]: Number(length.value) };
    await begin(start, { system: system.name, data: offer.data, options: { ...offer.options, ...chosen(fields, offer) }, fit });
  };
  data.addEventListener("change", preset);
  preset();
  const [plain, training] = [false, true].map((wanted) => fields.filter((one) => TRAINING.includes(one.option.name) === wanted));
  return h("form", { class: "options-form", onsubmit: submit },
    h("div", { class: "fields" },
      h("div", { class: "field" }, h("label", { for: id("data") }, t("gallery.data")), offers.length ? data : h("select", { id: id("data"), disabled: true }, h("option", {}, t("gallery.none_yet"))),
        h("a", { class: "hint", href: `/data?for=${system.name}` }, t("gallery.other_data"))),
      h("div", { class: "field" }, h("label", { for: id("length") }, t("gallery.length")), h("span", { class: "row pair" }, length, unit)),
      plain.map((one) => one.node)),
    training.length ? h("details", {}, h("summary", {}, t("gallery.training")), h("div", { class: "fields" }, training.map((one) => one.node))) : null,
    h("div", { class: "row" }, start, h("button", { type: "button", class: "plain", onclick: preset }, t("gallery.reset"))), problem);
}

const TRAINING = ["batch_size", "learning_rate", "clip", "on_trouble", "seed"];

/** What the fields say where it is neither the default nor the preset's. */
function chosen(fields, offer) {
  const found = {};
  for (const one of fields) {
    const value = one.get();
    const usual = offer.options?.[one.option.name] ?? one.option.default ?? null;
    if (value !== undefined && JSON.stringify(value) !== JSON.stringify(usual)) found[one.option.name] = value;
  }
  return found;
}

function field(system, option, id) {
  const label = known(`gallery.option.${option.name}`) ? t(`gallery.option.${option.name}`) : option.name.replaceAll("_", " ");
  const hint = [`gallery.hint.${system.name}.${option.name}`, `gallery.hint.${option.name}`].find(known);
  const help = hint ? h("span", { class: "hint", id: `${id}-hint` }, t(hint)) : null;
  const described = help ? `${id}-hint` : null;
  const [input, get, put] = INPUTS[option.type](option, { id, "aria-describedby": described, name: option.name });
  const node = option.type === "bool"
    ? h("div", { class: "field" }, h("label", { for: id }, input, label), help)
    : h("div", { class: "field" }, h("label", { for: id }, label), input, help);
  return { option, node, get, put, label };
}

const figure = (step) => (option, properties) => {
  const input = h("input", { type: "number", step, placeholder: t("gallery.automatic"), ...properties });
  return [input, () => (input.value === "" ? option.default ?? null : Number(input.value)), (value) => (input.value = value ?? "")];
};

const INPUTS = {
  int: figure("1"),
  float: figure("any"),
  bool(option, properties) {
    const input = h("input", { type: "checkbox", ...properties });
    return [input, () => input.checked, (value) => (input.checked = Boolean(value))];
  },
  choice(option, properties) {
    const none = option.default === null || option.default === undefined ? [h("option", { value: "" }, t("gallery.automatic"))] : [];
    const input = h("select", properties, none, option.choices.map((name) => h("option", { value: String(name) }, choiceOf(name))));
    const get = () => (input.value === "" ? null : option.choices.find((name) => String(name) === input.value));
    return [input, get, (value) => (input.value = value ?? "")];
  },
  picture(option, properties) {
    const input = h("input", { type: "file", accept: "image/*", ...properties });
    let kept = null;
    input.addEventListener("change", async () => {
      kept = null;
      const form = new FormData();
      for (const file of input.files) form.append("files", file, file.name);
      if (input.files.length) kept = (await told(upload("/api/data/uploads", form)))?.id ?? null;
    });
    return [input, () => kept, () => {}];
  },
};
