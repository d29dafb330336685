// The server, asked by JSON. What it refuses comes back as an exception whose message is a sentence.

import { t } from "./words.js";

export class Refused extends Error {
  constructor(status, key, values) {
    super(t(key, values));
    this.status = status;
    this.key = key;
    this.values = values;
  }
}

export const get = (path) => ask(path, {});

export const post = (path, body = {}) =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** Files and fields of a form. */
export const upload = (path, form) => ask(path, { method: "POST", body: form });

/** Asks the explorer of a run for an act; files are Blobs. */
export async function act(run, name, request = {}, files = []) {
  const path = `/api/explore/${run}/${name}`;
  const form = new FormData();
  form.append("request", JSON.stringify(request));
  for (const file of files) form.append("files", file);
  const found = await (files.length ? upload(path, form) : post(path, request));
  dispatchEvent(new CustomEvent("mb-act", { detail: { run, name, found } })); // the page tells of newer weights
  return found;
}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, { credentials: "same-origin", cache: "no-store", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0, "shell.unreachable", {});
  }
  const found = await answer.json().catch(() => null);
  if (answer.ok) return found;
  if (answer.status === 401) dispatchEvent(new CustomEvent("mb-address", { detail: { old: true } })); // the frame says so, and for how long
  const told = found?.error ?? { key: answer.status === 401 ? "shell.no_token" : "shell.no_answer", values: { status: answer.status } };
  throw new Refused(answer.status, told.key, told.values);
}
