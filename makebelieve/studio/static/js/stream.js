// What happens in the runs, as events: `on("pulse", handler)` gives a function that ends it.
//
// Events and their data, each with the run's `id`:
//   run (facts that changed; {state: "removed"} at the end), pulse, history {index, record}, clock {step, seconds}, sample {step, kind, url},
//   rewound {index} (lines of history from index on were taken back);
// and about the connection itself:
//   open (also again, after a cut: what was missed of history follows by itself; what else a page shows it asks anew), lost.
// That the studio has a new address, or this one again, is told to the frame as "mb-address".
// A page asks for what there is after `open`, and then takes history whose index it has not yet.

import { Source } from "./stream-source.js";

const BEAT = 20_000; // ms between two signs of life to the shared worker
const LINGER = 1_000; // ms without handlers until the connection is left: pages follow each other

const handlers = new Map();
let way = null;
let leaving = 0;
let isOpen = false;

/** Calls `handler(data)` at each event of that name. A handler for "open" is called at once where it is open already. */
export function on(name, handler) {
  if (!handlers.has(name)) handlers.set(name, new Set());
  handlers.get(name).add(handler);
  clearTimeout(leaving);
  if (!way) way = join();
  else if (name === "open" && isOpen) queueMicrotask(() => handlers.get(name).has(handler) && handler({}));
  return () => {
    handlers.get(name).delete(handler);
    if ([...handlers.values()].every((set) => set.size === 0)) {
      clearTimeout(leaving);
      leaving = setTimeout(leave, LINGER);
    }
  };
}

function tell(name, data) {
  if (name === "open") isOpen = true;
  if (name === "lost") isOpen = false;
  if (name === "open" || name === "old") dispatchEvent(new CustomEvent("mb-address", { detail: { old: name === "old" } }));
  for (const handler of [...(handlers.get(name) ?? [])]) handler(data);
}

function leave() {
  way?.leave();
  way = null;
  isOpen = false;
}

function join() {
  if (typeof SharedWorker === "undefined") return alone();
  let worker;
  try {
    worker = new SharedWorker("/js/stream-worker.js", { type: "module", name: "makebelieve" });
  } catch {
    return alone();
  }
  let mine = null;
  worker.onerror = () => (mine ??= alone());
  worker.port.onmessage = (event) => tell(...event.data);
  worker.port.postMessage("here");
  const beat = setInterval(() => worker.port.postMessage("here"), BEAT);
  return {
    leave() {
      clearInterval(beat);
      worker.port.postMessage("bye");
      worker.port.close();
      mine?.leave();
    },
  };
}

function alone() {
  const source = new Source(tell);
  source.start();
  return { leave: () => source.stop() };
}

addEventListener("pagehide", () => leave());
addEventListener("pageshow", (event) => {
  if (event.persisted && !way && [...handlers.values()].some((set) => set.size)) way = join();
});
