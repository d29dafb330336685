// Names of the players of a system.

import { figureOf } from "../compare/words.js";
import { known, t } from "../words.js";

/** A player, or another figure, in the page's language. */
export function nameOf(name) {
  const key = `run.player.${name}`;
  return known(key) ? t(key) : figureOf(name);
}
