// An autoencoder: the map of its codes, pictures through it, and where it cleans pictures, scratching them.

import { clear, h } from "../dom.js";
import { asker } from "./asking.js";
import { space } from "./space.js";
import { through } from "./through.js";

export async function open(root, context) {
  const { ask, box } = asker(context.id);
  const { facts } = context;
  const scratch = h("div", {});
  const place = facts.acts.includes("frame") ? await space({ ask, facts, label: () => null }) : null;
  const way = facts.acts.includes("reconstruct") ? through({ ask, facts, go: place?.go }) : null;
  clear(root, facts.denoises ? scratch : null, place?.node, way?.node, box);
  const module = facts.denoises ? await import("./scratch.js") : null;
  const close = module ? await module.open(scratch, context) : null;
  await way?.begin();
  return () => {
    place?.close();
    close?.();
  };
}
