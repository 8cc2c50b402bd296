// What every message can be shown as before anything else is loaded: its text, or the name of its kind. Pure.

import { CONTENT } from "./protocol.js";

/** @type {Record<number, string>} */
const labels = {
  [CONTENT.image]: "kind.image",
  [CONTENT.voice]: "kind.voice",
  [CONTENT.video]: "kind.video",
  [CONTENT.file]: "kind.file",
  [CONTENT.product]: "kind.product",
  [CONTENT.order]: "kind.order",
};

/** @param {string} content @returns {any} the object inside, or null for a bare text of an old client */
export function inside(content) {
  try {
    const value = JSON.parse(content);
    return typeof value === "object" && value !== null ? value : null;
  } catch {
    return null;
  }
}

/** The text of a text or of a system message; null for every other kind. @param {number} contentType @param {string} content */
export function textOf(contentType, content) {
  if (contentType !== CONTENT.text && contentType !== CONTENT.system) return null;
  const text = inside(content)?.text;
  return typeof text === "string" ? text : content;
}

/** @param {number} contentType */
export function labelOf(contentType) {
  return labels[contentType] ?? "kind.unknown";
}
