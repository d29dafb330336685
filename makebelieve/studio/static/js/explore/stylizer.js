// A stylizer: any picture in the one style that it has learnt.

import { h } from "../dom.js";
import { transform } from "../art/transform.js";
import { t } from "../words.js";

export function open(root, context) {
  const painting = h("figure", { class: "painting" }, h("img", { src: context.facts.transforming.style, alt: t("art.style_alt") }),
    h("figcaption", { class: "soft" }, t("art.style_of")));
  return transform(root, { ...context, verb: "stylise", task: "stylise", name: "painted", extra: painting });
}
