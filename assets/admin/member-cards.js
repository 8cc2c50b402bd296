// The products a customer has looked at, or his orders: drawn as the cards they are sent as, page by page.

import { arrange, find, make } from "../shared/dom.js";
import { kindOf } from "../shared/kinds.js";
import { CONTENT } from "../shared/protocol.js";

/** @import { Page } from "../shared/protocol.js" */
/** @import { Say } from "../shared/text.js" */

/** A second press within this time would most likely send twice by mistake. */
const SENT_MS = 3000;

export class CardList {
  /** @type {any[]} */
  #rows = [];
  #total = 0;
  /** Whose cards these are. */
  #userId = 0;
  /** @type {Map<string, HTMLLIElement>} */
  #nodes = new Map();

  /**
   * @param {HTMLElement} box
   * @param {string} name viewed or orders
   * @param {{ say: Say, locale: string, staff: boolean }} manner
   * @param {(event: string, detail: unknown) => void} onWish
   */
  constructor(box, name, manner, onWish) {
    this.box = box;
    this.name = name;
    this.manner = manner;
    this.onWish = onWish;
    this.list = find(box, "ul", HTMLUListElement);
    this.more = find(box, "[data-action=more]", HTMLButtonElement);
    this.more.addEventListener("click", () => {
      this.more.disabled = true;
      this.onWish("more", { name, pageNo: this.nextPage });
    });
  }

  /** How many pages of this size are here, and one. */
  get nextPage() {
    return Math.floor(this.#rows.length / this.pageSize) + 1;
  }

  get pageSize() {
    return 5;
  }

  get #type() {
    return this.name === "orders" ? CONTENT.order : CONTENT.product;
  }

  /** Another customer. @param {number} userId */
  clear(userId) {
    this.#userId = userId;
    this.#rows = [];
    this.#total = 0;
    this.#nodes.clear();
    this.list.replaceChildren();
    this.box.dataset.state = "loading";
    this.#tell("");
  }

  /** A product looked at again is the same product, whatever the number of the looking. @param {any} row */
  #keyOf(row) {
    return this.name === "orders" ? row.id : row.spuId;
  }

  /** A first page again puts what is new on top; a later one goes below. @param {Page} page @param {boolean} first */
  async add({ total, list }, first) {
    const come = new Set(list.map((row) => this.#keyOf(row)));
    const known = new Set(this.#rows.map((row) => this.#keyOf(row)));
    const others = this.#rows.filter((row) => !come.has(this.#keyOf(row)));
    // When none of a first page is known, there may be more between it and the rest.
    const joins = others.length < this.#rows.length;
    if (!first) this.#rows.push(...list.filter((row) => !known.has(this.#keyOf(row))));
    else this.#rows = joins ? [...list, ...others] : list;
    this.#total = total;
    await this.#draw();
  }

  async #draw() {
    const userId = this.#userId;
    const nodes = await Promise.all(this.#rows.map((row) => this.#node(row)));
    if (userId !== this.#userId) return;
    arrange(
      this.list,
      nodes.filter((node) => node !== null),
    );
    this.box.dataset.state = "here";
    this.#tell(
      this.list.childElementCount === 0 ? this.manner.say(`member.${this.name}.none`) : "",
    );
  }

  redraw() {
    this.#nodes.clear();
    if (this.#rows.length > 0) void this.#draw();
  }

  /** What is here already stays, when only the news of it did not come. @param {number} pageNo */
  failed(pageNo) {
    if (pageNo === 1 && this.#rows.length > 0) return;
    this.box.dataset.state = "failed";
    this.#tell(this.manner.say("picker.failed"));
    this.more.textContent = this.manner.say("message.retry");
    this.more.hidden = false;
  }

  /** @param {string} text */
  #tell(text) {
    const note = find(this.box, "[data-part=empty]", HTMLElement);
    note.textContent = text;
    note.hidden = text === "";
    const count = find(this.box, "[data-part=count]", HTMLElement);
    count.textContent = this.#total > 0 ? String(this.#total) : "";
    this.more.textContent = this.manner.say("picker.more");
    this.more.hidden = this.#rows.length >= this.#total;
    this.more.disabled = false;
  }

  /** @param {any} row @returns {Promise<Element | null>} */
  async draw(row) {
    const shown = kindOf(this.#type, JSON.stringify(row));
    const { orderCard, productCard } = await import("../shared/message-parts.js");
    if (shown?.kind === "product") return productCard(shown, this.manner);
    if (shown?.kind === "order") return orderCard(shown, this.manner);
    return null;
  }

  /** @param {any} row */
  async #node(row) {
    const { id, ...shown } = row;
    const key = JSON.stringify({ ...shown, key: this.#keyOf(row) });
    const known = this.#nodes.get(key);
    if (known) return known;
    const card = await this.draw(row);
    if (!card) return null;
    const node = make("li", {}, card, this.#sendButton(row, card));
    this.#nodes.set(key, node);
    return node;
  }

  /** @param {any} row @param {Element} card */
  #sendButton(row, card) {
    const { say } = this.manner;
    const send = make("button", { type: "button", "data-button": "plain" });
    const name = card.querySelector("strong, header span")?.textContent ?? "";
    const draw = (/** @type {boolean} */ sent) => {
      send.dataset.state = sent ? "sent" : "";
      send.textContent = say(sent ? "member.sent" : "member.send");
      if (sent) send.removeAttribute("aria-label");
      else send.setAttribute("aria-label", say("member.send.what", { what: name }));
    };
    draw(false);
    send.addEventListener("click", () => {
      if (send.dataset.state === "sent") return;
      draw(true);
      setTimeout(() => draw(false), SENT_MS);
      // Whose order it is goes without saying.
      const { user, ...card } = row;
      this.onWish("card", { contentType: this.#type, card, userId: this.#userId });
    });
    return send;
  }
}
