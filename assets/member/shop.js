// What the shop has decided about its page: asked for beside everything else, and kept for the next time, so that nothing
// flickers. The page does without it.

import { inside } from "../shared/content.js";
import { FILE_BYTES_MAX } from "../shared/protocol.js";
import { memberPaths } from "./paths.js";

/** @import { Store } from "../shared/store.js" */

/**
 * @typedef {object} Shop
 * @property {string} name
 * @property {string} color
 * @property {string} avatar
 * @property {Record<string, string>} greeting by language
 * @property {string} language the one that is always spoken, or "auto"
 * @property {string[]} pictureOrigins
 * @property {number} uploadBytesMax
 */

const KEY = "shop";
/** A page without the shop's own colour is better than no page. */
export const WAIT_MS = 600;

/** @param {unknown} value */
const text = (value) => (typeof value === "string" ? value.trim() : "");

/** Only what has the right shape. @param {any} value @returns {Shop | null} */
export function shopOf(value) {
  if (typeof value !== "object" || value === null) return null;
  const origins = Array.isArray(value.pictureOrigins) ? value.pictureOrigins : [];
  const { uploadBytesMax } = value;
  return {
    name: text(value.name),
    color: text(value.color),
    avatar: text(value.avatar),
    greeting: { zh: text(value.greetingZh), en: text(value.greetingEn) },
    language: text(value.language) || "auto",
    pictureOrigins: origins.filter((/** @type {unknown} */ one) => text(one) !== ""),
    uploadBytesMax: Number.isSafeInteger(uploadBytesMax) ? uploadBytesMax : FILE_BYTES_MAX,
  };
}

/** A shop that has decided nothing. */
export const NO_SHOP = /** @type {Shop} */ (shopOf({}));

/** As it was the last time. @param {Store} store */
export function keptShop(store) {
  return shopOf(inside(store.get(KEY) ?? ""));
}

/** As it is now; null when it cannot be had. Asked as the page's preload asks, so that it is asked once. @param {Store} store */
export async function askShop(store) {
  try {
    const { code, data } = await (await fetch(memberPaths.shop)).json();
    const kept = JSON.stringify(data);
    if (code !== 0 || !shopOf(data)) return null;
    if (store.get(KEY) !== kept) store.set(KEY, kept);
    return shopOf(data);
  } catch {
    return null;
  }
}
