// Which pictures this page may load: files of our own, and those of the hosts that the shop has named. Any other host would
// learn who looks at what, and when.

import { parseUrl } from "./urls.js";

const OWN_FILE = /^\/f\/[A-Za-z0-9]{43}$/;

/** @type {Set<string>} */
const allowed = new Set();

/** The origins of the shop's settings. @param {readonly string[]} origins */
export function allowPictures(origins) {
  allowed.clear();
  for (const origin of origins) allowed.add(origin);
}

/** The path of a file of ours, whatever host names it. @param {string} url */
export function ownPath(url) {
  const pathname = parseUrl(url, "http://here")?.pathname ?? "";
  return OWN_FILE.test(pathname) ? pathname : null;
}

/** A host the shop has named. @param {string} url */
export function isAllowed(url) {
  return allowed.has(parseUrl(url)?.origin ?? "");
}

/** Where a small picture is loaded from; null when it may not be. @param {string | null} url */
export function smallPicture(url) {
  if (!url) return null;
  const own = ownPath(url);
  if (own) return `${own}/thumbnail`;
  return isAllowed(url) ? url : null;
}
