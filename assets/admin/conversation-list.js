// <conversation-list>: shows conversations and says what is wanted of them: choose, pin, remove.

import { arrange, emit, find, make } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { showRelative } from "../shared/relative-time.js";
import { hueOf } from "./face.js";
import { summary } from "./summary.js";

/** @import { Conversation } from "../shared/protocol.js" */
/** @import { Say } from "../shared/text.js" */

const UNREAD_SHOWN_MAX = 99;

/** @param {Conversation} conversation @param {Say} say */
export function nameOf({ userId, userNickname }, say) {
  return userNickname || say("admin.visitor", { id: userId });
}

export class ConversationList extends HTMLElement {
  /** @type {Map<number, HTMLLIElement>} */
  #nodes = new Map();
  /** @type {Conversation | null} the one the menu is about */
  #subject = null;
  /** @type {Map<number, Conversation>} */
  #shown = new Map();
  /** @type {Say} */
  #say = (key) => key;
  #language = "en";
  #leaving = new AbortController();

  connectedCallback() {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    this.#list.addEventListener("click", (event) => this.#onClick(event), { signal });
    this.#list.addEventListener("contextmenu", (event) => this.#onContextMenu(event), { signal });
    this.#menu.addEventListener("click", (event) => this.#onMenu(event), { signal });
    this.#menu.addEventListener("keydown", (event) => this.#onMenuKey(event), { signal });
  }

  disconnectedCallback() {
    this.#leaving.abort();
  }

  get #list() {
    return find(this, "ol", HTMLOListElement);
  }

  get #menu() {
    return find(this, "[data-part=menu]", HTMLElement);
  }

  /** @param {Say} say @param {string} language */
  speak(say, language) {
    this.#say = say;
    this.#language = language;
  }

  /** @param {readonly Conversation[]} conversations @param {number | null} chosenId */
  show(conversations, chosenId) {
    const nodes = conversations.map((conversation) => this.#node(conversation, chosenId));
    this.#shown = new Map(conversations.map((conversation) => [conversation.id, conversation]));
    for (const id of this.#nodes.keys()) if (!this.#shown.has(id)) this.#nodes.delete(id);
    arrange(this.#list, nodes);
    find(this, "[data-part=none]", HTMLElement).hidden = nodes.length > 0;
  }

  /** @param {Conversation} conversation @param {number | null} chosenId */
  #node(conversation, chosenId) {
    const known = this.#nodes.get(conversation.id);
    const node = known ?? this.#build(conversation);
    this.#nodes.set(conversation.id, node);
    if (this.#shown.get(conversation.id) !== conversation) this.#fill(node, conversation);
    const row = find(node, "[data-action=choose]", HTMLButtonElement);
    if (conversation.id === chosenId) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
    return node;
  }

  /** @param {Conversation} conversation */
  #build({ id, userId }) {
    const face = make("span", { "data-part": "face", "aria-hidden": "true" });
    face.style.setProperty("--hue", String(hueOf(userId)));
    const row = make(
      "button",
      { type: "button", "data-action": "choose" },
      face,
      make("strong", {}),
      make("time"),
      make("span", { "data-part": "last" }),
      make("span", { "data-part": "marks" }),
    );
    const more = make(
      "button",
      { type: "button", "data-button": "icon", "data-action": "menu", "aria-haspopup": "menu" },
      icon("more"),
    );
    more.setAttribute("aria-label", this.#say("admin.menu"));
    return make("li", { "data-id": String(id) }, row, more);
  }

  /** @param {HTMLLIElement} node @param {Conversation} conversation */
  #fill(node, conversation) {
    const name = nameOf(conversation, this.#say);
    const { lastMessageContentType, lastMessageContent, adminPinned } = conversation;
    find(node, "strong", HTMLElement).textContent = name;
    const face = [...(conversation.userNickname ?? "")][0] ?? icon("person");
    find(node, "[data-part=face]", HTMLElement).replaceChildren(face);
    find(node, "[data-part=last]", HTMLElement).textContent = summary(
      lastMessageContentType,
      lastMessageContent ?? "",
      this.#say,
    );
    showRelative(find(node, "time", HTMLTimeElement), conversation.lastMessageTime, this.#language);
    node.toggleAttribute("data-pinned", adminPinned);
    find(node, "[data-part=marks]", HTMLElement).replaceChildren(...this.#marks(conversation));
  }

  /** @param {Conversation} conversation */
  #marks({ adminPinned, adminUnreadMessageCount: count }) {
    const marks = [];
    if (adminPinned) {
      const pin = make("span", { "data-part": "pin", role: "img" }, icon("pin"));
      pin.setAttribute("aria-label", this.#say("admin.pinned"));
      marks.push(pin);
    }
    if (count > 0) {
      const text = count > UNREAD_SHOWN_MAX ? `${UNREAD_SHOWN_MAX}+` : String(count);
      const badge = make("span", { "data-part": "unread", role: "img" }, text);
      badge.setAttribute("aria-label", this.#say("chat.unread", { count }));
      marks.push(badge);
    }
    return marks;
  }

  /** @param {EventTarget | null} target */
  #conversationAt(target) {
    const item = target instanceof Element ? target.closest("li") : null;
    return this.#shown.get(Number(item?.dataset.id)) ?? null;
  }

  /** @param {MouseEvent} event */
  #onClick({ target }) {
    const button = target instanceof Element ? target.closest("button") : null;
    const conversation = this.#conversationAt(target);
    if (!button || !conversation) return;
    if (button.dataset.action === "choose") return emit(this, "choose", { id: conversation.id });
    const { right, bottom } = button.getBoundingClientRect();
    this.#openMenu(conversation, right, bottom);
  }

  /** @param {MouseEvent} event */
  #onContextMenu(event) {
    const conversation = this.#conversationAt(event.target);
    if (!conversation) return;
    event.preventDefault();
    this.#openMenu(conversation, event.clientX, event.clientY);
  }

  /** @param {Conversation} conversation @param {number} x @param {number} y */
  #openMenu(conversation, x, y) {
    this.#subject = conversation;
    const menu = this.#menu;
    const pin = find(menu, "[data-action=pin]", HTMLButtonElement);
    pin.textContent = this.#say(conversation.adminPinned ? "admin.unpin" : "admin.pin");
    menu.showPopover();
    const { width, height } = menu.getBoundingClientRect();
    const left = Math.max(8, Math.min(x, innerWidth - width - 8));
    const top = Math.max(8, Math.min(y, innerHeight - height - 8));
    menu.style.setProperty("left", `${left}px`);
    menu.style.setProperty("top", `${top}px`);
    pin.focus();
  }

  /** @param {MouseEvent} event */
  #onMenu({ target }) {
    const action = target instanceof HTMLElement ? target.dataset.action : undefined;
    const conversation = this.#subject;
    if (!action || !conversation) return;
    this.#menu.hidePopover();
    emit(this, action, { conversation });
  }

  /** @param {KeyboardEvent} event */
  #onMenuKey(event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const items = [...this.#menu.querySelectorAll("button")];
    const step = event.key === "ArrowDown" ? 1 : -1;
    const here = items.findIndex((item) => item.matches(":focus"));
    items.at((here + step) % items.length)?.focus();
  }
}

customElements.define("conversation-list", ConversationList);
