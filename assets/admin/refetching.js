// Fetches single rows of the list anew: for each one request at a time, and none while the whole list is on its way, which
// brings most of them by itself.

import { coalesce, persist } from "../shared/coalesce.js";

/** @import { Conversation } from "../shared/protocol.js" */

/** @typedef {Map<number, number>} Held ids, and of when the row has to be at least */

export class Refetching {
  /** @type {Map<number, () => Promise<void>>} */
  #fetches = new Map();
  /** @type {Held | null} */
  #held = null;

  /** @param {{ fetch: (id: number) => Promise<unknown>, row: (id: number) => Conversation | null }} setup */
  constructor(setup) {
    this.setup = setup;
  }

  /** Something has come. @param {number} id @param {number} [time] a row with a last message of then knows of it */
  want(id, time = Number.POSITIVE_INFINITY) {
    if (this.#held) this.#held.set(id, Math.max(time, this.#held.get(id) ?? 0));
    else this.now(id);
  }

  /** @param {number} id */
  now(id) {
    const fetch = this.#fetches.get(id) ?? coalesce(() => this.setup.fetch(id));
    this.#fetches.set(id, fetch);
    void persist(fetch).then(() => {
      if (this.#fetches.get(id) === fetch) this.#fetches.delete(id);
    });
  }

  /** The whole list is being fetched. @returns {Held} to be given back when it is here */
  hold() {
    this.#held = new Map();
    return this.#held;
  }

  /** @param {Held} held @returns {boolean} false when the list is being fetched once more */
  release(held) {
    if (this.#held !== held) return false;
    this.#held = null;
    for (const [id, time] of held) {
      const row = this.setup.row(id);
      if (!row || row.lastMessageTime < time) this.now(id);
    }
    return true;
  }

  /** There is no such conversation any more. @param {number} id */
  drop(id) {
    this.#fetches.delete(id);
  }
}
