// The frame around every page: which page an address means, the header, language and theme.

import { get } from "./api.js";
import { flush } from "./address.js";
import { clear, h } from "./dom.js";
import { toast } from "./elements/toast.js";
import { firstLanguage, language, setLanguage, t } from "./words.js";

const PAGES = [
  [/^\/$/, () => import("./pages/gallery.js"), "shell.gallery"],
  [/^\/data$/, () => import("./pages/data.js"), "shell.data"],
  [/^\/compare$/, () => import("./pages/compare.js"), "shell.compare"],
  [/^\/runs\/([0-9a-f]+)$/, () => import("./pages/run.js"), null],
  [/^\/explore\/([0-9a-f]+)$/, () => import("./pages/explore.js"), null],
  [/^\/layers\/([0-9a-f]+)$/, () => import("./pages/layers.js"), null],
];
const PLACES = [["/", "shell.gallery"], ["/data", "shell.data"], ["/compare", "shell.compare"]];

const main = document.getElementById("main");
let close = null;
let turn = 0;

/** Goes to an address of the studio without loading the frame again. */
export function go(address) {
  flush();
  history.pushState(null, "", address);
  show();
}

async function show({ focus = true } = {}) {
  const mine = ++turn;
  leave();
  header();
  const [, load, title] = PAGES.find(([form]) => form.test(location.pathname)) ?? [null, null, null];
  document.title = title ? `${t(title)} – makebelieve` : t("shell.title");
  const root = h("div", { class: "page" }, h("p", { class: "soft" }, t("shell.loading")));
  clear(main, root);
  if (!load) {
    clear(root, h("h1", {}, t("shell.no_page")), h("a", { href: "/" }, t("shell.to_gallery")));
    return;
  }
  const id = PAGES.map(([form]) => form.exec(location.pathname)).find(Boolean)[1];
  try {
    const page = await load();
    if (mine !== turn) return;
    const left = await page.open(clear(root), { id, address: location });
    if (mine === turn) close = left;
    else left?.();
    if (focus && mine === turn) main.focus({ preventScroll: true });
  } catch (error) {
    const told = error.key === undefined ? await why(error) : error;
    if (mine !== turn) return;
    clear(root, h("h1", {}, told.message), h("a", { href: "/" }, t("shell.to_gallery")));
    if (told.key === undefined) throw error;
  }
}

/** A module that can't be loaded does not say that the studio is gone, or has a new address. */
const why = (error) => get("/api/studio").then(() => error, (refused) => refused);

function leave() {
  try {
    close?.();
  } finally {
    close = null;
  }
}

function header() {
  const here = location.pathname;
  const link = ([place, key]) => h("a", { href: place, "aria-current": place === here ? "page" : null }, t(key));
  const dark = document.documentElement.dataset.theme === "dark";
  clear(document.getElementById("top"),
    h("a", { class: "brand", href: "/" }, h("img", { src: "/icon.svg", alt: "" }), "makebelieve"),
    h("nav", { "aria-label": t("shell.pages") }, PLACES.map(link)),
    h("div", { class: "tools" },
      h("button", { class: "plain", id: "language", lang: language() === "en" ? "ko" : "en", title: t("shell.language_of"), onclick: otherLanguage }, t("shell.language")),
      h("button", { class: "plain", id: "theme", onclick: otherTheme }, t(dark ? "shell.light" : "shell.dark")),
      h("button", { class: "plain", id: "help", onclick: help }, t("shell.help"))));
  document.querySelector(".skip").textContent = t("shell.skip");
}

async function otherLanguage() {
  await setLanguage(language() === "en" ? "ko" : "en");
  flush();
  await show({ focus: false });
  document.getElementById("language").focus();
}

function otherTheme() {
  const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  localStorage.setItem("theme", next);
  header();
  dispatchEvent(new Event("mb-theme")); // canvases draw themselves anew
  document.getElementById("theme").focus();
}

async function help() {
  const { openHelp } = await import("./pages/help.js");
  openHelp();
}

function follow(event) {
  const link = event.target.closest?.("a[href^='/']");
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !plain || event.defaultPrevented || link.hasAttribute("download") || link.target || link.pathname.startsWith("/api/")) return;
  event.preventDefault();
  go(link.getAttribute("href"));
}

/** Says so, for as long as it is so, that the studio was started anew and this address is an old one. */
function address({ detail: { old } }) {
  const place = document.getElementById("address");
  if (old && !place.hasChildNodes()) clear(place, h("p", { class: "card bad" }, t("shell.no_token")));
  if (!old) clear(place);
}

addEventListener("mb-address", address);
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // an address with a fragment would open the page anew
  main.focus();
});
document.addEventListener("click", follow);
addEventListener("popstate", () => show());
addEventListener("unhandledrejection", (event) => {
  if (event.reason?.key !== undefined) {
    toast(event.reason.message, "bad");
    event.preventDefault();
  }
});

// Not awaited at the top: pages import `go` from here, and would wait for this module while it waits for them.
async function start() {
  const chosen = firstLanguage(null);
  const [about] = await Promise.all([get("/api/studio").catch(() => ({})), setLanguage(chosen, { keep: false })]);
  const offered = firstLanguage(about.language);
  if (offered !== chosen) await setLanguage(offered, { keep: false });
  await show({ focus: false });
  performance.mark("mb:usable");
}

start();
