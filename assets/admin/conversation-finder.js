// <conversation-finder>: the search field and the choice of what the list shows. Says what is wanted: search, choose, view,
// leave; what was found is drawn by a part that is loaded with the first search.

import { emit, find } from "../shared/dom.js";

/** @import { Conversation } from "../shared/protocol.js" */
/** @import { View } from "./conversations.js" */
/** @import { FoundList, Found } from "./found-list.js" */
/** @import { Manner } from "./conversation-row.js" */
/** @import { Say } from "../shared/text.js" */

const TYPING_MS = 250;
const IME_KEY = 229;
const COUNT_SHOWN_MAX = 999;
export const SEARCH_LENGTH_MAX = 64;

export class ConversationFinder extends HTMLElement {
  /** @type {Manner} */
  #manner = { say: (key) => key, language: "en" };
  #text = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {FoundList | null} */
  #list = null;
  #leaving = new AbortController();

  connectedCallback() {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    const field = this.#field;
    field.maxLength = SEARCH_LENGTH_MAX;
    field.addEventListener("input", (event) => this.#onInput(event), { signal });
    // What an input method puts together is searched when it is done.
    field.addEventListener("compositionend", () => this.#later(), { signal });
    field.addEventListener("focus", () => void this.#load().catch(() => {}), { signal });
    this.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    this.addEventListener("click", (event) => this.#onClick(event), { signal });
  }

  disconnectedCallback() {
    this.#leaving.abort();
    clearTimeout(this.#timer);
  }

  get #field() {
    return find(this, "input", HTMLInputElement);
  }

  get active() {
    return this.#text !== "";
  }

  /** @param {Say} say @param {string} language */
  speak(say, language) {
    this.#manner = { say, language };
  }

  /** @override */
  focus() {
    this.#field.focus();
    this.#field.select();
  }

  /** @param {View} view @param {number} unread */
  show(view, unread) {
    for (const button of this.querySelectorAll("[data-view-of-list]")) {
      const pressed = button.getAttribute("data-view-of-list") === view;
      button.setAttribute("aria-pressed", String(pressed));
    }
    const count = find(this, "[data-part=count]", HTMLElement);
    const most = unread > COUNT_SHOWN_MAX ? `${COUNT_SHOWN_MAX}+` : String(unread);
    count.textContent = unread > 0 ? most : "";
  }

  /**
   * @param {string} text that was searched
   * @param {readonly Found[] | null} found null when it did not work
   * @param {number} most there can be
   */
  async showFound(text, found, most) {
    const list = await this.#load();
    if (text !== this.#text) return;
    list.show(text, found, most);
  }

  /** @param {(id: number) => Conversation | null} now @param {number | null} chosenId */
  update(now, chosenId) {
    if (this.active) this.#list?.update(now, chosenId);
  }

  /** What was found may be of before the line was down. */
  again() {
    if (this.active) emit(this, "search", { text: this.#text });
  }

  /** The found one, or where another can be searched. @param {number | null} id */
  focusOn(id) {
    if (!this.#list?.focusOn(id)) this.focus();
  }

  /** Back to the whole list. */
  clear() {
    this.#field.value = "";
    this.#search();
  }

  async #load() {
    const { FoundList } = await import("./found-list.js");
    if (this.#list) return this.#list;
    this.#list = new FoundList();
    this.#list.speak(this.#manner);
    this.#list.hidden = !this.active;
    this.#list.addEventListener("choose", (event) => {
      if (event instanceof CustomEvent) emit(this, "choose", event.detail);
    });
    this.#list.addEventListener("retry", () => emit(this, "search", { text: this.#text }));
    this.#list.addEventListener("leave-up", () => this.focus());
    this.append(this.#list);
    return this.#list;
  }

  /** @param {Event} event */
  #onInput(event) {
    if (!(event instanceof InputEvent) || !event.isComposing) this.#later();
  }

  #later() {
    clearTimeout(this.#timer);
    const blank = this.#field.value.trim() === "";
    this.#timer = setTimeout(() => this.#search(), blank ? 0 : TYPING_MS);
  }

  #search() {
    clearTimeout(this.#timer);
    const text = this.#field.value.trim();
    if (text === this.#text) return;
    this.#text = text;
    this.toggleAttribute("data-active", this.active);
    if (this.#list) {
      this.#list.hidden = !this.active;
      if (this.active) this.#list.wait();
      else this.#list.clear();
    }
    if (this.active) emit(this, "search", { text });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.isComposing || event.keyCode === IME_KEY) return;
    const inField = event.target === this.#field;
    if (event.key === "Escape") this.#leave();
    else if (!inField) return;
    else if (event.key === "ArrowDown") this.#goDown();
    else if (event.key === "Enter") this.#enter();
    else return;
    event.preventDefault();
  }

  #leave() {
    const was = this.active;
    this.clear();
    emit(this, "leave");
    if (!was) this.#field.blur();
  }

  #goDown() {
    if (this.active) this.#list?.focus();
    else emit(this, "leave");
  }

  /** Those who type quickly and press Enter mean what they have typed. */
  #enter() {
    if (this.#field.value.trim() === this.#text) this.#list?.chooseFirst();
    else this.#search();
  }

  /** @param {MouseEvent} event */
  #onClick({ target }) {
    const button = target instanceof Element ? target.closest("[data-view-of-list]") : null;
    if (!button) return;
    this.clear();
    emit(this, "view", { view: button.getAttribute("data-view-of-list") });
  }
}

customElements.define("conversation-finder", ConversationFinder);
