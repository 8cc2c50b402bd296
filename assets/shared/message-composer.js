// <message-composer>: a text, files, or one of the page's own tools. Enter sends, Shift+Enter breaks, and an input method's
// Enter does neither.

import { emit, find, loadModule } from "./dom.js";
import { FILES_AT_ONCE_MAX, TEXT_LENGTH_MAX } from "./protocol.js";
import { toast } from "./toast.js";

/** @import { Store } from "./store.js" */
/** @import { Say } from "./text.js" */

const IME_KEY = 229;

export class MessageComposer extends HTMLElement {
  /** @type {{ say: Say, store: Store } | null} */
  #words = null;
  /** Closes the emoji panel while it is open. @type {(() => void) | null} */
  #closePanel = null;
  /** What was chosen in the panel travels by its name. @type {(text: string) => string} */
  #toWire = (text) => text;
  #takesFiles = false;
  #leaving = new AbortController();

  connectedCallback() {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    this.#input.maxLength = TEXT_LENGTH_MAX;
    this.#input.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    this.#input.addEventListener("input", () => this.#fit(), { signal });
    this.addEventListener("click", (event) => this.#onClick(event), { signal });
    this.#files.addEventListener("change", () => this.#onChosen(), { signal });
    // Before a file can be pasted there is a focus, and before one is dropped it is dragged over the page.
    const ready = () => void this.#takeFiles();
    this.addEventListener("focusin", ready, { signal });
    document.addEventListener("dragenter", ready, { signal });
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

  get #files() {
    return find(this, "input[type=file]", HTMLInputElement);
  }

  get value() {
    return this.#input.value;
  }

  set value(text) {
    this.#input.value = text;
    this.#fit();
  }

  /** @param {Say} say @param {Store} store */
  speak(say, store) {
    this.#words = { say, store };
    if (this.parentElement) this.parentElement.dataset.drop = say("composer.drop");
  }

  /** There is somebody to send to: before that, nothing typed could go astray. */
  enable() {
    this.#input.disabled = false;
    for (const button of this.querySelectorAll("button")) button.disabled = false;
  }

  /** @param {string} name @param {boolean} offered */
  offer(name, offered) {
    find(this, `[data-tool=${name}]`, HTMLButtonElement).hidden = !offered;
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
    const named = this.#toWire(text);
    emit(this, "send", { text: named.length > TEXT_LENGTH_MAX ? text : named });
  }

  async #takeFiles() {
    if (this.#takesFiles) return;
    this.#takesFiles = true;
    try {
      const { takeFiles } = await loadModule(() => import("./file-drop.js"));
      const { signal } = this.#leaving;
      takeFiles(this.parentElement ?? this, (files) => this.#give(files), signal);
    } catch {
      this.#takesFiles = false;
    }
  }

  /** @param {MouseEvent} event */
  #onClick({ target }) {
    const button = target instanceof Element ? target.closest("[data-tool]") : null;
    if (!(button instanceof HTMLButtonElement)) return;
    const name = button.dataset.tool;
    if (name === "files") this.#files.click();
    else if (name === "emoji")
      void this.#toggleEmoji(button).catch(() => this.#tell("chat.failed"));
    else emit(this, "tool", { name });
  }

  #onChosen() {
    const files = [...(this.#files.files ?? [])];
    // The same file may be chosen once more.
    this.#files.value = "";
    this.#give(files);
  }

  /** @param {File[]} files */
  #give(files) {
    if (files.length === 0 || this.#input.disabled) return;
    if (files.length > FILES_AT_ONCE_MAX) this.#tell("upload.tooMany", FILES_AT_ONCE_MAX);
    emit(this, "files", { files: files.slice(0, FILES_AT_ONCE_MAX) });
  }

  /** @param {string} key @param {number} [count] */
  #tell(key, count = 0) {
    if (this.#words) toast(this.#words.say(key, { count }));
  }

  /** @param {HTMLButtonElement} button */
  async #toggleEmoji(button) {
    const words = this.#words;
    if (!words || this.#closePanel) return this.#closePanel?.();
    const { openEmoji, withNames } = await loadModule(() => import("./emoji-panel.js"));
    // Pressed again while it was on its way.
    if (this.#closePanel) return undefined;
    this.#toWire = withNames;
    this.#closePanel = () => {};
    this.#closePanel = await openEmoji(button, {
      ...words,
      onPick: (sign) => this.#insert(sign),
      onClose: () => {
        this.#closePanel = null;
        if (matchMedia("(pointer: fine)").matches) this.focus();
      },
    });
    return undefined;
  }

  /** @param {string} text */
  #insert(text) {
    const { selectionStart, selectionEnd, value } = this.#input;
    if (value.length - (selectionEnd - selectionStart) + text.length > TEXT_LENGTH_MAX) return;
    this.#input.setRangeText(text, selectionStart, selectionEnd, "end");
    this.#input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }

  #fit() {
    const { style } = this.#input;
    style.setProperty("height", "auto");
    style.setProperty("height", `${this.#input.scrollHeight}px`);
    this.toggleAttribute("data-blank", this.#input.value.trim() === "");
  }
}

customElements.define("message-composer", MessageComposer);
