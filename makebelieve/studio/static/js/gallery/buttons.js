// What can be done with a run from the gallery.

import { post } from "../api.js";
import { h } from "../dom.js";
import { told } from "../elements/toast.js";
import { t } from "../words.js";

export const WORKS = ["dream", "style"]; // made of pictures; to play with are their frames
const MOMENT = 4000; // milliseconds in which a second click removes

/** Buttons for a run in its state; `forget(id)` is called where it was removed. */
export function runButtons(run, forget = () => {}) {
  const act = (what) => told(post(`/api/runs/${run.id}/control`, { do: what }));
  const open = h("a", { class: "button small", href: `/runs/${run.id}` }, t("gallery.open"));
  const stop = () => h("button", { class: "small", onclick: () => act("stop") }, t("gallery.stop"));
  const resume = () => h("button", { class: "small", onclick: () => act("resume") }, t("gallery.resume"));
  const play = () => h("a", { class: "button small main", href: `/explore/${run.id}` }, t("gallery.play"));
  const away = () => removeButton(run.id, act, forget);
  if (run.state === "running") return [open, stop()];
  if (run.state === "waiting") return [open, removeButton(run.id, act, forget, "gallery.leave_queue")];
  if (run.state === "interrupted") return [open, resume(), away()];
  if (WORKS.includes(run.system)) return [run.state === "failed" ? null : play(), open, away()];
  const explore = run.state === "failed" && !run.steps_done ? null : play();
  return [explore, open, ["stopped", "failed"].includes(run.state) ? resume() : null, away()];
}

/** Asks for a second click, as what is removed is gone. */
function removeButton(id, act, forget, key = "gallery.remove") {
  const button = h("button", { class: "small danger" }, t(key));
  let sure = false;
  button.addEventListener("click", async () => {
    if (!sure) {
      sure = true;
      button.textContent = t("gallery.sure");
      setTimeout(() => {
        sure = false;
        button.textContent = t(key);
      }, MOMENT);
      return;
    }
    if (await act("remove")) forget(id);
  });
  return button;
}
