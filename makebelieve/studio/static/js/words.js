// Sentences in the page's language: the server sends keys and figures, here they become words.

const KNOWN = ["en", "ko"];
const loaded = {};
let now = "en";

export const language = () => now;

/** Which language the page begins in: as chosen before, else the studio's own, else the browser's. */
export function firstLanguage(offered) {
  const kept = localStorage.getItem("language");
  if (KNOWN.includes(kept)) return kept;
  if (KNOWN.includes(offered)) return offered;
  return navigator.language.toLowerCase().startsWith("ko") ? "ko" : "en";
}

/** Loads a language and makes it the page's. */
export async function setLanguage(asked, { keep = true } = {}) {
  if (!loaded[asked]) {
    const answer = await fetch(`/words/${asked}.json`);
    loaded[asked] = await answer.json();
  }
  now = asked;
  document.documentElement.lang = asked;
  if (keep) localStorage.setItem("language", asked);
}

/** Whether there is such a sentence. */
export const known = (key) => Object.hasOwn(loaded[now] ?? {}, key);

/** The sentence `key` with `values` in place of its {names}; a key that nobody wrote is shown as it is. */
export function t(key, values = {}) {
  const sentence = loaded[now]?.[key];
  if (sentence === undefined) return key;
  return sentence.replace(/\{\{|\}\}|\{(\w+)(?:![rs])?(?::([^}]*))?\}/g, (found, name, form) => {
    if (found === "{{") return "{";
    if (found === "}}") return "}";
    return Object.hasOwn(values, name) ? shown(values[name], form) : found;
  });
}

/** A number as people write it in this language. */
export function number(value, digits = 3) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const most = Number.isInteger(value) ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: digits };
  return new Intl.NumberFormat(now, most).format(value);
}

/** A share as a percentage. */
export const percent = (share, digits = 0) =>
  new Intl.NumberFormat(now, { style: "percent", maximumFractionDigits: digits }).format(share);

/** Seconds in words: "8 s", "3 min", "2 h 5 min". */
export function duration(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "–";
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 90) return t("shell.seconds", { n: whole });
  const minutes = Math.round(whole / 60);
  if (minutes < 90) return t("shell.minutes", { n: minutes });
  return t("shell.hours", { h: Math.floor(minutes / 60), m: minutes % 60 });
}

function shown(value, form) {
  if (typeof value === "number" && form) {
    const fixed = /\.(\d+)f$/.exec(form);
    if (fixed) return value.toFixed(Number(fixed[1]));
    if (form.includes("%")) return percent(value, 1);
    return number(value);
  }
  return Array.isArray(value) ? value.join(", ") : String(value);
}
