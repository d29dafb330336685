// What a page shows is in its address, so that it can be kept, sent and gone back to.

/** A value of the address's query as text; `fallback` where it has none. */
export const read = (name, fallback = null) => new URLSearchParams(location.search).get(name) ?? fallback;

/** The same as a number. */
export function readNumber(name, fallback = null) {
  const found = read(name);
  return found === null || found.trim() === "" || !Number.isFinite(Number(found)) ? fallback : Number(found);
}

let waiting = null;
let delay = 0;

/** Puts values into the address; null takes one away. Quick changes are written together, as browsers bound their rate. */
export function write(values, { replace = true } = {}) {
  if (!replace) {
    flush();
    history.pushState(null, "", changed(values));
    return;
  }
  waiting = { ...waiting, ...values };
  clearTimeout(delay);
  delay = setTimeout(flush, 250);
}

/** Writes at once what still waits. */
export function flush() {
  clearTimeout(delay);
  if (waiting) history.replaceState(null, "", changed(waiting));
  waiting = null;
}

function changed(values) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === undefined || value === "") query.delete(name);
    else query.set(name, String(value));
  }
  const text = query.toString();
  return location.pathname + (text ? `?${text}` : "");
}
