// A piece of program to be copied.

import { make } from "../../shared/dom.js";
import { copyButton } from "../copy.js";

/** @import { Say } from "../../shared/text.js" */

/** @param {Say} say @param {string} label @param {string} text @param {boolean} [lines] a program of several lines */
export function codeBox(say, label, text, lines = false) {
  const code = make("code", {}, text);
  const box = make("pre", { tabindex: "0", role: "region" }, code);
  box.setAttribute("aria-label", label);
  const copy = copyButton(() => code.textContent ?? "", say("set.copy"), say, "plain");
  const element = make("div", { "data-part": "code" }, box, copy);
  element.toggleAttribute("data-lines", lines);
  return {
    element,
    copy,
    /** @param {string} now */
    show(now) {
      code.textContent = now;
    },
  };
}
