// Copies a text, also on plain HTTP, where the browser's clipboard is missing; and a button that does so and says it did,
// to the person and as "copied".

import { emit, make } from "../shared/dom.js";
import { addIcons, icon } from "../shared/icons.js";

/** @import { Say } from "../shared/text.js" */

const SAID_MS = 2000;

addIcons({
  copy: "M9 8.5h9.5a1 1 0 0 1 1 1V19a1 1 0 0 1-1 1H9a1 1 0 0 1-1-1V9.5a1 1 0 0 1 1-1ZM5 15.5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1h9.5a1 1 0 0 1 1 1",
});

/** @param {string} text @param {HTMLElement} near inside the dialog that is open, if one is */
async function copyText(text, near) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = make("textarea", { "data-hidden": "", readonly: "" }, text);
    near.after(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    near.focus();
    return done;
  }
}

/**
 * @param {() => string} text
 * @param {string} label
 * @param {Say} say
 * @param {"icon" | "plain"} look
 */
export function copyButton(text, label, say, look = "icon") {
  const button = make("button", { type: "button", "data-button": look, "data-action": "copy" });
  const words = make("span", look === "icon" ? { "data-hidden": "" } : {}, label);
  const told = make("span", { "data-hidden": "", role: "status" });
  if (look === "icon") button.title = label;
  const draw = (/** @type {boolean} */ done) => {
    button.toggleAttribute("data-done", done);
    if (look === "plain") words.textContent = done ? say("copy.done") : label;
    button.replaceChildren(icon(done ? "sent" : "copy"), words, told);
  };
  draw(false);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  button.addEventListener("click", async () => {
    const done = await copyText(text(), button);
    draw(done);
    if (done) emit(button, "copied");
    told.textContent = say(done ? "copy.done" : "copy.failed");
    clearTimeout(timer);
    timer = setTimeout(() => {
      draw(false);
      told.textContent = "";
    }, SAID_MS);
  });
  return button;
}
