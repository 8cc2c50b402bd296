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

  /** Is the whole list on its way? */
  get isHeld() {
    return this.#held !== null;
  }

  /** Something has come. @param {number} id @param {number} [time] a row with a last message of then knows of it */
  want(id, time = Number.POSITIVE_INFINITY) {
    if (this.#held) this.#held.set(id, Math.max(time, this.#held.get(id) ?? 0));
    else this.now(id);
  }

  /** Something has come that was there before the list was asked for. @param {number} id @param {number} time */
  recall(id, time) {
    if (this.#held || this.#isBefore(id, time)) this.want(id, time);
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
    for (const [id, time] of held) if (this.#isBefore(id, time)) this.now(id);
    return true;
  }

  /** @param {number} id @param {number} time */
  #isBefore(id, time) {
    const row = this.setup.row(id);
    return !row || row.lastMessageTime < time;
  }

  /** There is no such conversation any more. @param {number} id */
  drop(id) {
    this.#fetches.delete(id);
  }
}
