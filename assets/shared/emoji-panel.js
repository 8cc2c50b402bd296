// The panel of the 48 emoji: those used last come first. What is chosen goes into the text as this platform's own sign. It is
// no popover, which the browsers inside older apps do not know: it stands on the form, and goes by Escape, by a press
// elsewhere, or when the focus leaves it.

import { make } from "./dom.js";
import { emoji, withNames } from "./emoji.js";
import { needStyle } from "./styles.js";

/** @import { Store } from "./store.js" */
/** @import { Say } from "./text.js" */

export { withNames };

const KEY = "emoji";
const RECENT_MAX = 8;
const COLUMNS = 8;

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

/**
 * @typedef {object} Setup
 * @property {Say} say
 * @property {Store} store
 * @property {(sign: string) => void} onPick
 * @property {() => void} onClose
 */

/** @param {Setup} setup */
function panelOf({ say, store, onPick }) {
  const used = recent(store);
  const panel = make("div", { "data-part": "emoji", role: "dialog", tabindex: "-1" });
  panel.setAttribute("aria-label", say("composer.emoji"));
  const rest = [...emoji.keys()].filter((name) => !used.includes(name));
  panel.append(grid([...used, ...rest]));
  panel.addEventListener("click", ({ target }) => {
    const name = target instanceof HTMLElement ? target.dataset.name : undefined;
    if (!name) return;
    remember(store, name);
    onPick(emoji.get(name) ?? "");
  });
  panel.addEventListener("keydown", (event) => onKey(panel, event));
  return panel;
}

/**
 * @param {HTMLElement} opener a press on it closes the panel too, by its own doing
 * @param {Setup} setup
 * @returns {Promise<() => void>} closes it
 */
export async function openEmoji(opener, setup) {
  await needStyle(new URL("sheets.css", import.meta.url).href);
  const panel = panelOf(setup);
  const leaving = new AbortController();
  const { signal } = leaving;
  const close = () => {
    if (signal.aborted) return;
    leaving.abort();
    if (panel.contains(document.activeElement)) opener.focus({ preventScroll: true });
    panel.remove();
    opener.setAttribute("aria-expanded", "false");
    setup.onClose();
  };
  /** @param {unknown} target */
  const isOutside = (target) =>
    !(target instanceof Node) || !(panel.contains(target) || opener.contains(target));
  document.addEventListener(
    "pointerdown",
    ({ target }) => {
      if (isOutside(target)) close();
    },
    { signal },
  );
  // Escape closes the panel, and nothing that lies under it.
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      event.stopPropagation();
      event.preventDefault();
      close();
    },
    { signal, capture: true },
  );
  panel.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && isOutside(relatedTarget)) close();
  });
  (opener.closest("form") ?? opener).append(panel);
  opener.setAttribute("aria-expanded", "true");
  panel.querySelector("button")?.focus();
  return close;
}
