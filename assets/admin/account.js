// The menu behind one's own face: who is signed in here, and what he may do about himself and the shop.

import { find } from "../shared/dom.js";
import { drawFace } from "./face.js";

/** @import { AdminUser } from "../shared/protocol.js" */
/** @import { Store } from "../shared/store.js" */
/** @import { Locale, Say } from "../shared/text.js" */

/** @typedef {AdminUser & { username: string, owner: boolean }} Me */

/** Where the language that somebody chose is kept, by browser. */
export const LOCALE = "locale";

/**
 * The page in another language. It is loaded anew: what was typed is kept as a draft, and what was not saved asks first.
 * @param {Locale} wanted
 * @param {Locale} spoken now
 * @param {Store} store
 */
export function speak(wanted, spoken, store) {
  store.set(LOCALE, wanted);
  if (wanted === spoken) return;
  const address = new URL(location.href);
  // In the address too: an installed page begins with one.
  address.searchParams.set("locale", wanted);
  location.replace(address);
}

const STEPS = /** @type {Record<string, number>} */ ({
  ArrowDown: 1,
  ArrowUp: -1,
  ArrowRight: 1,
  ArrowLeft: -1,
});
const EDGE = 8;

export class AccountMenu {
  /**
   * @param {HTMLElement} button
   * @param {HTMLElement} menu
   * @param {Say} say
   * @param {(action: string) => void} onAction
   */
  constructor(button, menu, say, onAction) {
    this.button = button;
    this.menu = menu;
    this.say = say;
    this.onAction = onAction;
    button.addEventListener("click", () => this.#open());
    menu.addEventListener("click", (event) => this.#choose(event));
    menu.addEventListener("keydown", (event) => this.#move(event));
    menu.addEventListener("toggle", () =>
      button.setAttribute("aria-expanded", String(menu.matches(":popover-open"))),
    );
  }

  /** @param {Me} me */
  show({ id, nickname, avatar, username, owner }) {
    drawFace(find(this.button, "[data-part=face]", HTMLElement), { id, name: nickname, avatar });
    find(this.menu, "strong", HTMLElement).textContent = nickname;
    const role = this.say(owner ? "account.owner" : "account.agent");
    find(this.menu, "small", HTMLElement).textContent = `${username} · ${role}`;
    const spoken = document.documentElement.lang;
    for (const item of this.menu.querySelectorAll("[lang]")) {
      item.setAttribute("aria-checked", String(item.getAttribute("lang") === spoken));
    }
    for (const item of this.menu.querySelectorAll("[data-owner]")) {
      if (item instanceof HTMLElement) item.hidden = !owner;
    }
  }

  #open() {
    this.menu.showPopover();
    const { bottom, right } = this.button.getBoundingClientRect();
    const { width } = this.menu.getBoundingClientRect();
    const left = Math.max(EDGE, Math.min(right - width, innerWidth - width - EDGE));
    this.menu.style.setProperty("left", `${left}px`);
    this.menu.style.setProperty("top", `${bottom + EDGE}px`);
    this.#items()[0]?.focus();
  }

  #items() {
    const items = [...this.menu.querySelectorAll("button")];
    return items.filter((item) => !item.hidden);
  }

  /** @param {MouseEvent} event */
  #choose({ target }) {
    const action = target instanceof HTMLElement ? target.dataset.action : undefined;
    if (!action) return;
    this.menu.hidePopover();
    // Dialogs give the focus back to where it was when they opened.
    this.button.focus();
    this.onAction(action);
  }

  /** @param {KeyboardEvent} event */
  #move(event) {
    const items = this.#items();
    const here = items.findIndex((item) => item.matches(":focus"));
    const step = STEPS[event.key];
    if (event.key === "Tab") this.menu.hidePopover();
    else if (event.key === "Home") items[0]?.focus();
    else if (event.key === "End") items.at(-1)?.focus();
    else if (step) items.at((here + step) % items.length)?.focus();
    else return;
    if (event.key !== "Tab") event.preventDefault();
  }
}
