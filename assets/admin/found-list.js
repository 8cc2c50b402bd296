// <found-list>: what a search has found. Where it was found is marked, with pieces of text and never with markup.

import { emit, find, make } from "../shared/dom.js";
import { showRelative } from "../shared/relative-time.js";
import { buildRow, fillRow, nameOf } from "./conversation-row.js";
import { excerpt, marked } from "./marked.js";
import { summary } from "./summary.js";

/** @import { Conversation, Message } from "../shared/protocol.js" */
/** @import { Manner } from "./conversation-row.js" */
/** @import { Piece } from "./marked.js" */

/** @typedef {{ conversation: Conversation, message: Message | null }} Found */

/** @param {readonly Piece[]} pieces */
function nodesOf(pieces) {
  return pieces.map(({ text, marked: isMatch }) => (isMatch ? make("mark", {}, text) : text));
}

export class FoundList extends HTMLElement {
  /** @type {Manner} */
  #manner = { say: (key) => key, language: "en" };
  /** @type {{ node: HTMLLIElement, found: Found }[]} */
  #rows = [];
  #text = "";
  #list = make("ol");
  #note = make("p", { role: "status" });
  #retry = make("button", { type: "button", "data-button": "plain" });

  connectedCallback() {
    if (this.childElementCount > 0) return;
    this.append(this.#note, this.#retry, this.#list);
    this.#retry.addEventListener("click", () => {
      this.wait();
      emit(this, "retry");
    });
    this.#list.addEventListener("click", ({ target }) => this.#choose(target));
    this.#list.addEventListener("keydown", (event) => this.#onKey(event));
    this.wait();
  }

  /** @param {Manner} manner */
  speak(manner) {
    this.#manner = manner;
    this.#retry.textContent = manner.say("message.retry");
    this.#list.setAttribute("aria-label", manner.say("search.found"));
  }

  wait() {
    this.#tell("search.busy");
    this.dataset.state = "busy";
  }

  /** Nothing is searched any more. */
  clear() {
    this.wait();
    this.#rows = [];
    this.#list.replaceChildren();
  }

  /** @param {string} text @param {readonly Found[] | null} found @param {number} most */
  show(text, found, most) {
    const same = text === this.#text;
    const focused = this.#list.contains(document.activeElement) ? document.activeElement : null;
    const focusedId = Number(focused?.closest("li")?.dataset.id);
    this.#text = text;
    this.dataset.state = found === null ? "failed" : found.length === 0 ? "none" : "found";
    this.#rows = (found ?? []).map((one) => ({ node: buildRow(one.conversation), found: one }));
    for (const { node, found: one } of this.#rows) this.#fill(node, one);
    this.#list.replaceChildren(...this.#rows.map(({ node }) => node));
    if (!same) this.scrollTop = 0;
    if (focused) this.focusOn(focusedId);
    if (found === null) this.#tell("search.failed");
    else if (found.length === 0) this.#tell("search.none", { text });
    else this.#tell(found.length < most ? "search.count" : "search.most", { count: found.length });
  }

  /** @param {(id: number) => Conversation | null} now @param {number | null} chosenId */
  update(now, chosenId) {
    for (const row of this.#rows) {
      const { node, found } = row;
      const known = now(found.conversation.id);
      if (known && known.version > found.conversation.version) {
        row.found = { ...found, conversation: known };
        this.#fill(node, row.found);
      }
      const button = find(node, "button", HTMLButtonElement);
      if (found.conversation.id === chosenId) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  /** @override */
  focus() {
    this.#rows[0]?.node.querySelector("button")?.focus();
  }

  /** @param {number | null} id */
  focusOn(id) {
    const row = this.#rows.find(({ found }) => found.conversation.id === id);
    row?.node.querySelector("button")?.focus();
    return row !== undefined;
  }

  chooseFirst() {
    const [first] = this.#rows;
    if (first) emit(this, "choose", { id: first.found.conversation.id });
  }

  /** @param {HTMLLIElement} node @param {Found} found */
  #fill(node, { conversation, message }) {
    const { say, language } = this.#manner;
    fillRow(node, conversation, "", this.#manner);
    const name = nameOf(conversation, say);
    find(node, "strong", HTMLElement).replaceChildren(...nodesOf(marked(name, this.#text)));
    if (!message) return;
    const text = summary(message.contentType, message.content, say);
    const line = find(node, "[data-part=last]", HTMLElement);
    line.replaceChildren(...nodesOf(excerpt(text, this.#text)));
    showRelative(find(node, "time", HTMLTimeElement), message.createTime, language);
  }

  /** @param {string} key @param {Record<string, string | number>} [values] */
  #tell(key, values) {
    this.#note.textContent = this.#manner.say(key, values);
  }

  /** @param {EventTarget | null} target */
  #choose(target) {
    const item = target instanceof Element ? target.closest("li") : null;
    if (item) emit(this, "choose", { id: Number(item.dataset.id) });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const buttons = [...this.#list.querySelectorAll("button")];
    const here = buttons.findIndex((button) => button.matches(":focus"));
    const next = buttons[here + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) next.focus();
    else if (event.key === "ArrowUp") emit(this, "leave-up");
  }
}

customElements.define("found-list", FoundList);
