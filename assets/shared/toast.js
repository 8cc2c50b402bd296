// A few words that something did not work, for a moment.

import { find } from "./dom.js";

const SHOWN_MS = 6000;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** @param {string} message */
export function toast(message) {
  const box = find(document, "[data-part=toast]", HTMLElement);
  clearTimeout(timer);
  // The box stays, and only its words come and go: so they are told.
  box.hidden = false;
  box.textContent = message;
  timer = setTimeout(() => {
    box.textContent = "";
  }, SHOWN_MS);
}
