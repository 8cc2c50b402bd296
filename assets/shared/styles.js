// Style sheets that a page needs only later.

import { make } from "./dom.js";

/** A browser without layers would pass over the whole sheet. @param {string} href */
async function makeCount(href) {
  if ("CSSLayerBlockRule" in globalThis) return;
  const { takeOffLayers } = await import("./layers.js");
  await takeOffLayers(href);
}

/** A style sheet that a page needs only now; resolves when it counts. @param {string} href @returns {Promise<void>} */
export function loadStyle(href) {
  const link = make("link", { rel: "stylesheet", href });
  return new Promise((resolve, reject) => {
    link.addEventListener("load", () => makeCount(href).then(resolve, reject));
    link.addEventListener("error", () => {
      link.remove();
      reject(new Error(href));
    });
    document.head.append(link);
  });
}

/** Style sheets that are here, or on their way. @type {Map<string, Promise<void>>} */
const styles = new Map();

/**
 * The same for what may be without: it is pressed and read in plain looks too. One that could not be had is asked for again
 * at the next need.
 * @param {string} href
 */
export function needStyle(href) {
  const coming =
    styles.get(href) ??
    loadStyle(href).catch(() => {
      styles.delete(href);
    });
  styles.set(href, coming);
  return coming;
}
