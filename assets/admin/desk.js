// The staff's desk after signing in: joins the list, the open conversation, the socket and the outbox.

import { asApiError } from "../shared/api.js";
import { Conversation } from "../shared/conversation.js";
import { later } from "../shared/later.js";
import { Outbox } from "../shared/outbox.js";
import { AUTHOR, FRAME } from "../shared/protocol.js";
import { Socket } from "../shared/socket.js";
import { DeskView } from "./desk-view.js";
import { Listing } from "./listing.js";
import { News } from "./news.js";
import { adminPaths as paths } from "./paths.js";
import { Recent } from "./recent.js";
import { Refetching } from "./refetching.js";
import { Search } from "./search.js";
import { hearWishes } from "./wishes.js";
import { Writing } from "./writing.js";

/** @import { Call } from "../shared/api.js" */
/** @import { Entry } from "../shared/outbox.js" */
/** @import { Conversation as Row, Hello, Message } from "../shared/protocol.js" */
/** @import { Setup } from "./desk-setup.js" */

export class Desk {
  /** @type {Listing} */
  #listing;
  /** @type {Conversation | null} */
  #open = null;
  /** @type {number | null} */
  #openId = null;
  #epoch = "";
  /** What is not newer was missed, and is told with the list that is fetched for it. */
  #head = 0;
  /** The list before the line was lost, until it was told what has come since. @type {Row[] | null} */
  #known = null;
  #recent = new Recent();
  #leaving = new AbortController();

