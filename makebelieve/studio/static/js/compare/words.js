// Names and values of settings and figures, as people read them.

import { known, number, t } from "../words.js";

/** A setting's or fact's name. */
export function nameOf(name) {
  const fact = /^data: (\w+)$/.exec(name);
  if (fact) return known(`compare.fact.${fact[1]}`) ? t(`compare.fact.${fact[1]}`) : `${t("compare.data")}: ${plain(fact[1])}`;
  return known(`gallery.option.${name}`) ? t(`gallery.option.${name}`) : plain(name);
}

/** A figure's name; those of validation say so. */
export function figureOf(name) {
  const bare = name.replace(/^valid_/, "");
  const told = known(`compare.figure.${bare}`) ? t(`compare.figure.${bare}`) : plain(bare);
  return bare === name ? told : t("compare.held", { name: told });
}

/** A value of a file. */
export function shown(value) {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "boolean") return t(value ? "compare.yes" : "compare.no");
  if (typeof value === "number") return number(value, 4);
  if (Array.isArray(value)) return value.map(shown).join(", ") || "–";
  if (typeof value === "object") return Object.entries(value).map(([name, part]) => `${nameOf(name)} ${shown(part)}`).join(", ");
  return String(value);
}

const plain = (name) => String(name).replaceAll("_", " ");
