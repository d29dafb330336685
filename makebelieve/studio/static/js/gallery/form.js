// The options of a system as a form, built from their types; only what differs from the default is sent.

import { h } from "../dom.js";
import { known, t } from "../words.js";
import { begin } from "./start.js";
import { nameOf } from "./systems.js";

const LENGTHS = ["epochs", "steps", "minutes"];

/** The form; offers: presets {data, options, fit}, the first is chosen. */
export function optionsForm(system, offers) {
  const id = (name) => `${system.name}-${name}`;
  const fields = (system.options ?? []).map((option) => field(option, id(option.name)));
  const data = h("select", { id: id("data"), name: "data" },
    offers.map((offer, at) => h("option", { value: String(at) }, nameOf(offer.data, t))));
  const length = h("input", { type: "number", id: id("length"), min: "1", step: "any", required: true });
  const unit = h("select", { "aria-label": t("gallery.unit") }, LENGTHS.map((name) => h("option", { value: name }, t(`gallery.length.${name}`))));
  const preset = () => {
    const offer = offers[Number(data.value)] ?? { options: {}, fit: { epochs: 5 } };
    const [name, value] = Object.entries(offer.fit ?? { epochs: 5 }).find(([key]) => LENGTHS.includes(key)) ?? ["epochs", 5];
    length.value = value;
    unit.value = name;
    for (const one of fields) one.put(offer.options?.[one.option.name] ?? one.option.default);
  };
  const problem = h("p", { class: "bad", role: "alert" });
  const start = h("button", { class: "main" }, t("gallery.start"));
  const submit = async (event) => {
    event.preventDefault();
    const offer = offers[Number(data.value)];
    if (!offer) {
      problem.textContent = t("gallery.no_data");
      return;
    }
    problem.textContent = "";
    const more = Object.entries(offer.fit ?? {}).filter(([key]) => !LENGTHS.includes(key));
    const fit = { ...Object.fromEntries(more), [unit.value]: Number(length.value) };
    await begin(start, { system: system.name, data: offer.data, options: { ...offer.options, ...chosen(fields, offer) }, fit });
  };
  data.addEventListener("change", preset);
  preset();
  const [plain, training] = [false, true].map((wanted) => fields.filter((one) => TRAINING.includes(one.option.name) === wanted));
  return h("form", { class: "options-form", onsubmit: submit },
    h("div", { class: "fields" },
      h("div", { class: "field" }, h("label", { for: id("data") }, t("gallery.data")), data,
        h("a", { class: "hint", href: `/data?for=${system.name}` }, t("gallery.other_data"))),
      h("div", { class: "field" }, h("label", { for: id("length") }, t("gallery.length")), h("span", { class: "row pair" }, length, unit)),
      plain.map((one) => one.node)),
    training.length ? h("details", {}, h("summary", {}, t("gallery.training")), h("div", { class: "fields" }, training.map((one) => one.node))) : null,
    h("div", { class: "row" }, start, h("button", { type: "button", class: "plain", onclick: preset }, t("gallery.reset"))), problem);
}

const TRAINING = ["batch_size", "learning_rate", "seed", "clip", "accumulate", "precision", "compile", "device", "deterministic", "on_trouble", "saving"];

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

function field(option, id) {
  const label = known(`gallery.option.${option.name}`) ? t(`gallery.option.${option.name}`) : option.name.replaceAll("_", " ");
  const help = known(`gallery.hint.${option.name}`) ? h("span", { class: "hint", id: `${id}-hint` }, t(`gallery.hint.${option.name}`)) : null;
  const described = help ? `${id}-hint` : null;
  const [input, get, put] = (INPUTS[option.type] ?? INPUTS.text)(option, { id, "aria-describedby": described, name: option.name });
  const node = option.type === "bool"
    ? h("div", { class: "field" }, h("label", { for: id }, input, label), help)
    : option.type === "choices"
      ? h("fieldset", { class: "field", "aria-describedby": described }, h("legend", {}, label), input, help)
      : h("div", { class: "field" }, h("label", { for: id }, label), input, help);
  return { option, node, get, put };
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
    const input = h("select", properties, none, option.choices.map((name) => h("option", { value: String(name) }, word(name))));
    const get = () => (input.value === "" ? null : option.choices.find((name) => String(name) === input.value));
    return [input, get, (value) => (input.value = value ?? "")];
  },
  choices(option) {
    const boxes = option.choices.map((name) => [name, h("input", { type: "checkbox" })]);
    const get = () => boxes.filter(([, box]) => box.checked).map(([name]) => name);
    const put = (value) => boxes.forEach(([name, box]) => (box.checked = (value ?? []).includes(name)));
    return [h("span", { class: "row" }, boxes.map(([name, box]) => h("label", {}, box, word(name)))), get, put];
  },
  text(option, properties) {
    const input = h("input", { type: "text", autocomplete: "off", placeholder: t("gallery.automatic"), ...properties });
    return [input, () => input.value.trim() || (option.default ?? null), (value) => (input.value = value ?? "")];
  },
};

const word = (name) => String(name).replaceAll("_", " ");
