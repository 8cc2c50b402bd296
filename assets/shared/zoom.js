// Where a picture stands while it is looked at closely. Pure: x and y are how far its middle is from the middle of the screen.

/** @typedef {{ scale: number, x: number, y: number }} View */
/** @typedef {{ x: number, y: number }} Point measured from the middle of the screen */
/** @typedef {{ width: number, height: number }} Size */

export const SCALE_MAX = 8;
/** A press on "larger", or two quick ones on the picture. */
export const STEP = 2;

/** @type {View} */
export const WHOLE = Object.freeze({ scale: 1, x: 0, y: 0 });

/** @param {number} value @param {number} most */
const within = (value, most) => Math.max(-most, Math.min(most, value)) + 0;

/** Never so far aside that its edge leaves the screen's. @param {View} view @param {Size} picture @param {Size} screen @returns {View} */
export function settle({ scale, x, y }, picture, screen) {
  const spareX = Math.max(0, (picture.width * scale - screen.width) / 2);
  const spareY = Math.max(0, (picture.height * scale - screen.height) / 2);
  return { scale, x: within(x, spareX), y: within(y, spareY) };
}

/** What is under the finger stays under it. @param {View} view @param {number} factor @param {Point} at @returns {View} */
export function zoomed(view, factor, at) {
  const scale = Math.max(1, Math.min(SCALE_MAX, view.scale * factor));
  const grown = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * grown, y: at.y - (at.y - view.y) * grown };
}
