// What a message holds, made safe to show: a text, a picture's address, or the name of its kind. Pure.

import { CONTENT } from "./protocol.js";

/**
 * @typedef {{ kind: "text", text: string } | { kind: "image", url: string, width: number, height: number } |
 *   { kind: "label", key: string }} Shown
 */

/** @type {Record<number, string>} */
const labels = {
  [CONTENT.image]: "kind.image",
  [CONTENT.voice]: "kind.voice",
  [CONTENT.video]: "kind.video",
  [CONTENT.system]: "kind.system",
  [CONTENT.product]: "kind.product",
  [CONTENT.order]: "kind.order",
};

/** @param {string} content @returns {any} the object inside, or null for a bare text of an old client */
function inside(content) {
  try {
    const value = JSON.parse(content);
    return typeof value === "object" && value !== null ? value : null;
  } catch {
    return null;
  }
}

/** Only http(s) or a path of our own. @param {unknown} url */
export function safeUrl(url) {
  if (typeof url !== "string") return null;
  if (/^\/(?![/\\])/.test(url)) return url;
  return /^https?:\/\//i.test(url) && URL.canParse(url) ? url : null;
}

/** @param {unknown} value */
const size = (value) => (Number.isInteger(value) && Number(value) > 0 ? Number(value) : 0);

/** @param {number} contentType @param {string} content @returns {Shown} */
export function describe(contentType, content) {
  const value = inside(content);
  if (contentType === CONTENT.text) {
    return { kind: "text", text: typeof value?.text === "string" ? value.text : content };
  }
  if (contentType === CONTENT.system) {
    return { kind: "text", text: typeof value?.text === "string" ? value.text : content };
  }
  const url = contentType === CONTENT.image ? safeUrl(value ? value.picUrl : content) : null;
  if (url) return { kind: "image", url, width: size(value?.width), height: size(value?.height) };
  return { kind: "label", key: labels[contentType] ?? "kind.unknown" };
}

/**
 * One line for a list.
 * @param {number} contentType
 * @param {string} content
 * @param {(key: string) => string} say
 */
export function summary(contentType, content, say) {
  const shown = describe(contentType, content);
  if (shown.kind === "text") return shown.text;
  return say(shown.kind === "image" ? "kind.image" : shown.key);
}
