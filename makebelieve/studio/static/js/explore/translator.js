// A translator: a picture enlarged, coloured, restored, or as its pairs taught it; what it restores can be scratched.

import { h } from "../dom.js";
import { transform } from "../art/transform.js";
import { open as openScratch } from "./scratch.js";

export async function open(root, context) {
  const { task, spoils } = context.facts.transforming;
  const room = h("div", { class: "stack" });
  const scratch = h("div", {});
  root.replaceChildren(room, scratch);
  const close = await transform(room, {
    ...context, verb: "translate", task, vivid: task === "colourise", spoils: spoils && task !== "colourise", name: task,
  });
  const end = task === "restore" ? await openScratch(scratch, context) : null;
  return () => {
    close();
    end?.();
  };
}
