// What is told to those who listen to the page: each new message of the other side once, in words. The list itself is not
// live: it is drawn anew, and grows at its beginning, for reasons that are nobody's news.

import { make } from "./dom.js";
import { plainText, whose } from "./message-row.js";
import { CONTENT } from "./protocol.js";

/** @import { Say } from "./text.js" */
/** @import { Row } from "./timeline.js" */

/** So long a sentence stays to be picked up; then nobody comes upon it a second time. */
const KEPT_MS = 3000;

/**
 * The rows of the other side that were not there the last time, when its newest was `key`. Own rows may stand after them.
 * @param {readonly Row[]} rows
 * @param {string} key empty when there was none
 */
export function newFrom(rows, key) {
  /** @type {Row[]} */
  const news = [];
  for (let at = rows.length - 1; at >= 0; at -= 1) {
    const row = rows[at];
    if (row?.side !== "theirs") continue;
    if (row.key === key) return news;
    news.unshift(row);
  }
  // After a hole it is not known how many are new: the newest is.
  return key === "" ? news : news.slice(-1);
}

/** @param {readonly Row[]} rows @returns {string} the key of the other side's newest, or nothing */
export function newestOf(rows) {
  for (let at = rows.length - 1; at >= 0; at -= 1) {
    if (rows[at]?.side === "theirs") return rows[at]?.key ?? "";
  }
  return "";
}

/** @param {HTMLElement} beside @returns {(rows: readonly Row[], say: Say) => void} */
export function speaker(beside) {
  const log = make("div", { "data-hidden": "", "aria-live": "polite" });
  beside.after(log);
  return (rows, say) => {
    for (const row of rows) {
      const text = plainText(row, say);
      const words = row.contentType === CONTENT.system ? text : `${whose(row, say)} ${text}`;
      const line = make("p", {}, words);
      log.append(line);
      setTimeout(() => line.remove(), KEPT_MS);
    }
  };
}
