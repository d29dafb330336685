// Many values, one worker: at most one call under way, and of those that wait only the newest.

/** A function that calls `work(value)`; it gives a promise of its result, or of undefined where a newer one came. */
export function latest(work) {
  let busy = false;
  let next = null;
  async function run(one) {
    busy = true;
    try {
      one.done(await work(one.value));
    } catch (error) {
      one.failed(error);
    }
    busy = false;
    if (next) {
      const following = next;
      next = null;
      run(following);
    }
  }
  return (value) =>
    new Promise((done, failed) => {
      const one = { value, done, failed };
      if (!busy) run(one);
      else {
        next?.done(undefined);
        next = one;
      }
    });
}
