// How well a colour can be seen. Pure: WCAG's numbers.

import { luminance } from "../../shared/colour.js";

/** What our pages write on a light colour, and on a dark one; shared/colour.js chooses in the same way. */
const INKS = [
  { color: "#10131a", rgb: [16, 19, 26] },
  { color: "#ffffff", rgb: [255, 255, 255] },
];
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
  const [dark, bright] = INKS;
  const ink = light > 0.18 ? dark : bright;
  return {
    ink: ink?.color ?? "#ffffff",
    text: ratio(light, luminance(ink?.rgb ?? [])),
    onWhite: ratio(light, WHITE),
  };
}
