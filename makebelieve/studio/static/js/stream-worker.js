// One connection for all tabs, as a browser allows only six to a server.

import { Source } from "./stream-source.js";

const FORGET = 150_000; // ms; a hidden tab's timers run once a minute
const KEPT = 64; // newest pulses for tabs that come later

const tabs = new Map(); // port → when it was last heard of
const pulses = new Map(); // run → its newest pulse
let open = false;

const source = new Source((name, data) => {
  if (name === "open") open = true;
  if (name === "lost") open = false;
  if (name === "run" && data.state === "removed") pulses.delete(data.id);
  if (name === "pulse") {
    pulses.delete(data.id);
    pulses.set(data.id, data);
    if (pulses.size > KEPT) pulses.delete(pulses.keys().next().value);
  }
  for (const port of tabs.keys()) port.postMessage([name, data]);
});

function heard(port) {
  const known = tabs.has(port);
  tabs.set(port, Date.now());
  if (known) return;
  if (tabs.size === 1) source.start();
  if (!open) return;
  port.postMessage(["open", {}]);
  for (const data of pulses.values()) port.postMessage(["pulse", data]);
}

function left(port) {
  if (!tabs.delete(port) || tabs.size) return;
  source.stop();
  pulses.clear();
  open = false;
}

setInterval(() => {
  for (const [port, when] of [...tabs]) if (Date.now() - when > FORGET) left(port);
}, 30_000);

self.onconnect = (event) => {
  const port = event.ports[0];
  port.onmessage = (message) => (message.data === "bye" ? left(port) : heard(port));
};
