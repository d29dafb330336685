// The one connection over which the studio tells what happens: it comes again by itself, and goes on where it was.

const EVENTS = ["open", "run", "pulse", "history", "clock", "sample", "rewound", "ping"];
const SILENCE = 40_000; // ms without even a ping: the connection is dead, whatever the browser thinks
const AGAIN = 2_000;

/** Calls `tell(name, data)` for each event, `tell("lost", {})` where the connection broke, `tell("old", {})` where the studio has a new address. */
export class Source {
  constructor(tell) {
    this.tell = tell;
    this.last = "";
    this.source = null;
    this.timer = 0;
  }

  start() {
    if (this.source || this.timer) return;
    this.source = new EventSource("/api/events" + (this.last ? `?after=${encodeURIComponent(this.last)}` : ""));
    for (const name of EVENTS) this.source.addEventListener(name, (event) => this.heed(name, event));
    this.source.onerror = () => this.lost();
    this.heard();
  }

  stop() {
    this.drop();
    this.last = ""; // who comes anew asks for what there is, and needs only what happens then
  }

  heed(name, event) {
    this.last = event.lastEventId || this.last;
    this.heard();
    if (name !== "ping") this.tell(name, JSON.parse(event.data));
  }

  heard() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.again(), SILENCE);
  }

  lost() {
    this.tell("lost", {});
    if (this.source.readyState !== EventSource.CLOSED) return; // the browser tries by itself
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.again(), AGAIN);
    this.why();
  }

  /** An event source does not say why it was refused. */
  async why() {
    const answer = await fetch("/api/studio", { cache: "no-store" }).catch(() => null);
    if (answer?.status === 401) this.tell("old", {});
  }

  again() {
    this.drop();
    this.start();
  }

  drop() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.source?.close();
    this.source = null;
  }
}
