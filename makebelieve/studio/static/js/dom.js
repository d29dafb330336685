// Elements from plain data; text always becomes a text node, never markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element: `h("button", {class: "x", onclick: f, disabled: false}, "text", child, [more])`. */
export function h(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/** The same for SVG. */
export function svg(tag, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

/** Takes all children away, and puts these there. */
export function clear(node, ...children) {
  node.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** As `clear`, but what had the focus within has it again: the element itself where it stays, else the one that is called alike. */
export function refill(node, ...children) {
  const had = node.contains(document.activeElement) ? document.activeElement : null;
  const name = had && called(had);
  clear(node, ...children);
  if (!had) return node;
  const alike = had.isConnected ? had : [...node.querySelectorAll("a, button, input, select, textarea, [tabindex]")].find((one) => one.tagName === had.tagName && called(one) === name);
  alike?.focus({ preventScroll: true });
  return node;
}

const called = (node) => node.getAttribute("aria-label") ?? node.getAttribute("alt") ?? node.textContent;

function fill(node, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(node.dataset, value);
    else if (name === "style") Object.assign(node.style, value);
    else if (name === "value" || name === "checked" || name === "selected") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  clear(node, ...children);
  return node;
}
