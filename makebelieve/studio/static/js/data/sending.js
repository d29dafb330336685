// Uploads of any number of files: in batches, as the server takes so many at once.

import { upload } from "../api.js";

const MOST = 500, BYTES = 200 * 2 ** 20; // of a batch

/** Uploads files, each {file, path}; `progress(share)` is told how far it is. Gives what the server knows of the upload. */
export async function send(files, { path = "/api/data/uploads", progress = () => {} } = {}) {
  const shared = commonTop(files);
  const all = files.reduce((sum, { file }) => sum + file.size, 0) || 1;
  let kept = null, done = 0;
  const skipped = [];
  for (const batch of batches(files)) {
    const form = new FormData();
    if (kept?.id) form.append("into", kept.id);
    for (const { file, path: name } of batch) form.append("files", file, name.slice(shared.length));
    const answer = await upload(path, form);
    if (!answer.id) skipped.push(...answer.skipped); // nothing of this batch could be kept
    kept = answer.id ? answer : kept ?? answer;
    done += batch.reduce((sum, { file }) => sum + file.size, 0);
    progress(done / all);
  }
  return skipped.length && kept.id ? { ...kept, skipped: [...skipped, ...kept.skipped] } : kept;
}

function* batches(files) {
  let batch = [], size = 0;
  for (const one of files) {
    if (batch.length && (batch.length >= MOST || size + one.file.size > BYTES)) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(one);
    size += one.file.size;
  }
  if (batch.length) yield batch;
}

/** "pets/" where all files lie in a folder of that name and some in folders below it: those are the classes. */
function commonTop(files) {
  const top = /^[^/]+\//.exec(files[0]?.path ?? "")?.[0];
  if (!top || !files.every(({ path }) => path.startsWith(top))) return "";
  return files.some(({ path }) => path.slice(top.length).includes("/")) ? top : "";
}
