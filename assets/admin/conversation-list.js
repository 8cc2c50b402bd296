// <conversation-list>: shows conversations and says what is wanted of them: choose, pin, remove, more. Of thousands only the
// rows that can be seen are in the page, and the one that has the focus.

import { arrange, emit, find, make } from "../shared/dom.js";
import { ConversationMenu } from "./conversation-menu.js";
import { buildRow, fillRow, nameOf } from "./conversation-row.js";
import { icon } from "./icons.js";

/** @import { Conversation } from "../shared/protocol.js" */
/** @import { Say } from "../shared/text.js" */
/** @import { Manner } from "./conversation-row.js" */

/** Rows beyond the edges, so that scrolling shows no gap. */
const EXTRA = 8;
/** So near to the end more is asked for. */
const MORE_ROWS = 20;

/**
 * @typedef {object} Shown
 * @property {readonly Conversation[]} conversations in the order of the screen
 * @property {number | null} chosenId
 * @property {(id: number) => string} draft
 * @property {"loading" | "none" | "read" | ""} state why there may be nothing to show: nothing yet, or all is read
 */

export class ConversationList extends HTMLElement {
  /** @type {Map<number, HTMLLIElement>} */
  #nodes = new Map();
  /** What a node shows. @type {WeakMap<HTMLLIElement, { conversation: Conversation, draft: string }>} */
  #filled = new WeakMap();
  /** @type {Shown} */
  #shown = { conversations: [], chosenId: null, draft: () => "", state: "loading" };
  /** The row that Tab leads to. @type {number | null} */
  #currentId = null;
  /** @type {Manner} */
  #manner = { say: (key) => key, language: "en" };
  /** @type {ConversationMenu | null} */
  #menu = null;
  #scrolled = 0;
  #leaving = new AbortController();
  /** @type {ResizeObserver | undefined} */
  #resizes;

  connectedCallback() {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    const menu = find(this, "[data-part=menu]", HTMLElement);
    this.#menu = new ConversationMenu(
      menu,
      (action, conversation) => emit(this, action, { conversation }),
      signal,
    );
    this.#list.addEventListener("click", (event) => this.#onClick(event), { signal });
    this.#list.addEventListener("contextmenu", (event) => this.#onContextMenu(event), { signal });
    this.#list.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    this.#list.addEventListener("focusin", ({ target }) => this.#onFocus(target), { signal });
    this.addEventListener("scroll", () => this.#draw(), { signal, passive: true });
    this.#resizes = new ResizeObserver(() => {
      // While it was hidden it forgot how far it was scrolled.
      if (this.clientHeight > 0 && this.scrollTop === 0) this.scrollTo({ top: this.#scrolled });
      this.#draw();
    });
    this.#resizes.observe(this);
  }

  disconnectedCallback() {
    this.#leaving.abort();
    this.#resizes?.disconnect();
  }

