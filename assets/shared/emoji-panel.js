// The panel of the 48 emoji: those used last come first. What is chosen goes into the text as this platform's own sign.

import { loadStyle, make } from "./dom.js";
import { emoji, withNames } from "./emoji.js";

/** @import { Store } from "./store.js" */
/** @import { Say } from "./text.js" */

export { withNames };

const KEY = "emoji";
const RECENT_MAX = 8;
const COLUMNS = 8;

await loadStyle(new URL("sheets.css", import.meta.url).href);

/** @param {Store} store */
function recent(store) {
  const names = (store.get(KEY) ?? "").split(",").filter((name) => emoji.has(name));
  return names.slice(0, RECENT_MAX);
}

/** @param {Store} store @param {string} name */
function remember(store, name) {
  const names = [name, ...recent(store).filter((other) => other !== name)];
  store.set(KEY, names.slice(0, RECENT_MAX).join(","));
}

/** @param {readonly string[]} names */
function grid(names) {
  const box = make("div", { "data-part": "emoji-grid" });
  for (const name of names) {
    // The sign is its own name: each platform says it in its person's language.
    box.append(make("button", { type: "button", "data-name": name }, emoji.get(name) ?? ""));
  }
  return box;
}

/** @param {HTMLElement} panel @param {KeyboardEvent} event */
function onKey(panel, event) {
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -COLUMNS, ArrowDown: COLUMNS };
  const step = steps[/** @type {keyof typeof steps} */ (event.key)];
  if (!step) return;
  event.preventDefault();
  const signs = [...panel.querySelectorAll("button")];
  const here = signs.findIndex((sign) => sign.matches(":focus"));
  signs[Math.max(0, Math.min(signs.length - 1, here + step))]?.focus();
}

/** @param {HTMLElement} panel @param {HTMLElement} opener */
function place(panel, opener) {
  const { left, top } = (opener.closest("form") ?? opener).getBoundingClientRect();
  const { width, height } = panel.getBoundingClientRect();
  const x = Math.max(8, Math.min(left, innerWidth - width - 8));
  panel.style.setProperty("left", `${x}px`);
  panel.style.setProperty("top", `${Math.max(8, top - height - 8)}px`);
}

/**
 * @param {HTMLElement} opener
 * @param {{ say: Say, store: Store, onPick: (sign: string) => void, onClose: () => void }} setup
 */
export function openEmoji(opener, { say, store, onPick, onClose }) {
  const used = recent(store);
  const panel = make("div", { popover: "auto", "data-part": "emoji" });
  panel.setAttribute("aria-label", say("composer.emoji"));
  panel.setAttribute("role", "dialog");
  const rest = [...emoji.keys()].filter((name) => !used.includes(name));
  panel.append(grid([...used, ...rest]));
  panel.addEventListener("click", ({ target }) => {
    const name = target instanceof HTMLElement ? target.dataset.name : undefined;
    if (!name) return;
    remember(store, name);
    onPick(emoji.get(name) ?? "");
  });
  panel.addEventListener("keydown", (event) => onKey(panel, event));
  panel.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== "closed") return;
    panel.remove();
    onClose();
  });
  document.body.append(panel);
  panel.showPopover();
  place(panel, opener);
  panel.querySelector("button")?.focus();
  return panel;
}
