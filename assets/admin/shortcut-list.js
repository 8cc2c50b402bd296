// The list of the desk's keys.

import { make } from "../shared/dom.js";
import { icon } from "../shared/kind-icons.js";
import { loadStyle } from "../shared/styles.js";

/** @import { Say } from "../shared/text.js" */

const MAC = /Mac|iP(hone|ad|od)/.test(navigator.userAgent);
const ALT = MAC ? "⌥" : "Alt";

/** @type {[string, string[]][]} */
const KEYS = [
  ["shortcut.next", [ALT, "J"]],
  ["shortcut.previous", [ALT, "K"]],
  ["shortcut.unread", [ALT, "U"]],
  ["shortcut.search", ["/"]],
  ["shortcut.back", ["Esc"]],
  ["shortcut.send", ["Enter"]],
  ["shortcut.break", ["Shift", "Enter"]],
  ["shortcut.list", ["↑", "↓"]],
  ["shortcut.menu", ["Shift", "F10"]],
  ["shortcut.help", ["?"]],
];

/** @param {Say} say @param {{ on: boolean }} signs */
function signSwitch(say, signs) {
  const toggle = make("input", { type: "checkbox", role: "switch" });
  toggle.checked = signs.on;
  toggle.addEventListener("change", () => {
    signs.on = toggle.checked;
  });
  return make("label", {}, make("span", {}, say("shortcut.signs")), toggle);
}

/** @param {Say} say @param {{ on: boolean }} signs whether "/" and "?" alone mean something */
export async function showShortcuts(say, signs) {
  await loadStyle(new URL("shortcut-list.css", import.meta.url).href);
  const title = make("h2", { id: "shortcuts-title" }, say("shortcut.title"));
  const close = make("button", { type: "button", "data-button": "icon" }, icon("close"));
  close.setAttribute("aria-label", say("picker.close"));
  const list = make("dl");
  for (const [key, keys] of KEYS) {
    const caps = keys.map((name) => make("kbd", {}, name));
    list.append(make("div", {}, make("dt", {}, say(key)), make("dd", {}, ...caps)));
  }
  const dialog = make(
    "dialog",
    { "data-part": "shortcuts", "aria-labelledby": "shortcuts-title" },
    make("header", {}, title, close),
    list,
    signSwitch(say, signs),
  );
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
