// Which of the three panes are shown. Where there is room the member pane stands beside the chat or not, as one likes, and
// that is kept; on a phone one pane is shown at a time, and the address says which.

import { find } from "../shared/dom.js";

/** @import { Store } from "../shared/store.js" */
/** @import { Place } from "./address.js" */

const KEY = "pane";
const PHONE = "(max-width: 700px)";
/** Wide enough that the pane takes nothing from the chat that it needs. */
const ROOMY = "(min-width: 1180px)";

export class Panes {
  /**
   * @param {HTMLElement} view
   * @param {Store} store
   * @param {(member: boolean) => void} go on a phone, to the member pane or back from it
   */
  constructor(view, store, go) {
    this.view = view;
    this.store = store;
    this.go = go;
    this.phone = matchMedia(PHONE);
    this.roomy = matchMedia(ROOMY);
    this.toggle = find(view, "[data-part=pane]", HTMLButtonElement);
    this.title = find(view, "[data-part=open] h2", HTMLElement);
    this.back = find(view, "[data-part=member-back]", HTMLButtonElement);
    this.toggle.addEventListener("click", () => this.#toggle());
    this.back.addEventListener("click", () => this.#close());
    for (const media of [this.phone, this.roomy]) {
      media.addEventListener("change", () => this.#draw());
    }
  }

  /** @param {Place} place */
  follow({ conversation, member }) {
    const before = this.view.dataset.pane;
    this.view.dataset.pane = conversation === null ? "list" : member ? "member" : "chat";
    this.#draw();
    if (!this.phone.matches || before === this.view.dataset.pane) return;
    // The focus goes where the eye goes; the list's row has it when one is back there.
    if (member) this.back.focus();
    else if (before === "member") this.toggle.focus();
    else if (conversation !== null) this.title.focus();
  }

  get #open() {
    const kept = this.store.get(KEY);
    return kept === null ? this.roomy.matches : kept === "open";
  }

  #draw() {
    const chosen = this.view.dataset.pane !== "list";
    const open = chosen && (this.phone.matches ? this.view.dataset.pane === "member" : this.#open);
    this.view.dataset.member = open ? "open" : "closed";
    this.toggle.setAttribute("aria-expanded", String(open));
  }

  #toggle() {
    if (this.phone.matches) return this.go(true);
    this.store.set(KEY, this.#open ? "closed" : "open");
    return this.#draw();
  }

  #close() {
    if (this.phone.matches) return this.go(false);
    this.store.set(KEY, "closed");
    this.#draw();
    return this.toggle.focus();
  }
}
