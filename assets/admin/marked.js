// Where a searched text stands in another, as pieces that are marked or not. Pure.

/** @typedef {{ text: string, marked: boolean }} Piece */

/** So much of a long text stands before the first match. */
const BEFORE_LENGTH = 12;

/** @param {string} text without regard to case @param {string} wanted */
function pattern(text, wanted) {
  const plain = (/** @type {string} */ part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const words = wanted.trim().split(/\s+/).filter(Boolean);
  const whole = plain(wanted.trim());
  const found = new RegExp(whole, "iu").test(text);
  return new RegExp(found ? whole : words.map(plain).join("|"), "giu");
}

/** @param {string} text @param {string} wanted @returns {Piece[]} */
export function marked(text, wanted) {
  if (wanted.trim() === "") return [{ text, marked: false }];
  /** @type {Piece[]} */
  const pieces = [];
  let end = 0;
  for (const { 0: match, index } of text.matchAll(pattern(text, wanted))) {
    if (index > end) pieces.push({ text: text.slice(end, index), marked: false });
    pieces.push({ text: match, marked: true });
    end = index + match.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), marked: false });
  return pieces;
}

/** One line of a long text that begins a little before the first match. @param {string} text @param {string} wanted */
export function excerpt(text, wanted) {
  const line = text.replace(/\s+/g, " ").trim();
  const pieces = marked(line, wanted);
  const [first] = pieces;
  if (!first || first.marked || pieces.length === 1) return pieces;
  const letters = [...first.text];
  if (letters.length > BEFORE_LENGTH * 2) {
    pieces[0] = { text: `…${letters.slice(-BEFORE_LENGTH).join("")}`, marked: false };
  }
  return pieces;
}
