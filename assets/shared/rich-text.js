// A text with its emoji and its addresses to press. Everything goes in as text, never as markup.

import { make } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { splitLinks } from "./links.js";

/** @param {string} text */
export function richText(text) {
  const parts = splitLinks(text).map((part) => {
    if (typeof part === "string") return withEmoji(part);
    const safe = { target: "_blank", rel: "noopener noreferrer nofollow" };
    return make("a", { href: part.href, ...safe }, part.href);
  });
  return make("p", {}, ...parts);
}