  /** @param {Setup} setup */
  constructor(setup) {
    this.setup = setup;
    const { store, user, composer, hint, onConnection } = setup;
    const { signal } = this.#leaving;
    const owner = `admin-${user.id}`;
    this.#listing = this.#makeListing();
    this.refetching = new Refetching({
      fetch: (id) => this.#refetch(id),
      row: (id) => this.#conversations.get(id),
    });
    this.news = new News(setup.notice);
    const onElsewhere = () => this.#show();
    this.writing = new Writing({ store, owner, composer, hint, onElsewhere, signal });
    this.view = new DeskView(setup, (id) => this.writing.draft(id));
    this.search = new Search(this.#ask.bind(this), setup.finder, () => this.#show());
    this.outbox = new Outbox({ store, owner, send: (entry) => this.#send(entry) });
    this.uploads = later(() => this.#makeUploads());
    if (store.keys("upload:").length > 0) void this.uploads.get().catch(() => {});
    this.socket = new Socket({
      ticket: async () => (await this.#ask("POST", paths.ticket)).ticket,
      onHello: (hello) => this.#onHello(hello),
      onFrame: (type, content) => this.#onFrame(type, content),
      onState: onConnection,
      onEnded: () => this.#end(),
    });
    const ask = this.#ask.bind(this);
    const { search, refetching } = this;
    hearWishes(setup, { ask, search, refetching, listing: () => this.#listing, signal });
    // Who looks away reads nothing of what comes then.
    signal.addEventListener("abort", setup.attention.listen(onElsewhere));
  }

  #makeListing() {
    return new Listing({ ask: this.#ask.bind(this), onChange: () => this.#show() });
  }

  get #conversations() {
    return this.#listing.conversations;
  }

  get #openRow() {
    return this.#openId === null ? null : this.#conversations.get(this.#openId);
  }

  start() {
    this.outbox.start();
    this.socket.start();
  }

  leave() {
    this.#leaving.abort();
    this.search.leave();
    this.outbox.stop();
    this.uploads.value?.stop();
    this.socket.stop();
    this.open(null);
    this.#listing.leave();
    this.view.clear();
  }

  /** The network or the person is back. */
  check() {
    this.socket.check();
    this.outbox.wake();
  }

  /** @param {number | null} id */
  open(id) {
    if (id === this.#openId) return;
    const left = this.#openRow;
    if (this.#open && left) this.#recent.keep(left.id, left.generation, this.#open.kept);
    this.#open?.leave();
    this.#open = null;
    this.#openId = id;
    this.writing.open(id);
    if (id !== null) {
      this.#open = this.#join(id);
      if (!this.#conversations.get(id)) this.refetching.now(id);
      // Without an answer the next hello fetches it.
      this.#open.refresh(Number.MAX_SAFE_INTEGER).catch(() => this.socket.check());
    }
    this.#show();
  }

  /** @param {number} id */
  #join(id) {
    const { attention, list, composer } = this.setup;
    return new Conversation({
      author: AUTHOR.admin,
      me: this.setup.user.id,
      conversationId: id,
      page: async (beforeId) => {
        const page = await this.#ask("GET", paths.messages(id, beforeId));
        if (beforeId === undefined) this.writing.receive(id, page);
        return page;
      },
      read: (message) => this.#ask("PUT", paths.read(id, message.id)),
      outbox: this.outbox,
      uploads: this.uploads,
      onProblem: () => this.setup.onProblem(""),
      attention,
      list,
      composer,
      kept: this.#recent.find(id, this.#openRow?.generation),
    });
  }

  async #makeUploads() {
    const { attach } = await import("./attach.js");
    return attach(this.setup, this.outbox, () => this.#end());
  }

  /** Any product, or an order of the customer who is open. @param {string} name of the composer's tool */
  async choose(name) {
    const open = this.#open;
    const row = this.#openRow;
    if (!open || !row) return;
    const { choose } = await import("./cards.js");
    const chosen = await choose(name, this.#ask.bind(this), this.setup, row.userId);
    // Meanwhile another customer may have been chosen: the card is for this one.
    if (chosen && open === this.#open) open.sendCard(chosen.contentType, chosen.card);
  }

  /** To the customer it was chosen for, if he is still the open one. @param {number} contentType @param {object} card @param {number} userId */
  sendCard(contentType, card, userId) {
    if (this.#openRow?.userId === userId) this.#open?.sendCard(contentType, card);
  }

  #show() {
    if (this.#leaving.signal.aborted) return;
    this.#open?.setReadId(this.#openRow?.memberReadId ?? 0);
    this.view.show(this.#listing, this.#openId, this.#open?.loaded === true);
  }

  /** The next one that waits for an answer, after the open one or else from the top. */
  nextUnread() {
    return this.#listing.nextUnread(this.#openId);
  }

  /** @param {Parameters<Call>} request */
  async #ask(...request) {
    try {
      return await this.setup.call(...request);
    } catch (cause) {
      if (asApiError(cause).ended) this.#end();
      throw cause;
    }
  }

  #end() {
    if (!this.#leaving.signal.aborted) this.setup.onEnded();
  }

  /** @param {Entry} entry @returns {Promise<number>} */
  #send({ conversationId, contentType, content, clientMessageId }) {
    return this.#ask("POST", paths.send, { conversationId, contentType, content, clientMessageId });
  }

  /** @param {Hello} hello */
  async #onHello({ head, epoch }) {
    if (this.#epoch !== "" && epoch !== this.#epoch) this.#startAnew();
    this.#epoch = epoch;
    this.#head = head ?? 0;
    const id = this.#openId;
    const before = this.#generation();
    const { conversations, loaded } = this.#listing;
    this.#known ??= loaded ? conversations.list() : null;
    const held = this.refetching.hold();
    await Promise.all([this.#listing.refresh(id), id === null ? null : this.#meet(id)]);
    // The line was lost and is back again: there it goes on.
    if (!this.refetching.release(held)) return;
    this.#show();
    this.news.missed(this.#known, conversations.list(), this.#openId);
    this.#known = null;
    const now = this.#generation();
    if (before !== null && now !== null && before !== now) await this.#open?.reload();
    // After a resume too: what was missed of a conversation hidden at that moment, and this may have been one, is not
    // in the backlog, and comes back unseen with the next message.
    else await this.#open?.refresh(head ?? 0);
    this.#open?.reportRead();
    this.outbox.wake();
    this.setup.finder.again();
  }

  /** Another database answers, a copy that was restored: what is known by its ids counts for nothing. */
  #startAnew() {
    const { view } = this.#listing;
    this.#listing.leave();
    this.#listing = Object.assign(this.#makeListing(), { view });
    this.#known = null;
    this.#recent.clear();
    this.#open?.forget();
  }

  /** The open one as it is now: it may have been hidden or merged, or was never there. @param {number} id */
  async #meet(id) {
    const row = await this.#ask("GET", paths.conversation(id));
    if (id !== this.#openId) return;
    if (!row) this.setup.onMissing();
    else if (row.id !== id) this.#put(row, id);
    else this.#listing.put(row);
  }

  #generation() {
    return this.#openRow?.generation ?? null;
  }

  /** @param {string} type @param {any} content */
  #onFrame(type, content) {
    if (type === FRAME.member) this.setup.onMember(content?.userId);
    if (type === FRAME.conversation) this.#put(content?.conversation, content?.from);
    const id = content?.conversationId;
    if (!Number.isInteger(id)) return;
    if (type === FRAME.message) this.#receive(content);
    if (type === FRAME.read) this.refetching.want(id);
  }

  /** @param {Message} message */
  #receive(message) {
    const { conversationId: id, createTime } = message;
    if (id === this.#openId) {
      this.#open?.receive(message);
      this.writing.receive(id, [message]);
    }
    const missed = message.id <= this.#head;
    const told = missed && !this.refetching.isHeld;
    if (message.senderType === AUTHOR.member && !told) this.news.heard(message);
    if (missed) this.refetching.recall(id, createTime);
    else this.refetching.want(id, createTime);
  }

  /** @param {Row | null | undefined} row @param {number} [from] where its messages were before */
  #put(row, from) {
    if (!row || !Number.isInteger(row.id)) return;
    const before = this.#conversations.get(row.id)?.generation;
    this.#listing.put(row);
    if (from !== undefined && from !== row.id) this.#merge(from, row.id);
    this.#show();
    this.news.met(row, this.#openId);
    const rewritten =
      before !== undefined && before !== this.#conversations.get(row.id)?.generation;
    if (rewritten && row.id === this.#openId) this.#open?.reload().catch(() => this.socket.check());
  }

  /** What was being done in one conversation goes on in the other. @param {number} from @param {number} to */
  #merge(from, to) {
    this.#listing.merge(from, to);
    this.refetching.drop(from);
    this.writing.move(from, to);
    this.outbox.move(from, to);
    this.uploads.value?.move(from, to);
    this.setup.onMerge(from, to);
  }

  /** An earlier id is answered with the conversation of now. @param {number} id */
  async #refetch(id) {
    const row = await this.#ask("GET", paths.conversation(id));
    if (row) this.#put(row, id);
    else if (id === this.#openId) this.setup.onMissing();
  }
}
