// Which language, and its words by key. The words themselves are flat objects in zh.js and en.js, with the same keys.

/** @typedef {"zh" | "en"} Locale */
/** @typedef {(key: string, values?: Record<string, string | number>) => string} Say */

/**
 * @param {string | null} asked by the shop or the address
 * @param {readonly string[]} preferred by the browser
 * @returns {Locale}
 */
export function chooseLocale(asked, preferred) {
  for (const tag of [asked, ...preferred]) {
    const language = tag?.toLowerCase().split(/[-_]/)[0];
    if (language === "zh" || language === "en") return language;
  }
  return "en";
}

/** @param {Record<string, string>} words @returns {Say} */
export function sayFrom(words) {
  return (key, values = {}) =>
    (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** @param {Locale} locale @returns {Promise<Say>} */
export async function loadWords(locale) {
  const { words } = locale === "zh" ? await import("./zh.js") : await import("./en.js");
  return sayFrom(words);
}

/** The page names its words in the markup: data-text, data-label, data-placeholder. @param {ParentNode} root @param {Say} say */
export function fillWords(root, say) {
  for (const element of root.querySelectorAll("[data-text], [data-label], [data-placeholder]")) {
    if (!(element instanceof HTMLElement)) continue;
    const { text, label, placeholder } = element.dataset;
    if (text) element.textContent = say(text);
    if (label) element.setAttribute("aria-label", say(label));
    if (placeholder) element.setAttribute("placeholder", say(placeholder));
  }
}

/** Language tag for dates and for <html lang>. @param {Locale} locale */
export function languageTag(locale) {
  return locale === "zh" ? "zh-CN" : "en";
}
