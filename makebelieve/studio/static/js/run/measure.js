// How long a person waited for what they asked to be seen; `performance` keeps it, but not for hours.

const MOST = 500;
const counts = new Map();

/** Notes the time from `start` (as of `performance.now()`) until the frame that is drawn next. */
export function seen(name, start) {
  requestAnimationFrame(() => {
    const count = (counts.get(name) ?? 0) + 1;
    if (count > MOST) performance.clearMeasures(name);
    counts.set(name, count > MOST ? 1 : count);
    performance.measure(name, { start, end: Math.max(start, performance.now()) });
  });
}
