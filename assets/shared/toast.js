// A few words that something did not work, for a moment.

import { find } from "./dom.js";

const SHOWN_MS = 6000;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** @param {string} message */
export function toast(message) {
  const box = find(document, "[data-part=toast]", HTMLElement);
  clearTimeout(timer);
  box.textContent = message;
  box.hidden = false;
  timer = setTimeout(() => {
    box.hidden = true;
  }, SHOWN_MS);
}
