// Which language, and its words by key. The words themselves are flat objects in zh.js and en.js, with the same keys; what
// only one page says is in files of its own beside it.

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

/** @typedef {{ words: Record<string, string> }} Words */

/** @param {Locale} locale @param {Promise<Words>} [more] of this page only @returns {Promise<Say>} */
export async function loadWords(locale, more) {
  const { words } = locale === "zh" ? await import("./zh.js") : await import("./en.js");
  return sayFrom({ ...words, ...(await more)?.words });
}

/** The page names its words in the markup: data-text, data-label, data-placeholder. @param {ParentNode} root @param {Say} say */
export function fillWords(root, say) {
  for (const element of root.querySelectorAll("[data-text], [data-label], [data-placeholder]")) {
    if (!(element instanceof HTMLElement)) continue;
    const { text, label, placeholder } = element.dataset;
    if (text) element.textContent = say(text);
    if (label) element.setAttribute("aria-label", say(label));
    if (label && element instanceof HTMLButtonElement) element.title = say(label);
    if (placeholder) element.setAttribute("placeholder", say(placeholder));
  }
}

/** Language tag for dates and for <html lang>. @param {Locale} locale */
export function languageTag(locale) {
  return locale === "zh" ? "zh-CN" : "en";
}
