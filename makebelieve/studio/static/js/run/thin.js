// Fewer points that look the same: of each stretch of steps the least and the greatest value.

/** Places of at most `most` of the points (steps rising), the first and the last among them; as dense everywhere. */
export function kept(steps, values, most) {
  const count = steps.length;
  if (count <= most) return steps.map((_, i) => i);
  const stretches = Math.max(1, Math.floor((most - 2) / 2));
  const [first, size] = [steps[0], (steps[count - 1] - steps[0]) / stretches || 1];
  const found = [0];
  let from = 1;
  for (let stretch = 1; stretch <= stretches && from < count - 1; stretch++) {
    const end = stretch === stretches ? Infinity : first + stretch * size;
    let [low, high, i] = [from, from, from];
    for (; i < count - 1 && steps[i] < end; i++) {
      if (values[i] < values[low]) low = i;
      if (values[i] > values[high]) high = i;
    }
    if (i > from) found.push(...(low === high ? [low] : low < high ? [low, high] : [high, low]));
    from = i;
  }
  found.push(count - 1);
  return found;
}

/** The points themselves: [steps, values]. */
export function thin(steps, values, most) {
  if (steps.length <= most) return [steps, values];
  const places = kept(steps, values, most);
  return [places.map((i) => steps[i]), places.map((i) => values[i])];
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
