// Fewer points that look the same: of each stretch of steps the least and the greatest value.

/**
 * At most `most` of the points (steps rising) as [steps, values]; the first and the last among them.
 * Values that are no finite number are left out.
 */
export function thin(steps, values, most) {
  if (steps.length <= most) return [steps, values];
  const stretches = Math.max(1, Math.floor((most - 2) / 2));
  const size = (steps.length - 2) / stretches;
  const kept = [0];
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = 1 + Math.floor(stretch * size);
    const to = Math.min(steps.length - 1, 1 + Math.floor((stretch + 1) * size));
    let [low, high] = [from, from];
    for (let i = from; i < to; i++) {
      if (values[i] < values[low]) low = i;
      if (values[i] > values[high]) high = i;
    }
    if (from < to) kept.push(...(low === high ? [low] : low < high ? [low, high] : [high, low]));
  }
  kept.push(steps.length - 1);
  return [kept.map((i) => steps[i]), kept.map((i) => values[i])];
}

/** Several curves [[steps, values], …] over one row of steps: [steps, values, …], null where a curve has no point. */
export function aligned(curves) {
  const all = [...new Set(curves.flatMap(([steps]) => steps))].sort((a, b) => a - b);
  const place = new Map(all.map((step, i) => [step, i]));
  return [all, ...curves.map(([steps, values]) => {
    const row = new Array(all.length).fill(null);
    steps.forEach((step, i) => (row[place.get(step)] = values[i]));
    return row;
  })];
}
