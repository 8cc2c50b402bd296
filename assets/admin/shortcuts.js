// The keys of the desk. None of them while an input method is at work, and those without Alt never while one is writing.

/** @typedef {"next" | "previous" | "unread" | "search" | "back" | "help"} Shortcut */

const IME_KEY = 229;
/** By the place on the keyboard: with Alt, some systems make other letters of them. @type {Record<string, Shortcut>} */
const WITH_ALT = { KeyJ: "next", KeyK: "previous", KeyU: "unread" };
/** @type {Record<string, Shortcut>} */
const ALONE = { "/": "search", "?": "help", Escape: "back" };

/**
 * @typedef {object} Pressed
 * @property {string} key
 * @property {string} code
 * @property {boolean} altKey
 * @property {boolean} ctrlKey
 * @property {boolean} metaKey
 * @property {boolean} shiftKey
 * @property {boolean} isComposing
 * @property {number} keyCode
 */

/**
 * What a key means, or nothing. Pure.
 * @param {Pressed} event
 * @param {boolean} writing there is text under the hands
 * @param {boolean} [signs] whether one sign alone may mean something: who speaks to his computer types many
 * @returns {Shortcut | null}
 */
export function meaningOf(event, writing, signs = true) {
  if (event.isComposing || event.keyCode === IME_KEY || event.ctrlKey || event.metaKey) return null;
  if (event.altKey) return event.shiftKey ? null : (WITH_ALT[event.code] ?? null);
  if (writing || (!signs && event.key.length === 1)) return null;
  return ALONE[event.key] ?? null;
}

/** Escape in a field that is still blank means what it means elsewhere. @param {Element | null} focused @param {string} key */
function isWriting(focused, key) {
  if (focused instanceof HTMLTextAreaElement || focused instanceof HTMLInputElement) {
    return key !== "Escape" || focused.value !== "";
  }
  return focused instanceof HTMLSelectElement || focused?.closest("[contenteditable]") != null;
}

/** @param {() => boolean} isOn @param {() => boolean} signs @param {Record<Shortcut, () => void>} actions */
export function listenForShortcuts(isOn, signs, actions) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || !isOn()) return;
    // What is open above the desk has keys of its own.
    if (document.querySelector("dialog[open], [popover]:popover-open")) return;
    const writing = isWriting(document.activeElement, event.key);
    const shortcut = meaningOf(event, writing, signs());
    if (!shortcut) return;
    event.preventDefault();
    actions[shortcut]();
  });
}
