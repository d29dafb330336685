// What history and clock of a run say, as the page needs it: curves, alarms, times. Bounded, however long it is watched.

import { kept } from "./thin.js";

const MOST = 20_000; // points of a curve; beyond that it is thinned to half
const PLACE = new Set(["kind", "step", "epoch", "stage"]);

/** One curve: by rising index of its record, (step, value). */
class Curve {
  constructor() {
    this.indices = [];
    this.steps = [];
    this.values = [];
  }

  add(index, step, value) {
    this.indices.push(index);
    this.steps.push(step);
    this.values.push(value);
    if (this.steps.length > MOST) this.halve();
  }

  /** The least and the greatest of each stretch stay: no spike is lost. */
  halve() {
    const places = kept(this.steps, this.values, MOST / 2);
    this.indices = places.map((i) => this.indices[i]);
    this.steps = places.map((i) => this.steps[i]);
    this.values = places.map((i) => this.values[i]);
  }

  rewind(index) {
    let length = this.indices.length;
    while (length && this.indices[length - 1] >= index) length--;
    for (const list of [this.indices, this.steps, this.values]) list.length = length;
  }

  /** The value at the last point that is not after `step`; undefined before the first. */
  at(step) {
    const i = last(this.steps, step);
    return i < 0 ? undefined : this.values[i];
  }
}

/** Place of the last of the rising numbers that is not greater than `value`; -1 where all are. */
export function last(rising, value) {
  let [low, high] = [0, rising.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export class Records {
  constructor() {
    this.next = 0; // index of the record that comes next
    this.step = 0; // of the last record
    this.curves = new Map(); // "steps/NAME", "epoch/NAME", "health/NAME" → Curve
    this.alarms = []; // {index, kind: "alarm" | "recovery" | "reached", step, key, values}
    this.clock = new Curve();
    this.changed = 0; // counts changes, so that nobody draws what is drawn
  }

  /** Takes the record of that index; false where some before it are missing. One that is known already changes nothing. */
  take(index, record) {
    if (index > this.next) return false;
    if (index < this.next) return true;
    this.next = index + 1;
    this.changed++;
    const { kind, step } = record;
    if (kind === "alarm" || kind === "recovery" || kind === "reached" || kind === "early_stop") this.alarm(index, record);
    if (!Number.isFinite(step)) return true;
    this.step = Math.max(this.step, step);
    if (kind !== "steps" && kind !== "epoch" && kind !== "health") return true;
    for (const [name, value] of Object.entries(record)) {
      if (!PLACE.has(name) && typeof value === "number") this.curve(`${kind}/${name}`).add(index, step, value);
    }
    return true;
  }

  curve(name) {
    if (!this.curves.has(name)) this.curves.set(name, new Curve());
    return this.curves.get(name);
  }

  alarm(index, { kind, step, key, values, condition }) {
    const told = kind === "reached" ? { key: "health.reached", values: { condition, step } } : { key, values };
    if (!told.key) return;
    this.alarms.push({ index, kind, step, ...told });
    if (this.alarms.length > 300) this.alarms.splice(100, 1);
  }

  tick(step, seconds) {
    this.clock.rewind(step);
    this.clock.add(step, step, seconds);
  }

  rewind(index) {
    if (index >= this.next) return;
    this.next = index;
    this.changed++;
    for (const [name, curve] of this.curves) {
      curve.rewind(index);
      if (!curve.steps.length) this.curves.delete(name);
    }
    this.alarms = this.alarms.filter((alarm) => alarm.index < index);
    this.step = Math.max(0, ...[...this.curves.values()].map((curve) => curve.steps.at(-1)));
    this.clock.rewind(this.step + 1);
  }

  /** Steps at which something was recorded, some hundred of them. */
  moments() {
    const longest = [...this.curves.values()].reduce((best, curve) => (curve.steps.length > best.length ? curve.steps : best), []);
    const every = Math.ceil(longest.length / 200);
    return longest.filter((_, i) => i % every === 0);
  }

  /** Names of all figures, losses of the players first; `valid_X` goes with `X`. */
  figures(players) {
    const names = [...this.curves.keys()].map((name) => name.slice(name.indexOf("/") + 1).replace(/^valid_/, ""));
    return [...new Set([...players.filter((player) => names.includes(player)), ...names])];
  }

  /** The curves of a figure: {train, valid}, either may be undefined. */
  of(name) {
    const train = this.curves.get(`steps/${name}`) ?? this.curves.get(`health/${name}`) ?? this.curves.get(`epoch/${name}`);
    return { train, valid: this.curves.get(`epoch/valid_${name}`) };
  }
}
