// All conversations as the staff see them: pinned first, then the newest. Pure: a higher version is never replaced by a lower.

/** @import { Conversation } from "../shared/protocol.js" */

export class Conversations {
  /** @type {Map<number, { conversation: Conversation, touched: number }>} */
  #entries = new Map();
  /** Where conversations went whose visitor proved to be a member. @type {Map<number, number>} */
  #merged = new Map();
  #touches = 0;

  /** Stands for now; to be given to `replaceAll`. */
  get moment() {
    return this.#touches;
  }

  /** @param {number} id */
  get(id) {
    return this.#entries.get(id)?.conversation ?? null;
  }

  /** @param {Conversation} conversation */
  put(conversation) {
    // Told by somebody who had not heard of the merge yet.
    if (this.#merged.has(conversation.id)) return;
    const known = this.#entries.get(conversation.id);
    if (known && known.conversation.version > conversation.version) return;
    this.#touches += 1;
    this.#entries.set(conversation.id, { conversation, touched: this.#touches });
  }

  /** What was in `from` is in `to` now, and never comes back. @param {number} from @param {number} to */
  merge(from, to) {
    if (from === to) return;
    this.#merged.set(from, to);
    this.#entries.delete(from);
  }

  /**
   * The whole list, as it was some time after `moment`. What it lacks is gone, unless it came up meanwhile.
   * @param {readonly Conversation[]} list
   * @param {number} moment
   */
  replaceAll(list, moment) {
    const named = new Set(list.map((conversation) => conversation.id));
    for (const [id, { touched }] of this.#entries) {
      if (!named.has(id) && touched <= moment) this.#entries.delete(id);
    }
    for (const conversation of list) this.put(conversation);
  }

  /** @returns {Conversation[]} in the order of the screen */
  list() {
    return [...this.#entries.values()]
      .map((entry) => entry.conversation)
      .filter((conversation) => !conversation.adminDeleted)
      .sort(
        (a, b) =>
          Number(b.adminPinned) - Number(a.adminPinned) ||
          b.lastMessageTime - a.lastMessageTime ||
          b.id - a.id,
      );
  }

  get unread() {
    return this.list().reduce((sum, one) => sum + one.adminUnreadMessageCount, 0);
  }
}
