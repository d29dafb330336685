// What the doors to data are given here: their options as fields, and what a source begins with.

import { h } from "../dom.js";
import { t } from "../words.js";

export const DOORS = ["images", "audio", "text", "ratings", "series", "traces", "binaries"];
const SOURCE = { series: "x" };

const whole = (name, least = 1) => ({ name, type: "number", step: 1, min: least });
const share = { name: "valid", type: "number", step: 0.05, min: 0, max: 0.9 };
const word = (name) => ({ name, type: "text" });
const choice = (name, ...values) => ({ name, type: "choice", values });

const FIELDS = {
  images: [whole("size", 4), choice("channels", 1, 3), share],
  audio: [{ name: "seconds", type: "number", step: 0.1, min: 0.1 }, whole("mels", 8), share],
  text: [choice("level", "char", "word", "bpe"), word("text"), word("label"), whole("length"), share],
  ratings: [word("user"), word("item"), word("rating"), word("time"), share],
  series: [word("target"), whole("past", 2), whole("ahead"), word("time"), word("by"), choice("gaps", "fill", "ignore"), share],
  pictured: [choice("how", "gasf", "gadf", "mtf", "recurrence", "line"), whole("size", 2), share],
  traces: [whole("size", 8), share],
  binaries: [choice("how", "bytes", "entropy"), whole("size", 8), share],
  pairs: [whole("size", 4), share],
};

/** Data as they begin for a door: pictures of any size are brought to one; of a table, the first numbers are forecast. */
export function start(door, source, { numbers = [] } = {}) {
  const target = numbers.length > 1 ? { target: numbers[0] } : {};
  const more = { images: { size: 64 }, series: { ...target, past: 24, ahead: 6 } }[door] ?? {};
  return { door, arguments: { [SOURCE[door] ?? "source"]: source, ...more } };
}

/** The source of data, as it was chosen. */
export const sourceOf = (data) => data.arguments[SOURCE[data.door] ?? "source"];

/** Whether series are told apart as pictures, not forecast. */
export const isPictured = (data) => data.door === "series" && data.arguments.past === undefined && data.arguments.target === undefined;

/** Fields for the options of chosen data; `change(data)` is told new data; `facts` of an upload name a table's columns. */
export function options(data, doors, change, facts) {
  const source = sourceOf(data);
  const another = (door) => change(start(door, source, facts ?? {}));
  const rows = [];
  if (doors.length > 1) rows.push(select("door", t("data.kind"), doors, data.door, (door) => t(`data.door.${door}`), another));
  if (data.door === "series") {
    rows.push(select("use", t("data.use_series"), ["forecast", "tell"], isPictured(data) ? "tell" : "forecast", (one) => t(`data.series.${one}`),
      (one) => change(one === "forecast" ? start("series", source, facts ?? {}) : { door: "series", arguments: { x: source } })));
  }
  const fields = FIELDS[isPictured(data) ? "pictured" : data.door] ?? [];
  const set = (name, value) => {
    const { [name]: _, ...rest } = data.arguments;
    change({ ...data, arguments: value === null ? rest : { ...rest, [name]: value } });
  };
  return h("div", { class: "fields" }, rows, fields.map((field) => input(field, data.arguments[field.name], set, facts?.columns ?? [])));
}

function select(name, label, values, now, shown, change) {
  const id = `data-${name}`;
  return h("div", { class: "field" }, h("label", { for: id }, label),
    h("select", { id, onchange: (event) => change(event.target.value) }, values.map((one) => h("option", { value: one, selected: one === now }, shown(one)))));
}

function input(field, now, set, columns) {
  const label = t(`data.option.${field.name}`);
  if (field.type === "choice") {
    const back = (text) => field.values.find((one) => String(one) === text) ?? null;
    return select(field.name, label, ["", ...field.values.map(String)], String(now ?? ""),
      (one) => (one === "" ? t("data.automatic") : t(`data.choice.${field.name}.${one}`)), (one) => set(field.name, back(one)));
  }
  const id = `data-${field.name}`;
  const number = field.type === "number";
  const value = (text) => (text.trim() === "" ? null : number ? Number(text) : text.trim());
  const list = !number && columns.length ? h("datalist", { id: `${id}-columns` }, columns.map((one) => h("option", { value: one }))) : null;
  return h("div", { class: "field" }, h("label", { for: id }, label), h("input", {
    list: list?.id,
    id, type: field.type, value: now ?? "", placeholder: t("data.automatic"), min: field.min, max: field.max, step: field.step ?? null,
    onchange: (event) => event.target.checkValidity() && set(field.name, value(event.target.value)),
  }), list);
}
