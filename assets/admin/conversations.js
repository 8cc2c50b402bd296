// All conversations as the staff see them: pinned first, then the newest. Pure. A higher version is never replaced by a lower
// one, and of a long list only what lies above a floor is known without a gap: that is what is shown.

/** @import { Conversation } from "../shared/protocol.js" */

/** @typedef {{ time: number, id: number }} Cursor a place among those that are not pinned */
/** @typedef {"all" | "unread"} View */
/** @typedef {{ conversations: number, messages: number }} Unread */

/** @type {Cursor} */
export const START = Object.freeze({ time: Number.POSITIVE_INFINITY, id: 0 });
/** @type {Cursor} */
export const END = Object.freeze({ time: Number.NEGATIVE_INFINITY, id: 0 });

/** @param {Cursor} a @param {Cursor} b */
function below(a, b) {
  return a.time < b.time || (a.time === b.time && a.id < b.id);
}

/** @param {Conversation} conversation @returns {Cursor} */
function placeOf({ lastMessageTime, id }) {
  return { time: lastMessageTime, id };
}

/** What a badge may count of it. @param {Conversation | null} conversation */
export function unreadOf(conversation) {
  return !conversation || conversation.adminDeleted ? 0 : conversation.adminUnreadMessageCount;
}

export class Conversations {
  /** @type {Map<number, { conversation: Conversation, touched: number }>} */
  #entries = new Map();
  /** Where conversations went whose visitor proved to be a member. @type {Map<number, number>} */
  #merged = new Map();
  /** @type {Record<View, Cursor>} */
  #floors = { all: START, unread: START };
  #touches = 0;

  /** Stands for now; to be given back with what was asked for at this moment. */
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

  /** Down to here nothing is missing: where all are known, the unread are among them. @param {View} view */
  floor(view) {
    const { all, unread } = this.#floors;
    return view === "unread" && below(unread, all) ? unread : all;
  }

  /** @param {View} view */
  isWhole(view) {
    return this.floor(view) === END;
  }

  /** Has a page that ended at `cursor` come down to where the view was known before? @param {View} view @param {Cursor} cursor */
  reached(view, cursor) {
    return !below(this.#floors[view], cursor);
  }

  /**
   * One page of the server's list, as it was some time after `moment`. What lies in its range and is not in it is gone, unless
   * it came up meanwhile. The first page has all that are pinned as well.
   * @param {View} view
   * @param {readonly Conversation[]} page
   * @param {{ after: Cursor, size: number, moment: number }} asked
   * @returns {Cursor} its end
   */
  takePage(view, page, { after, size, moment }) {
    const others = page.filter((conversation) => !conversation.adminPinned);
    const last = others.at(-1);
    const end = !last || others.length < size ? END : placeOf(last);
    // What is not among the unread has only been read.
    if (view === "all") {
      const named = new Set(page.map((conversation) => conversation.id));
      this.#drop(moment, (one) => {
        // No page names those that are hidden.
        if (named.has(one.id) || one.adminDeleted) return false;
        if (one.adminPinned) return after === START;
        const place = placeOf(one);
        return below(place, after) && !below(place, end);
      });
    }
    for (const conversation of page) this.put(conversation);
    if (below(end, this.#floors[view])) this.#floors[view] = end;
    return end;
  }

  /**
   * All was fetched anew down to these ends: what is below may be of yesterday, and is fetched again when it is wanted.
   * @param {Record<View, Cursor>} ends START for what was not fetched
   * @param {number} moment when it was begun
   * @param {number | null} keptId the open one
   */
  settle(ends, moment, keptId) {
    this.#floors = { ...ends };
    const end = ends.all;
    this.#drop(moment, (one) => {
      return one.id !== keptId && !one.adminPinned && below(placeOf(one), end);
    });
  }

  /** @param {number} moment @param {(conversation: Conversation) => boolean} isGone */
  #drop(moment, isGone) {
    for (const [id, { conversation, touched }] of this.#entries) {
      if (touched <= moment && isGone(conversation)) this.#entries.delete(id);
    }
  }

  /**
   * In the order of the screen.
   * @param {View} [view]
   * @param {number | null} [keptId] stays among the unread while one reads it
   * @returns {Conversation[]}
   */
  list(view = "all", keptId = null) {
    const floor = this.floor(view);
    return [...this.#entries.values()]
      .map((entry) => entry.conversation)
      .filter((one) => {
        if (one.adminDeleted || (!one.adminPinned && below(placeOf(one), floor))) return false;
        return view === "all" || one.adminUnreadMessageCount > 0 || one.id === keptId;
      })
      .sort(
        (a, b) =>
          Number(b.adminPinned) - Number(a.adminPinned) ||
          b.lastMessageTime - a.lastMessageTime ||
          b.id - a.id,
      );
  }

  /** Of all that are known. @returns {Unread} */
  get unread() {
    const counts = [...this.#entries.values()].map(({ conversation }) => unreadOf(conversation));
    return {
      conversations: counts.filter((count) => count > 0).length,
      messages: counts.reduce((sum, count) => sum + count, 0),
    };
  }
}
