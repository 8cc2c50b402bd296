// Finds the addresses in a text. Pure: what becomes a link is for the caller to draw.

import { parseUrl } from "./urls.js";

// Letters an address consists of: a sentence in Chinese goes on right behind it.
const ADDRESS = /\bhttps?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+/gi;
const TRAILING = /[.,;:!?'"[\]*]+$/;

/** @param {string} found */
function trim(found) {
  let address = found.replace(TRAILING, "");
  // A bracket around the address is not part of it.
  while (address.endsWith(")") && !address.includes("(")) address = address.slice(0, -1);
  return address.replace(TRAILING, "");
}

/** What is shown must be where it leads: no name and password in front of the host. @param {string} address */
function honest(address) {
  const url = parseUrl(address);
  return url !== null && url.hostname !== "" && url.username === "" && url.password === "";
}

/** @param {string} text @returns {(string | { href: string })[]} texts and addresses, in order */
export function splitLinks(text) {
  /** @type {(string | { href: string })[]} */
  const parts = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const href = trim(found);
    if (!honest(href)) continue;
    if (index > end) parts.push(text.slice(end, index));
    parts.push({ href });
    end = index + href.length;
  }
  if (end < text.length) parts.push(text.slice(end));
  return parts;
}
