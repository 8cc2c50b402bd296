// The conversations one was in last, as they were left: to come back to one shows it at once, and what is new is fetched. Pure.

/** @import { Kept } from "../shared/conversation.js" */

const KEPT_MAX = 20;

export class Recent {
  /** The last used one is the last. @type {Map<number, { generation: number, kept: Kept }>} */
  #all = new Map();

  /** @param {number} id @param {number} generation @param {Kept | null} kept null where nothing was here yet */
  keep(id, generation, kept) {
    if (kept === null) return;
    this.#all.delete(id);
    this.#all.set(id, { generation, kept });
    const [oldest] = this.#all.keys();
    if (this.#all.size > KEPT_MAX && oldest !== undefined) this.#all.delete(oldest);
  }

  /** Nothing when its history was rewritten. @param {number} id @param {number | undefined} generation */
  find(id, generation) {
    const known = this.#all.get(id);
    return known?.generation === generation ? known?.kept : undefined;
  }

  clear() {
    this.#all.clear();
  }
}
