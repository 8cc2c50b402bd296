// Shows what the desk knows: the rows, how many there are and wait, and which one is open.

import { unreadOf } from "./conversations.js";

/** @import { Conversation } from "../shared/protocol.js" */
/** @import { Setup } from "./desk-setup.js" */
/** @import { Listing } from "./listing.js" */

export class DeskView {
  /** @param {Setup} setup @param {(id: number) => string} draft */
  constructor(setup, draft) {
    this.setup = setup;
    this.draft = draft;
  }

  /** @param {Listing} listing @param {number | null} openId @param {boolean} loaded the open one's messages are here */
  show(listing, openId, loaded) {
    const { rows, finder, notice, onChange, onCount } = this.setup;
    const { conversations, view } = listing;
    const open = openId === null ? null : conversations.get(openId);
    // What comes under somebody's eyes is read before it could be counted.
    const read = loaded && this.#isLooking ? unreadOf(open) : 0;
    const list = conversations.list(view, openId);
    const seen = (/** @type {Conversation} */ row) => ({ ...row, adminUnreadMessageCount: 0 });
    const nothing = view === "unread" ? "read" : "none";
    rows.show({
      conversations: read === 0 ? list : list.map((row) => (row === open ? seen(row) : row)),
      chosenId: openId,
      draft: this.draft,
      state: listing.isWhole ? nothing : "loading",
    });
    const { unread } = listing;
    finder.show(view, Math.max(0, unread.conversations - Number(read > 0)));
    finder.update((id) => conversations.get(id), openId);
    if (listing.loaded) notice.count(Math.max(0, unread.messages - read));
    onCount(listing.count);
    onChange(open);
  }

  /** The session is over. */
  clear() {
    const { rows, finder, notice } = this.setup;
    finder.clear();
    finder.show("all", 0);
    rows.show({ conversations: [], chosenId: null, draft: () => "", state: "loading" });
    notice.count(0);
  }

  get #isLooking() {
    const { attention, list } = this.setup;
    return attention.given && list.atBottom;
  }
}
