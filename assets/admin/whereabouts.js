// Whether a customer is on the page that he was on last. Pure.

const MINUTE = 60_000;
/** While a page of his is open he is there now; that is noted to the minute. */
const HERE_MS = 3 * MINUTE;
/** Nobody looks at one page for longer; a forgotten tab does. */
const LOOK_MS = 30 * MINUTE;

/** @param {{ visit: { updateTime: number } | null, loginDate: number | null }} member @param {number} now */
export function isLooking({ visit, loginDate }, now) {
  if (!visit || loginDate === null) return false;
  return now - loginDate < HERE_MS && now - visit.updateTime < LOOK_MS;
}
