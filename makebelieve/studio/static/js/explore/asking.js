// What the pages of generators share: asking, points as text for the address, measuring, fields.

import { act } from "../api.js";
import { h } from "../dom.js";
import { code } from "../elements/code.js";
import { told } from "../elements/toast.js";
import { t } from "../words.js";

/** A function that asks acts of a run, tells what goes wrong, and shows the Python that does the same. */
export function asker(id) {
  const box = code("");
  const ask = async (name, request = {}, files = []) => {
    const found = await told(act(id, name, request, files));
    if (found?.code) box.show(found.code);
    return found;
  };
  return { ask, box };
}

/** Notes how long something took, for those who measure. */
export function measured(name, start) {
  performance.measure(name, { start, end: performance.now() });
  if (performance.getEntriesByName(name).length > 5000) performance.clearMeasures(name);
}

/** A point as text for an address: letters, digits, "-", "." and "_" alone. */
export function pointText(point, labels) {
  const label = point.label === undefined || point.label === null ? "" : labels?.indexOf(point.label) ?? "";
  if (point.z) return ["z", label, ...point.z.map((value) => Number(value.toFixed(2)))].join("_");
  return ["w", label, point.seed, point.n, point.i, point.truncation ?? ""].join("_");
}

/** The point of such a text; null for anything else. */
export function textPoint(text, labels) {
  const [kind, label, ...rest] = text.split("_");
  const named = label !== "" && labels?.[Number(label)] !== undefined ? { label: labels[Number(label)] } : {};
  const numbers = rest.map((one) => (one === "" ? null : Number(one)));
  if (numbers.some((one) => one !== null && !Number.isFinite(one))) return null;
  if (kind === "z" && numbers.length && !numbers.includes(null)) return { z: numbers, ...named };
  const [seed, n, i, truncation] = numbers;
  const whole = [seed, n, i].every((one) => Number.isInteger(one) && one >= 0);
  if (kind !== "w" || !whole || i >= n) return null;
  return { seed, n, i, ...(truncation ? { truncation } : {}), ...named };
}

/** A field with its name above; `field.input` is the control. */
export function field(name, input) {
  const node = h("label", { class: "field" }, h("span", {}, name), input);
  node.input = input;
  return node;
}

/** A choice of [value, name] pairs. */
export function select(pairs, value) {
  const node = h("select", {}, pairs.map(([one, name]) => h("option", { value: one }, name)));
  node.value = String(value);
  if (node.selectedIndex < 0) node.selectedIndex = 0;
  return node;
}

/** A slider that shows its value; `show(value)` makes the text. */
export function slider({ min, max, step, value, name, show = String, oninput }) {
  const input = h("input", { type: "range", min, max, step, "aria-label": name });
  input.value = String(value);
  const output = h("output", { class: "soft", "aria-live": "off" }, show(Number(input.value)));
  const node = h("div", { class: "slider" }, h("span", { class: "name" }, name), input, output);
  const tell = () => {
    const words = show(Number(input.value));
    output.textContent = words;
    input.setAttribute("aria-valuetext", words);
  };
  input.addEventListener("input", () => {
    tell();
    oninput(Number(input.value), performance.now());
  });
  node.input = input;
  node.set = (next) => {
    input.value = String(next);
    tell();
  };
  tell();
  return node;
}

/** Choose or drop picture files; `take(files)` gets those that were given. */
export function drop(words, take, { many = false } = {}) {
  const input = h("input", { type: "file", accept: "image/png,image/jpeg,image/webp,image/gif,image/bmp", multiple: many, class: "unseen" });
  input.setAttribute("aria-label", words);
  const node = h("label", { class: "drop file" }, h("span", {}, words), h("span", { class: "button" }, t("explore.choose_file")), input);
  const over = (event, on) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    node.classList.toggle("over", on);
  };
  node.addEventListener("dragover", (event) => over(event, true));
  node.addEventListener("dragleave", (event) => over(event, false));
  node.addEventListener("drop", (event) => {
    over(event, false);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length) take(many ? files : files.slice(0, 1));
  });
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";
    if (files.length) take(files);
  });
  return node;
}

/** What a drag carries, if it is a point with its picture. */
export function dropped(event) {
  const text = event.dataTransfer?.getData("application/json");
  if (!text) return null;
  try {
    const found = JSON.parse(text);
    return found && typeof found.src === "string" && found.src.startsWith("data:image/") && found.point ? found : null;
  } catch {
    return null;
  }
}
