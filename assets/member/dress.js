// Puts the shop's name, face, colour and greeting on the page. What the shop's own page says with its script tag comes first.

import { applyColour } from "../shared/colour.js";
import { find, make } from "../shared/dom.js";
import { allowPictures, smallPicture } from "../shared/pictures.js";

/** @import { Shop } from "./shop.js" */

let unread = 0;

/** In the tab's title too. @param {number} [count] */
export function showUnread(count = unread) {
  unread = count;
  const { textContent } = find(document, "h1", HTMLElement);
  document.title = unread > 0 ? `(${unread}) ${textContent}` : (textContent ?? "");
}

/** @param {HTMLElement} box @param {string} avatar */
function drawFace(box, avatar) {
  const source = smallPicture(avatar);
  if (!source) return;
  const image = make("img", { alt: "" });
  // The drawn shop front stays until there is something better.
  image.addEventListener("load", () => box.replaceChildren(image));
  image.src = source;
}

/**
 * @param {Shop} shop
 * @param {{ title: string, color: string }} tag
 * @param {"zh" | "en"} locale
 */
export function dress(shop, tag, locale) {
  allowPictures(shop.pictureOrigins);
  applyColour(tag.color || shop.color);
  const name = tag.title || shop.name;
  if (name) find(document, "h1", HTMLElement).textContent = name;
  showUnread();
  for (const box of document.querySelectorAll("[data-part=face]")) {
    if (box instanceof HTMLElement) drawFace(box, shop.avatar);
  }
  const own = shop.greeting[locale];
  if (!own) return;
  const [first, second] = document.querySelectorAll("[data-part=greeting] p");
  first?.replaceChildren(own);
  first?.setAttribute("data-own", "");
  second?.remove();
}
