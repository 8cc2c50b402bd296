// The composer's tools for what he has looked at and ordered: whether there is any of it is asked at each opening, since
// he goes on looking and buying, but not more often than once a minute. Loaded when he has the chat open.

import { choose, offer } from "./cards.js";

/** @import { MessageComposer } from "../shared/message-composer.js" */
/** @import { Manner } from "../shared/message-parts.js" */
/** @import { Get } from "./cards.js" */

const PAUSE_MS = 60_000;

/**
 * @typedef {object} Setup
 * @property {() => string | null} token
 * @property {Get} get
 * @property {Manner} manner
 * @property {Pick<MessageComposer, "offer">} composer
 * @property {() => number} [now]
 */

export class Tools {
  /** Whose cards were asked for. @type {string | null} */
  #askedFor = null;
  #askedAt = 0;

  /** @param {Setup} setup */
  constructor({ now = Date.now, ...setup }) {
    this.setup = setup;
    this.now = now;
  }

  async offer() {
    const { get, composer } = this.setup;
    const token = this.setup.token();
    const now = this.now();
    if (!token || (token === this.#askedFor && now - this.#askedAt < PAUSE_MS)) return;
    this.#askedFor = token;
    this.#askedAt = now;
    try {
      await offer(get, composer);
    } catch {
      // What was not answered does not count.
      if (token === this.#askedFor && now === this.#askedAt) this.#askedFor = null;
    }
  }

  /** Gives what was chosen. @param {string} name of the tool */
  choose(name) {
    return choose(name, this.setup.get, this.setup.manner);
  }
}
