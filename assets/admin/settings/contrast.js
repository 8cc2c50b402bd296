// How well a colour can be seen. Pure: WCAG's numbers.

import { inkOn, luminance } from "../../shared/colour.js";

const WHITE = 1;

/** @param {string} text @returns {number[] | null} of #rrggbb */
export function channelsOf(text) {
  const found = /^#?([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(text.trim());
  return found ? found.slice(1).map((part) => Number.parseInt(part, 16)) : null;
}

/** @param {number} a @param {number} b */
const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

/** @param {number[]} rgb */
export function contrastOf(rgb) {
  const light = luminance(rgb);
  const ink = inkOn(light);
  return {
    ink,
    text: ratio(light, luminance(channelsOf(ink) ?? [])),
    onWhite: ratio(light, WHITE),
  };
}
