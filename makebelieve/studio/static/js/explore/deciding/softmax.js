// The next token's probabilities, reshaped in the page: the same steps in the same order as `learn.generate` takes them.

const COLDEST = 1e-6;

/**
 * Shares of scores that fall from the first to the last: divided by the temperature, then only the `k` greatest (Fan et
 * al. 2018), then only the greatest whose shares add up to `p` (Holtzman et al. 2020); null for no limit.
 */
export function shares(scores, { temperature, k = null, p = null }) {
  const found = new Float64Array(scores.length);
  if (!scores.length) return found;
  if (temperature < COLDEST) {
    found[0] = 1;
    return found;
  }
  let kept = k === null ? scores.length : Math.min(k, scores.length);
  while (kept < scores.length && kept > 0 && scores[kept] === scores[kept - 1]) kept += 1; // equals of the k-th stay
  let total = 0;
  for (let i = 0; i < kept; i += 1) total += found[i] = Math.exp((scores[i] - scores[0]) / temperature);
  if (p !== null && p < 1) {
    let before = 0;
    let last = 0;
    while (last < kept && before / total < p) before += found[last++];
    found.fill(0, last);
    total = before;
  }
  for (let i = 0; i < found.length && found[i] > 0; i += 1) found[i] /= total;
  return found;
}

/** The place of one drawn by its share. */
export function drawn(found) {
  let left = Math.random();
  for (let i = 0; i < found.length; i += 1) {
    left -= found[i];
    if (left < 0) return i;
  }
  return 0;
}
