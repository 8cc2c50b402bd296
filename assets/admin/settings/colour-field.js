// Choosing the shop's colour: a few that go well, the browser's own picker, or its number; and how well it can be seen.

import { make } from "../../shared/dom.js";
import { channelsOf, contrastOf } from "./contrast.js";

/** @import { Say } from "../../shared/text.js" */
/** @import { Control } from "./fields.js" */

/** That of both pages while the shop has none. */
export const OWN = "#2f5fd0";
const OFFERED = [OWN, "#2f6b57", "#0f766e", "#6d4bc2", "#a8326b", "#b3401f", "#8a5a00", "#27303f"];
/** Below it a button is hard to find on a white page (WCAG 1.4.11). */
const SEEN_MIN = 3;

/** @param {string} text */
const tidy = (text) => (text.startsWith("#") ? text : `#${text}`).toLowerCase();

/** @param {Say} say @returns {Control} */
export function colourControl(say) {
  const picker = make("input", { type: "color", "aria-label": say("set.color.pick") });
  const text = make("input", {
    type: "text",
    maxlength: "7",
    spellcheck: "false",
    autocomplete: "off",
    placeholder: OWN,
    pattern: "#?[0-9a-fA-F]{6}",
    "aria-label": say("set.color.code"),
  });
  const swatches = OFFERED.map((color) => {
    const swatch = make("button", { type: "button", "data-color": color, "aria-pressed": "false" });
    swatch.style.setProperty("--swatch", color);
    swatch.setAttribute("aria-label", color);
    return swatch;
  });
  const verdict = make("p", { "data-part": "verdict" });
  const row = make("div", { "data-part": "swatches" }, ...swatches);
  const own = make("div", { "data-part": "own-colour" }, picker, text);
  const element = make("div", { "data-part": "colour" }, row, own, verdict);
  const draw = () => {
    const color = channelsOf(text.value) ? tidy(text.value.trim()) : OWN;
    picker.value = color;
    for (const swatch of swatches) {
      swatch.setAttribute("aria-pressed", String(swatch.dataset.color === color));
    }
    const { text: ratio, onWhite } = contrastOf(channelsOf(color) ?? []);
    const good = onWhite >= SEEN_MIN;
    verdict.dataset.good = String(good);
    const values = { ratio: ratio.toFixed(1), white: onWhite.toFixed(1) };
    verdict.textContent = say(good ? "set.color.good" : "set.color.faint", values);
  };
  /** @param {string} color */
  const change = (color) => {
    text.value = color;
    draw();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  };
  row.addEventListener("click", ({ target }) => {
    const color = target instanceof HTMLElement ? target.dataset.color : undefined;
    if (color) change(color);
  });
  picker.addEventListener("input", () => change(picker.value));
  text.addEventListener("input", draw);
  draw();
  return {
    element,
    focus: text,
    read: () => (text.value.trim() === "" ? null : tidy(text.value.trim())),
    write: (value) => {
      text.value = value ?? "";
      draw();
    },
  };
}
