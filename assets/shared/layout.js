// How rows stand on the screen: a line between days, and neighbours of one author close together. Pure.

import { startOfDay } from "./days.js";
import { CONTENT } from "./protocol.js";

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

/** A row that stands as it stood is the same item: it need not be drawn again. @type {WeakMap<Row, MessageItem>} */
const stood = new WeakMap();

/** @param {Row} row @param {boolean} first @param {boolean} last @returns {MessageItem} */
function itemOf(row, first, last) {
  const before = stood.get(row);
  if (before?.first === first && before.last === last) return before;
  const item = { key: row.key, row, first, last };
  stood.set(row, item);
  return item;
}

/** @param {readonly Row[]} rows @returns {(DayItem | MessageItem)[]} */
export function layout(rows) {
  const days = new Set();
  /** @type {(DayItem | MessageItem)[]} */
  const items = [];
  let first = true;
  for (const [index, row] of rows.entries()) {
    const last = !together(row, rows[index + 1]);
    const day = startOfDay(row.createTime);
    // A clock that was wrong for a while does not make a day twice.
    if (!days.has(day)) items.push({ key: `day:${day}`, day });
    days.add(day);
    items.push(itemOf(row, first, last));
    first = last;
  }
  return items;
}
