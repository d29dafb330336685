// Files and whole folders that are dropped on something.

const MOST = 20_000;

/** Calls `take(files)` with what is dropped on `root`, each as {file, path}; gives a function that ends it. */
export function dropped(root, take) {
  const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const over = (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    event.stopPropagation();
    root.classList.add("over");
  };
  const out = (event) => {
    if (!root.contains(event.relatedTarget)) root.classList.remove("over");
  };
  const drop = async (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    event.stopPropagation();
    root.classList.remove("over");
    const files = await filesOf(event.dataTransfer);
    if (files.length) await take(files);
  };
  root.addEventListener("dragover", over);
  root.addEventListener("dragleave", out);
  root.addEventListener("drop", drop);
  return () => {
    root.removeEventListener("dragover", over);
    root.removeEventListener("dragleave", out);
    root.removeEventListener("drop", drop);
  };
}

async function filesOf(carried) {
  const entries = [...carried.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean); // gone after the first await
  if (!entries.length) return [...carried.files].map((file) => ({ file, path: file.name }));
  const found = [];
  for (const entry of entries) await walk(entry, "", found);
  return found;
}

async function walk(entry, folder, found) {
  if (found.length >= MOST) return;
  const path = folder + entry.name;
  if (entry.isFile) {
    const file = await new Promise((done, failed) => entry.file(done, failed));
    found.push({ file, path });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed)); // at most a hundred at a time
    if (!some.length) return;
    for (const one of some) await walk(one, `${path}/`, found);
  }
}