  get #list() {
    return find(this, "ol", HTMLOListElement);
  }

  get #rowHeight() {
    return this.#list.clientHeight / Math.max(1, this.#shown.conversations.length);
  }

  /** @param {Say} say @param {string} language */
  speak(say, language) {
    this.#manner = { say, language };
  }

  /** @param {Shown} shown */
  show(shown) {
    const moved = this.#shiftOf(shown.conversations);
    const lostAt = this.#focusLostBy(shown.conversations);
    const height = this.#rowHeight;
    if (shown.chosenId !== this.#shown.chosenId) this.#currentId = shown.chosenId;
    this.#shown = shown;
    this.#list.style.setProperty("--count", String(shown.conversations.length));
    const none = find(this, "[data-part=none]", HTMLElement);
    this.dataset.state = shown.conversations.length > 0 ? "" : shown.state;
    none.hidden = this.dataset.state !== "none" && this.dataset.state !== "read";
    for (const text of none.querySelectorAll("[data-for]")) {
      text.toggleAttribute("hidden", text.getAttribute("data-for") !== this.dataset.state);
    }
    // What the eye rests on stays where it is, whatever comes to the top.
    if (moved !== 0) this.scrollBy({ top: moved * height });
    this.#draw();
    if (lostAt >= 0) this.#focusRow(Math.min(lostAt, shown.conversations.length - 1));
  }

  /** The conversation after the chosen one, or before it. @param {1 | -1} step */
  neighbour(step) {
    const { conversations, chosenId } = this.#shown;
    const here = this.#indexOf(chosenId);
    const next = here < 0 ? 0 : here + step;
    return conversations[next]?.id ?? null;
  }

  /** Where the keys are used. @override */
  focus() {
    this.#focusRow(Math.max(0, this.#indexOf(this.#currentId)));
  }

  /** @param {number | null} id the first one when it is not here */
  focusOn(id) {
    this.#focusRow(Math.max(0, this.#indexOf(id)));
  }

  /** @param {number} id */
  reveal(id) {
    const index = this.#indexOf(id);
    if (index < 0 || this.clientHeight === 0) return;
    const height = this.#rowHeight;
    const top = this.#list.offsetTop + index * height;
    const bottom = top + height - this.clientHeight;
    if (top < this.scrollTop) this.scrollTo({ top });
    else if (bottom > this.scrollTop) this.scrollTo({ top: bottom });
    this.#draw();
  }

  /** @param {number | null} id */
  #indexOf(id) {
    return this.#shown.conversations.findIndex((conversation) => conversation.id === id);
  }

  /** Where the row with the focus was, when it is not here any more. @param {readonly Conversation[]} next */
  #focusLostBy(next) {
    if (!this.#list.contains(document.activeElement)) return -1;
    const focused = this.#conversationAt(document.activeElement);
    const stays = next.some((conversation) => conversation.id === focused?.id);
    return stays ? -1 : this.#indexOf(focused?.id ?? null);
  }

  /** By how many rows what is seen now moves; the middle one of three decides, as one of them may go elsewhere by itself. @param {readonly Conversation[]} next */
  #shiftOf(next) {
    const height = this.#rowHeight;
    const first = Math.floor((this.scrollTop - this.#list.offsetTop) / (height || 1));
    if (this.scrollTop < height || first < 0) return 0;
    const seen = this.#shown.conversations.slice(first, first + 3);
    const shifts = seen.flatMap(({ id }, offset) => {
      const index = next.findIndex((conversation) => conversation.id === id);
      return index < 0 ? [] : [index - first - offset];
    });
    return shifts.sort((a, b) => a - b)[Math.floor(shifts.length / 2)] ?? 0;
  }

  #draw() {
    const { conversations } = this.#shown;
    if (this.clientHeight === 0 && conversations.length > 0) return;
    this.#scrolled = this.scrollTop;
    const height = this.#rowHeight || 1;
    const top = Math.floor((this.scrollTop - this.#list.offsetTop) / height);
    const bottom = top + Math.ceil(this.clientHeight / height);
    if (this.#indexOf(this.#currentId) < 0) this.#currentId = conversations[0]?.id ?? null;
    const focused = this.#list.contains(document.activeElement) ? document.activeElement : null;
    const nodes = conversations.flatMap((conversation, index) => {
      const seen = index >= top - EXTRA && index <= bottom + EXTRA;
      return seen || conversation.id === this.#currentId ? [this.#node(conversation, index)] : [];
    });
    const kept = new Set(nodes);
    for (const [id, node] of this.#nodes) if (!kept.has(node)) this.#nodes.delete(id);
    arrange(this.#list, nodes);
    // A row that is moved loses the focus.
    if (focused instanceof HTMLElement && focused !== document.activeElement) {
      focused.focus({ preventScroll: true });
    }
    if (bottom >= conversations.length - MORE_ROWS) emit(this, "more");
  }

  /** @param {Conversation} conversation @param {number} index */
  #node(conversation, index) {
    const { id } = conversation;
    const { chosenId, conversations } = this.#shown;
    const node = this.#nodes.get(id) ?? this.#build(conversation);
    this.#nodes.set(id, node);
    // Whoever is in the chat sees the draft there.
    const draft = id === chosenId ? "" : this.#shown.draft(id);
    const filled = this.#filled.get(node);
    if (filled?.conversation !== conversation || filled.draft !== draft) {
      fillRow(node, conversation, draft, this.#manner);
      const { say } = this.#manner;
      const menu = say("admin.menu.of", { name: nameOf(conversation, say) });
      find(node, "[data-action=menu]", HTMLButtonElement).setAttribute("aria-label", menu);
      this.#filled.set(node, { conversation, draft });
    }
    node.style.setProperty("--at", String(index));
    node.setAttribute("aria-posinset", String(index + 1));
    node.setAttribute("aria-setsize", String(conversations.length));
    const tab = id === this.#currentId ? "0" : "-1";
    for (const button of node.querySelectorAll("button")) button.setAttribute("tabindex", tab);
    const row = find(node, "[data-action=choose]", HTMLButtonElement);
    if (id === chosenId) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
    return node;
  }

  /** @param {Conversation} conversation */
  #build(conversation) {
    const node = buildRow(conversation);
    const more = make(
      "button",
      { type: "button", "data-button": "icon", "data-action": "menu", "aria-haspopup": "menu" },
      icon("more"),
    );
    node.append(more);
    return node;
  }

  /** @param {EventTarget | null} target */
  #conversationAt(target) {
    const item = target instanceof Element ? target.closest("li") : null;
    return this.#shown.conversations[this.#indexOf(Number(item?.dataset.id))] ?? null;
  }

  /** @param {EventTarget | null} target */
  #onFocus(target) {
    const conversation = this.#conversationAt(target);
    if (!conversation || conversation.id === this.#currentId) return;
    this.#currentId = conversation.id;
    this.#draw();
  }

  /** @param {MouseEvent} event */
  #onClick({ target }) {
    const button = target instanceof Element ? target.closest("button") : null;
    const conversation = this.#conversationAt(target);
    if (!button || !conversation) return;
    if (button.dataset.action === "choose") return emit(this, "choose", { id: conversation.id });
    const { right, bottom } = button.getBoundingClientRect();
    this.#menu?.open(conversation, { x: right, y: bottom }, this.#manner.say);
  }

  /** @param {MouseEvent} event */
  #onContextMenu(event) {
    const conversation = this.#conversationAt(event.target);
    if (!conversation) return;
    event.preventDefault();
    this.#menu?.open(conversation, { x: event.clientX, y: event.clientY }, this.#manner.say);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const { key, target, altKey, ctrlKey, metaKey } = event;
    const conversation = this.#conversationAt(target);
    if (!conversation || !(target instanceof Element) || altKey || ctrlKey || metaKey) return;
    if (key === "ContextMenu" || (key === "F10" && event.shiftKey)) {
      event.preventDefault();
      const { left, bottom } = target.getBoundingClientRect();
      this.#menu?.open(conversation, { x: left + 32, y: bottom - 16 }, this.#manner.say);
      return;
    }
    const page = Math.max(1, Math.floor(this.clientHeight / this.#rowHeight) - 1);
    const last = this.#shown.conversations.length - 1;
    const here = this.#indexOf(conversation.id);
    /** @type {Record<string, number>} */
    const places = {
      ArrowDown: here + 1,
      ArrowUp: here - 1,
      PageDown: here + page,
      PageUp: here - page,
      Home: 0,
      End: last,
    };
    const next = places[key];
    if (next === undefined) return;
    event.preventDefault();
    this.#focusRow(Math.max(0, Math.min(last, next)));
  }

  /** @param {number} index */
  #focusRow(index) {
    const id = this.#shown.conversations[index]?.id;
    if (id === undefined) return;
    this.#currentId = id;
    this.reveal(id);
    const node = this.#nodes.get(id);
    node?.querySelector("button")?.focus({ preventScroll: true });
  }
}

customElements.define("conversation-list", ConversationList);
