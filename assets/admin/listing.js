// Fetches the pages of the conversation list as they are wanted, and keeps the count of all that is unread. A long list is
// never fetched as a whole.

import { asApiError } from "../shared/api.js";
import { persist } from "../shared/coalesce.js";
import { Conversations, END, START, unreadOf } from "./conversations.js";
import { adminPaths as paths } from "./paths.js";

/** @import { Call } from "../shared/api.js" */
/** @import { Conversation } from "../shared/protocol.js" */
/** @import { Cursor, Unread, View } from "./conversations.js" */

const PAGE_SIZE = 50;
/** Of a long list that is fetched anew. */
const LONG_PAGE_SIZE = 200;
/** So much of what was scrolled to is fetched anew after a gap; the rest is when one scrolls there again. */
const REFRESHED_MAX = 1000;
const RECOUNT_MS = 1000;
/** While a count is asked for, more may come; at last one of them is taken, and the next change asks again. */
const COUNTS_MAX = 3;

/** @typedef {(method: Parameters<Call>[0], path: string, body?: unknown) => Promise<any>} Ask */

export class Listing {
  conversations = new Conversations();
  /** @type {View} */
  view = "all";
  loaded = false;
  /** As far as they cannot be added up from what is here. */
  #total = { conversations: 0, messages: 0 };
  /** What was asked before the newest refresh counts for nothing. */
  #run = 0;
  /** Which views are being fetched further down, and in which run. @type {Map<View, number>} */
  #busy = new Map();
  #seeking = false;
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

  /** There is nothing in the view that is shown beyond what is here. */
  get isWhole() {
    return this.loaded && this.conversations.isWhole(this.view);
  }

  /** How many there are, where all are here. */
  get count() {
    const { conversations } = this;
    const whole = this.loaded && conversations.isWhole("all");
    return whole ? conversations.list().length : null;
  }

  /** @param {Conversation} conversation */
  put(conversation) {
    const { conversations } = this;
    const known = conversations.get(conversation.id);
    conversations.put(conversation);
    // What it adds to the rest, or was in it already, is not to be known from here.
    if (!known) return this.#countSoon(0);
    const before = unreadOf(known);
    const after = unreadOf(conversations.get(conversation.id));
    const { conversations: count, messages } = this.#total;
    this.#total = {
      conversations: Math.max(0, count + Number(after > 0) - Number(before > 0)),
      messages: Math.max(0, messages + after - before),
    };
    return this.#countSoon();
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
    const { conversations } = this;
    const { moment } = conversations;
    const all = await this.#fetchAnew("all", START, run);
    if (all === null) return;
    const further = this.view === "unread" && all !== END;
    const unread = further ? await this.#fetchAnew("unread", all, run) : START;
    if (unread === null) return;
    conversations.settle({ all, unread }, moment, openId);
    this.loaded = true;
    if (conversations.isWhole("all")) this.#total = conversations.unread;
    else await this.#count();
  }

  /** @param {View} view @param {Cursor} start @param {number} run @returns {Promise<Cursor | null>} where it ended; null when it is of no use any more */
  async #fetchAnew(view, start, run) {
    const { conversations } = this;
    let end = start;
    let count = 0;
    do {
      const size = end === START ? PAGE_SIZE : LONG_PAGE_SIZE;
      // Each page needs the end of the one before.
      const page = await this.#page(view, end, size, run);
      if (page === null) return null;
      end = page.end;
      count += page.count;
    } while (end !== END && !conversations.reached(view, end) && count < REFRESHED_MAX);
    return end;
  }

  /** @param {View} view @param {Cursor} after @param {number} size @param {number} run */
  async #page(view, after, size, run) {
    const { conversations } = this;
    const { moment } = conversations;
    const cursor = after === START ? {} : { beforeTime: after.time, beforeId: after.id };
    const unread = view === "unread" ? "true" : undefined;
    const path = paths.conversationPage({ limit: size, ...cursor, unread });
    /** @type {Conversation[]} */
    const page = await this.setup.ask("GET", path);
    if (run !== this.#run) return null;
    const end = conversations.takePage(view, page, { after, size, moment });
    return { end, count: page.length };
  }

  /** One scrolls to the end of what is here. */
  async more() {
    const { conversations, view } = this;
    const run = this.#run;
    if (this.#busy.get(view) === run || !this.loaded || conversations.isWhole(view)) return;
    this.#busy.set(view, run);
    // Nobody may ever scroll again where there is nothing to be seen yet.
    const done = await persist(async () => {
      if (run === this.#run) await this.#page(view, conversations.floor(view), PAGE_SIZE, run);
    });
    if (this.#busy.get(view) === run) this.#busy.delete(view);
    if (done && run === this.#run) this.setup.onChange();
  }

  /** @param {View} view */
  show(view) {
    this.view = view;
    this.setup.onChange();
    void this.more();
  }

  /** The next one that waits for an answer, after the open one or else from the top. @param {number | null} openId @returns {Promise<number | null>} */
  async nextUnread(openId) {
    const list = this.conversations.list();
    const here = list.findIndex((one) => one.id === openId);
    const round = [...list.slice(here + 1), ...list.slice(0, Math.max(0, here))];
    const known = round.find((one) => one.adminUnreadMessageCount > 0);
    if (known || this.unread.messages === 0) return known?.id ?? null;
    // It is further down than has been loaded. Whoever presses again meanwhile has asked already.
    if (this.#seeking) return null;
    this.#seeking = true;
    await this.#page("unread", START, PAGE_SIZE, this.#run).catch(() => null);
    this.#seeking = false;
    const found = this.conversations.list("unread").find((one) => one.id !== openId);
    return found?.id ?? null;
  }

  leave() {
    this.#run += 1;
    clearTimeout(this.#recount);
  }

  /** What one adds up by oneself is right until something changes that is not loaded. @param {number} [ms] */
  #countSoon(ms = RECOUNT_MS) {
    if (!this.loaded || this.conversations.isWhole("all")) return;
    if (ms > 0 && this.#recount !== undefined) return;
    clearTimeout(this.#recount);
    this.#recount = setTimeout(() => {
      this.#recount = undefined;
      void this.#count();
    }, ms);
  }

  async #count() {
    const run = this.#run;
    try {
      for (let count = 1; count <= COUNTS_MAX; count += 1) {
        const { moment } = this.conversations;
        const total = await this.setup.ask("GET", paths.unreadCount);
        if (run !== this.#run) return;
        this.#total = total;
        // What came meanwhile may be in the answer or not.
        if (moment === this.conversations.moment) break;
      }
      this.setup.onChange();
    } catch (cause) {
      if (run === this.#run && !asApiError(cause).final) this.#countSoon();
    }
  }
}
