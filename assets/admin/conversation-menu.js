// The menu of one conversation: by the other mouse button, by its own button, or by the keyboard.

import { find } from "../shared/dom.js";

/** @import { Conversation } from "../shared/protocol.js" */
/** @import { Say } from "../shared/text.js" */

const EDGE_PX = 8;

export class ConversationMenu {
  /** @type {Conversation | null} the one it is about */
  #subject = null;

  /**
   * @param {HTMLElement} menu
   * @param {(action: string, conversation: Conversation) => void} onAction
   * @param {AbortSignal} signal
   */
  constructor(menu, onAction, signal) {
    this.menu = menu;
    menu.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    menu.addEventListener(
      "click",
      ({ target }) => {
        const action = target instanceof HTMLElement ? target.dataset.action : undefined;
        if (!action || !this.#subject) return;
        menu.hidePopover();
        onAction(action, this.#subject);
      },
      { signal },
    );
  }

  /** @param {Conversation} conversation @param {{ x: number, y: number }} at @param {Say} say */
  open(conversation, { x, y }, say) {
    const { menu } = this;
    this.#subject = conversation;
    const pin = find(menu, "[data-action=pin]", HTMLButtonElement);
    pin.textContent = say(conversation.adminPinned ? "admin.unpin" : "admin.pin");
    menu.showPopover();
    const { width, height } = menu.getBoundingClientRect();
    const left = Math.max(EDGE_PX, Math.min(x, innerWidth - width - EDGE_PX));
    const top = Math.max(EDGE_PX, Math.min(y, innerHeight - height - EDGE_PX));
    menu.style.setProperty("left", `${left}px`);
    menu.style.setProperty("top", `${top}px`);
    pin.focus();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key === "Tab") this.menu.hidePopover();
    if (!["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
    event.preventDefault();
    const items = [...this.menu.querySelectorAll("button")];
    const here = items.findIndex((item) => item.matches(":focus"));
    /** @type {Record<string, number>} */
    const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 };
    items.at((next[event.key] ?? 0) % items.length)?.focus();
  }
}
