// A sheet to choose one of many from: pages are loaded as one scrolls, and where there is a search, as one types.

import { make } from "./dom.js";
import { icon } from "./kind-icons.js";
import { needStyle } from "./styles.js";

/** @import { Page } from "./protocol.js" */
/** @import { Say } from "./text.js" */

/**
 * @typedef {object} Choice
 * @property {string} title
 * @property {Say} say
 * @property {(pageNo: number, name: string) => Promise<Page>} load
 * @property {(row: any) => Node | null} draw null for a row that cannot be shown
 * @property {string} [search] the search field's placeholder
 */

const TYPING_MS = 250;

class Picker {
  #pageNo = 0;
  #count = 0;
  #loading = false;
  #done = false;
  #name = "";
  /** Each search is a new one: what an earlier one brings late is thrown away. */
  #run = 0;

  /** @param {Choice} choice @param {(row: any) => void} onPick */
  constructor(choice, onPick) {
    this.choice = choice;
    this.onPick = onPick;
    const { title, say } = choice;
    const heading = make("h2", {}, title);
    const close = make("button", { type: "button", "data-button": "icon" }, icon("close"));
    close.setAttribute("aria-label", say("picker.close"));
    close.addEventListener("click", () => this.dialog.close());
    this.list = make("ul", { "data-part": "choices" });
    this.note = make("p", { "data-part": "picker-note", role: "status" });
    this.more = make("button", { type: "button", "data-button": "plain" });
    this.more.addEventListener("click", () => void this.#load());
    this.body = make("div", { "data-part": "picker-body" }, this.list, this.note, this.more);
    this.dialog = make("dialog", { "data-part": "picker" }, make("header", {}, heading, close));
    this.dialog.setAttribute("aria-label", title);
    if (choice.search) this.dialog.append(this.#search(choice.search));
    this.dialog.append(this.body);
    this.dialog.addEventListener("click", ({ target }) => {
      if (target === this.dialog) this.dialog.close();
    });
    this.watch = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting && this.#pageNo > 0) void this.#load();
      },
      { root: this.body, rootMargin: "200px" },
    );
    this.dialog.addEventListener("close", () => this.watch.disconnect());
    void this.#load();
  }

  /** @param {string} placeholder */
  #search(placeholder) {
    const field = make("input", { type: "search", placeholder, autocomplete: "off" });
    field.setAttribute("aria-label", placeholder);
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.#restart(field.value.trim()), TYPING_MS);
    };
    // Letters that an input method has not made a word of yet are not looked for.
    field.addEventListener("input", (event) => {
      if (event instanceof InputEvent && event.isComposing) clearTimeout(timer);
      else soon();
    });
    field.addEventListener("compositionend", soon);
    return field;
  }

  /** @param {string} name */
  #restart(name) {
    if (name === this.#name) return;
    this.#name = name;
    this.#run += 1;
    this.#pageNo = 0;
    this.#count = 0;
    this.#done = false;
    this.#loading = false;
    this.list.replaceChildren();
    void this.#load();
  }

  async #load() {
    if (this.#loading || this.#done) return;
    this.#loading = true;
    const run = this.#run;
    const { say, load } = this.choice;
    this.#tell(say("picker.loading"), false);
    try {
      const page = await load(this.#pageNo + 1, this.#name);
      if (run !== this.#run) return;
      this.#pageNo += 1;
      this.#show(page);
    } catch {
      if (run !== this.#run) return;
      this.#tell(say("picker.failed"), true);
      this.more.textContent = say("message.retry");
    } finally {
      if (run === this.#run) this.#loading = false;
    }
  }

  /** @param {Page} page */
  #show({ total, list }) {
    const { say, draw } = this.choice;
    this.#count += list.length;
    this.#done = list.length === 0 || this.#count >= total;
    for (const row of list) {
      const node = draw(row);
      if (node) this.list.append(this.#choiceOf(row, node));
    }
    const empty = this.list.childElementCount === 0 && this.#done;
    this.#tell(empty ? say("picker.none") : "", !this.#done);
    this.more.textContent = say("picker.more");
    // Told anew where the button is, in case it never left the screen.
    this.watch.unobserve(this.more);
    if (!this.#done) this.watch.observe(this.more);
  }

  /** @param {any} row @param {Node} node */
  #choiceOf(row, node) {
    const send = make("button", { type: "button", "data-button": "main" });
    send.textContent = this.choice.say("composer.send");
    send.addEventListener("click", () => {
      this.dialog.close();
      this.onPick(row);
    });
    // What kind of card it is, where CSS cannot look inside.
    const part = node instanceof HTMLElement ? (node.dataset.part ?? "") : "";
    return make("li", { "data-card": part }, node, send);
  }

  /** @param {string} text @param {boolean} more */
  #tell(text, more) {
    this.note.textContent = text;
    this.note.hidden = text === "";
    this.more.hidden = !more;
  }
}

/** @param {Choice} choice @returns {Promise<any>} the chosen row, or null */
export async function pick(choice) {
  await needStyle(new URL("sheets.css", import.meta.url).href);
  return new Promise((resolve) => {
    /** @type {any} */
    let chosen = null;
    const { dialog } = new Picker(choice, (row) => {
      chosen = row;
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(chosen);
    });
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector("input")?.focus();
  });
}
