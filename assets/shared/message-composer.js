// <message-composer>: a text to be sent. Enter sends, Shift+Enter breaks, and an input method's Enter does neither.

import { emit, find } from "./dom.js";
import { TEXT_LENGTH_MAX } from "./protocol.js";

const IME_KEY = 229;

export class MessageComposer extends HTMLElement {
  #leaving = new AbortController();

  connectedCallback() {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    this.#input.maxLength = TEXT_LENGTH_MAX;
    this.#input.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    this.#input.addEventListener("input", () => this.#fit(), { signal });
    find(this, "form", HTMLFormElement).addEventListener(
      "submit",
      (event) => {
        event.preventDefault();
        this.#send();
      },
      { signal },
    );
    this.#fit();
  }

  disconnectedCallback() {
    this.#leaving.abort();
  }

  get #input() {
    return find(this, "textarea", HTMLTextAreaElement);
  }

  get value() {
    return this.#input.value;
  }

  set value(text) {
    this.#input.value = text;
    this.#fit();
  }

  /** There is somebody to send to: before that, nothing typed could go astray. */
  enable() {
    this.#input.disabled = false;
  }

  /** @override */
  focus() {
    this.#input.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key !== "Enter" || event.shiftKey || event.altKey) return;
    if (event.isComposing || event.keyCode === IME_KEY) return;
    event.preventDefault();
    this.#send();
  }

  #send() {
    const text = this.#input.value.trim();
    this.#input.focus();
    if (text === "") return;
    this.value = "";
    emit(this, "send", { text });
  }

  #fit() {
    const { style } = this.#input;
    style.setProperty("height", "auto");
    style.setProperty("height", `${this.#input.scrollHeight}px`);
    this.toggleAttribute("data-blank", this.#input.value.trim() === "");
  }
}

customElements.define("message-composer", MessageComposer);
