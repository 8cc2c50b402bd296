// Where in the shop the customer is: the chip above the input asks about it, and the staff are told, once there is somebody to
// tell of. Loaded when the shop's page says anything at all.

import { on } from "../shared/dom.js";
import { AskChip } from "./ask-chip.js";
import { offerOfOrder, offerOfProduct } from "./offer.js";
import { memberPaths as paths } from "./paths.js";

/** @import { Manner } from "../shared/message-parts.js" */
/** @import { Context, Offer, Send } from "./offer.js" */
/** @import { Store } from "../shared/store.js" */

/**
 * @typedef {object} Setup
 * @property {Manner} manner
 * @property {Store} store
 * @property {HTMLElement} before the chip stands above it
 * @property {() => string | null} token
 * @property {(method: "GET" | "PUT", path: string, body?: unknown) => Promise<any>} ask
 * @property {Send} send
 * @property {() => void} focus to where one goes on when the chip has gone
 */

/** Several things change at one step through the shop. */
const PAUSE_MS = 800;
const ORDERS_SEARCHED = 50;
/** What was asked about or waved away last: a reload does not bring it back. */
const KEY = "asked";

export class Whereabouts {
  /** @type {Context} */
  #context = { page: null, product: null, order: null };
  #told = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #chip = new AskChip();

  /** @param {Setup} setup */
  constructor(setup) {
    this.setup = setup;
    this.#chip.hidden = true;
    setup.before.before(this.#chip);
    on(this.#chip, "ask", ({ offer }) => {
      this.#done(offer);
      setup.send(offer.contentType, offer.content);
    });
    on(this.#chip, "dismiss", ({ offer }) => this.#done(offer));
  }

  /** @param {Context} context */
  async set(context) {
    this.#context = context;
    this.tell();
    const offer = await this.#offer(context);
    if (context !== this.#context) return;
    const done = offer?.key === this.setup.store.get(KEY);
    this.#chip.show(done ? null : offer, this.setup.manner);
  }

  /** Soon, and only when it is news. */
  tell() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#tellNow(), PAUSE_MS);
  }

  async #tellNow() {
    const { page, product } = this.#context;
    const { ask, token, manner } = this.setup;
    const { url = null, title = null, referrer = null } = page ?? {};
    const language = manner.locale;
    const body = { pageUrl: url, pageTitle: title, referrer, language, product };
    const news = JSON.stringify([token(), body]);
    if (!token() || !page || news === this.#told) return;
    this.#told = news;
    // The next step through the shop tells it again.
    await ask("PUT", paths.visit, body).catch(() => {
      this.#told = "";
    });
  }

  /** An order is named by the shop on purpose, a product may have been found on the page. @param {Context} context */
  async #offer({ product, order }) {
    if (!order) return offerOfProduct(product);
    const { ask, token, manner } = this.setup;
    const path = paths.orders(1, ORDERS_SEARCHED);
    const own = token() ? await ask("GET", path).catch(() => null) : null;
    return offerOfOrder(order, own?.list ?? [], (number) => manner.say("order.number", { number }));
  }

  /** @param {Offer} offer */
  #done(offer) {
    this.setup.store.set(KEY, offer.key);
    this.#chip.show(null, this.setup.manner);
    this.setup.focus();
  }
}
