// How rows stand on the screen: a line between days, and neighbours of one author close together. Pure.

import { CONTENT } from "./protocol.js";
import { startOfDay } from "./relative-time.js";

/** @import { Row } from "./timeline.js" */

/** @typedef {{ key: string, day: number }} DayItem */
/** @typedef {{ key: string, row: Row, first: boolean, last: boolean }} MessageItem */

const RUN_MS = 5 * 60_000;

/** @param {Row | undefined} a @param {Row | undefined} b */
function together(a, b) {
  if (!a || !b || a.side !== b.side || (a.sender ?? 0) !== (b.sender ?? 0)) return false;
  if (a.contentType === CONTENT.system || b.contentType === CONTENT.system) return false;
  if (startOfDay(a.createTime) !== startOfDay(b.createTime)) return false;
  return Math.abs(b.createTime - a.createTime) < RUN_MS;
}

/** @param {readonly Row[]} rows @returns {(DayItem | MessageItem)[]} */
export function layout(rows) {
  const days = new Set();
  return rows.flatMap((row, index) => {
    const first = !together(rows[index - 1], row);
    const last = !together(row, rows[index + 1]);
    const item = { key: row.key, row, first, last };
    const day = startOfDay(row.createTime);
    // A clock that was wrong for a while does not make a day twice.
    if (days.has(day)) return [item];
    days.add(day);
    return [{ key: `day:${day}`, day }, item];
  });
}
