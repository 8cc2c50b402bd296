// Fetches the pages of the conversation list as they are wanted, and keeps the count of all that is unread. A long list is
// never fetched as a whole.

import { asApiError } from "../shared/api.js";
import { adminPaths as paths } from "../shared/protocol.js";
import { Conversations, END, START, unreadOf } from "./conversations.js";

/** @import { Call } from "../shared/api.js" */
/** @import { Conversation } from "../shared/protocol.js" */
/** @import { Cursor, Unread, View } from "./conversations.js" */

const PAGE_SIZE = 50;
/** Of a long list that is fetched anew. */
const LONG_PAGE_SIZE = 200;
/** So much of what was scrolled to is fetched anew after a gap; the rest is when one scrolls there again. */
const REFRESHED_MAX = 1000;
const RECOUNT_MS = 1000;

/** @typedef {(method: Parameters<Call>[0], path: string, body?: unknown) => Promise<any>} Ask */

export class Listing {
  conversations = new Conversations();
  /** @type {View} */
  view = "all";
  loaded = false;
  /** As far as they cannot be added up from what is here. */
  #total = { conversations: 0, messages: 0 };
  #run = 0;
  #busy = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #recount;

  /** @param {{ ask: Ask, onChange: () => void }} setup */
  constructor(setup) {
    this.setup = setup;
  }

  /** What nobody of the staff has read, also where it is not loaded. @returns {Unread} */
  get unread() {
    const { conversations } = this;
    return conversations.isWhole("all") ? conversations.unread : this.#total;
  }

  /** @param {Conversation} conversation */
  put(conversation) {
    const { conversations } = this;
    const before = unreadOf(conversations.get(conversation.id));
    conversations.put(conversation);
    const after = unreadOf(conversations.get(conversation.id));
    const { conversations: count, messages } = this.#total;
    this.#total = {
      conversations: Math.max(0, count + Number(after > 0) - Number(before > 0)),
      messages: Math.max(0, messages + after - before),
    };
    this.#countSoon();
  }

  /** @param {number} from @param {number} to */
  merge(from, to) {
    this.conversations.merge(from, to);
    this.#countSoon();
  }

  /** All that was here, anew, after a time without a connection. @param {number | null} openId */
  async refresh(openId) {
    this.#run += 1;
    const run = this.#run;
    await this.#fetchAnew("all", run, openId);
    if (this.view === "unread") await this.#fetchAnew("unread", run, openId);
    if (run !== this.#run) return;
    this.loaded = true;
    if (this.conversations.isWhole("all")) this.#total = this.conversations.unread;
    else await this.#count();
  }

  /** @param {View} view @param {number} run @param {number | null} openId */
  async #fetchAnew(view, run, openId) {
    const { conversations } = this;
    const { moment } = conversations;
    let end = START;
    let count = 0;
    do {
      const size = end === START ? PAGE_SIZE : LONG_PAGE_SIZE;
      // Each page needs the end of the one before.
      const page = await this.#page(view, end, size);
      if (run !== this.#run) return;
      end = page.end;
      count += page.count;
    } while (end !== END && !conversations.reached(view, end) && count < REFRESHED_MAX);
    conversations.settle(view, end, moment, openId);
  }

  /** @param {View} view @param {Cursor} after @param {number} size */
  async #page(view, after, size) {
    const { moment } = this.conversations;
    const cursor = after === START ? {} : { beforeTime: after.time, beforeId: after.id };
    const unread = view === "unread" ? "true" : undefined;
    const path = paths.conversationPage({ limit: size, ...cursor, unread });
    /** @type {Conversation[]} */
    const page = await this.setup.ask("GET", path);
    const end = this.conversations.takePage(view, page, { after, size, moment });
    return { end, count: page.length };
  }

  /** One scrolls to the end of what is here. */
  async more() {
    const { conversations, view } = this;
    if (this.#busy || !this.loaded || conversations.isWhole(view)) return;
    this.#busy = true;
    try {
      await this.#page(view, conversations.floor(view), PAGE_SIZE);
    } catch {
      // The next scroll asks again.
      return;
    } finally {
      this.#busy = false;
    }
    this.setup.onChange();
  }

  /** @param {View} view */
  show(view) {
    this.view = view;
    this.setup.onChange();
    if (this.conversations.floor(view) === START) void this.more();
  }

  /** The next one that waits for an answer, after the open one or else from the top. @param {number | null} openId @returns {Promise<number | null>} */
  async nextUnread(openId) {
    const list = this.conversations.list();
    const here = list.findIndex((one) => one.id === openId);
    const round = [...list.slice(here + 1), ...list.slice(0, Math.max(0, here))];
    const known = round.find((one) => one.adminUnreadMessageCount > 0);
    if (known || this.unread.messages === 0) return known?.id ?? null;
    // It is further down than has been loaded.
    const found = this.#page("unread", START, PAGE_SIZE).then(() =>
      this.conversations.list("unread"),
    );
    const [newest] = await found.catch(() => []);
    return newest?.id ?? null;
  }

  leave() {
    this.#run += 1;
    clearTimeout(this.#recount);
  }

  /** What one adds up by oneself is right until something changes that is not loaded. */
  #countSoon() {
    if (this.#recount !== undefined || !this.loaded || this.conversations.isWhole("all")) return;
    this.#recount = setTimeout(() => {
      this.#recount = undefined;
      void this.#count();
    }, RECOUNT_MS);
  }

  async #count() {
    const { moment } = this.conversations;
    try {
      const total = await this.setup.ask("GET", paths.unreadCount);
      // Something came meanwhile that may be in the answer or not.
      if (moment !== this.conversations.moment) return this.#countSoon();
      this.#total = total;
      this.setup.onChange();
    } catch (cause) {
      if (!asApiError(cause).final) this.#countSoon();
    }
    return undefined;
  }
}
