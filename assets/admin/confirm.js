// Asks before something is done that cannot be taken back.

import { find } from "../shared/dom.js";

/**
 * @typedef {object} Question
 * @property {string} title
 * @property {string} hint what it means
 * @property {string} yes what will be done
 * @property {string} no
 */

/** @param {Question} question @returns {Promise<boolean>} */
export function confirmed({ title, hint, yes, no }) {
  const dialog = find(document, "[data-part=confirm]", HTMLDialogElement);
  /** @param {string} selector @param {string} text */
  const fill = (selector, text) => {
    const element = find(dialog, selector, HTMLElement);
    element.textContent = text;
    return element;
  };
  fill("h2", title);
  fill("p", hint);
  fill("[data-part=yes]", yes).onclick = () => dialog.close("yes");
  fill("[data-part=no]", no).onclick = () => dialog.close("no");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
