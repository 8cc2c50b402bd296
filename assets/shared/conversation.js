// Joins one conversation's timeline and outbox with the two elements that show it. Both pages use it; who asks and under
// which path is given to it.

import { ApiError, asApiError } from "./api.js";
import { persist } from "./coalesce.js";
import { on } from "./dom.js";
import { CONTENT, PAGE_SIZE } from "./protocol.js";
import * as timelines from "./timeline.js";

/** @import { Attention } from "./attention.js" */
/** @import { MessageComposer } from "./message-composer.js" */
/** @import { MessageList, Wait } from "./message-list.js" */
/** @import { Outbox, OutboxChange } from "./outbox.js" */
/** @import { Message } from "./protocol.js" */
/** @import { Uploads } from "./uploads.js" */

/** @import { Later } from "./later.js" */

/**
 * @typedef {object} Setup
 * @property {number} author whose page this is
 * @property {number} [me] which of the staff
 * @property {number | null} conversationId null on the member's page, where there is one only
 * @property {(beforeId?: number) => Promise<Message[]>} page newest first
 * @property {(message: Message) => Promise<unknown>} read everything up to this message was seen
 * @property {Outbox} outbox
 * @property {Later<Uploads>} uploads
 * @property {() => void} onProblem
 * @property {Attention} attention
 * @property {MessageList} list
 * @property {MessageComposer} composer
 * @property {Kept} [kept] what was here when it was left: shown until the newest page comes
 */

/** @typedef {ReturnType<typeof timelines.newest> & { reportedId: number }} Kept */

export class Conversation {
  /** @type {timelines.Timeline} */
  #timeline;
  /** Up to here the other side has read. */
  #readId = 0;
  /** Up to here we have said that we read. */
  #reportedId = 0;
  #loaded = false;
  /** What is here was rewritten on the server, and could not be loaded anew yet. */
  #stale = false;
  #loadingOlder = false;
  #opening = false;
  /** Counts whose messages are shown: what was asked for the one before is not for this one. */
  #whose = 0;
  #leaving = new AbortController();

  /** @param {Setup} setup */
  constructor(setup) {
    this.setup = setup;
    const { messages = [], complete = false, reportedId = 0 } = setup.kept ?? {};
    this.#timeline = this.#withWaiting({ messages, waiting: [], complete });
    this.#reportedId = reportedId;
    const { list, composer, outbox, uploads, attention } = setup;
    const { signal } = this.#leaving;
    on(composer, "send", ({ text }) => this.#send(text), signal);
    on(list, "older", () => void this.#loadOlder(), signal);
    on(list, "settle", () => this.reportRead(), signal);
    on(list, "again", () => void this.#open(), signal);
    on(
      composer,
      "files",
      ({ files }) => void this.#sendFiles(files).catch(setup.onProblem),
      signal,
    );
    for (const action of ["retry", "discard", "cancel"]) {
      on(list, action, ({ id }) => this.#act(action, id), signal);
    }
    const atEnd = (/** @type {() => void} */ stop) => signal.addEventListener("abort", stop);
    atEnd(outbox.listen((change) => this.#onOutbox(change)));
    atEnd(attention.listen(() => this.reportRead()));
    list.clear();
    composer.enable();
    this.#show(this.#timeline);
    uploads.whenHere((here) => this.#follow(here), signal);
  }

  get loaded() {
    return this.#loaded;
  }

  /** What may be shown when one comes back. @returns {Kept | null} */
  get kept() {
    if (!this.#loaded || this.#stale) return null;
    return { ...timelines.newest(this.#timeline, 2 * PAGE_SIZE), reportedId: this.#reportedId };
  }

  /** @param {Message} message @returns {Message[]} it, when it is new here */
  receive(message) {
    const news = timelines.newIn(this.#timeline, [message]);
    this.#show(timelines.receive(this.#timeline, [message], this.setup.author));
    return news;
  }

  /**
   * Fetches the newest page; `head` is the end of what may have been missed.
   * @param {number} head
   * @returns {Promise<Message[]>} those that came since the last time, oldest first
   */
  async refresh(head) {
    if (this.#stale) return this.#renew();
    // What was kept of it may be read meanwhile.
    if (!this.#loaded && this.#timeline.messages.length === 0) this.#wait("chat.loading");
    const { author, page } = this.setup;
    const whose = this.#whose;
    const newest = await page().catch((cause) => {
      if (!this.#loaded && !asApiError(cause).ended) void this.#open();
      throw cause;
    });
    if (whose !== this.#whose) return [];
    const news = this.#loaded ? timelines.newIn(this.#timeline, newest) : [];
    this.#loaded = true;
    this.#wait("");
    this.#show(timelines.refresh(this.#timeline, newest, author, PAGE_SIZE, head));
    return news;
  }

  /** Nothing could be shown: a busy server is asked again, and then the person is. */
  async #open() {
    if (this.#opening) return;
    this.#opening = true;
    this.#wait("chat.loading");
    await persist(async () => {
      if (!this.#loaded && !this.#gone) await this.refresh(Number.MAX_SAFE_INTEGER);
    });
    this.#opening = false;
    if (!this.#loaded) this.#wait("chat.loadFailed");
  }

  /** @param {Wait} key */
  #wait(key) {
    if (!this.#gone) this.setup.list.wait(key);
  }

  get #gone() {
    return this.#leaving.signal.aborted;
  }

  /** What is here counts for nothing; what waits stays. */
  forget() {
    this.#loaded = false;
    this.#stale = false;
    this.#whose += 1;
    this.#readId = 0;
    this.#reportedId = 0;
    this.#wait("");
    this.#show(this.#withWaiting());
  }

  /** History was rewritten: what is here stays until what takes its place has come. */
  async reload() {
    this.#stale = true;
    await persist(() => this.#renew());
    // The next hello tries again.
    if (this.#stale) throw new ApiError(0, "");
  }

  /** @returns {Promise<Message[]>} none is news: who knows which of them was here */
  async #renew() {
    const before = new Set(this.#timeline.messages);
    const { author, page } = this.setup;
    const whose = this.#whose;
    const newest = await page();
    if (whose !== this.#whose) return [];
    const arrived = this.#timeline.messages.filter((message) => !before.has(message));
    this.#stale = false;
    this.#loaded = true;
    this.#wait("");
    const bare = timelines.receive(this.#withWaiting(), arrived, author);
    this.#show(timelines.refresh(bare, newest, author, PAGE_SIZE, 0));
    return [];
  }

  /** @param {number | null} id up to which the other side has read */
  setReadId(id) {
    if ((id ?? 0) === this.#readId) return;
    this.#readId = id ?? 0;
    this.#show(this.#timeline);
  }

  leave() {
    this.#leaving.abort();
  }

  #withWaiting(timeline = timelines.empty) {
    const { outbox, conversationId } = this.setup;
    return outbox.entries(conversationId).reduce(timelines.compose, timeline);
  }

  /** @param {timelines.Timeline} next */
  #show(next) {
    if (this.#gone) return;
    this.#timeline = next;
    const { author, me, conversationId, uploads } = this.setup;
    const rows = timelines.rows(next, author, this.#readId, me);
    rows.push(...(uploads.value?.rows(conversationId, author) ?? []));
    this.setup.list.show(rows, { complete: next.complete, loaded: this.#loaded });
    this.reportRead();
  }

  /** @param {string} text */
  #send(text) {
    this.setup.list.toBottom();
    this.#add(CONTENT.text, { text });
  }

  /** A product or an order, as it was listed. @param {number} contentType @param {object} card */
  sendCard(contentType, card) {
    this.setup.list.toBottom();
    this.#add(contentType, card);
  }

  /** @param {number} contentType @param {object} content */
  #add(contentType, content) {
    this.setup.outbox.add(this.setup.conversationId, contentType, JSON.stringify(content));
  }

  /** @param {readonly File[]} files */
  async #sendFiles(files) {
    const { uploads, list, conversationId } = this.setup;
    const here = await uploads.get();
    list.toBottom();
    await here.add(conversationId, files);
  }

  /** @param {Uploads} uploads */
  #follow(uploads) {
    this.#leaving.signal.addEventListener(
      "abort",
      uploads.listen(() => this.#show(this.#timeline)),
    );
    this.#show(this.#timeline);
  }

  /** @param {string} action @param {string} id */
  #act(action, id) {
    const { outbox, uploads } = this.setup;
    const here = uploads.value?.has(id) ? uploads.value : outbox;
    if (action === "retry") here.retry(id);
    else here.discard(id);
  }

  /** Tells the server what was seen, where it does not know yet: what could not be told before is told at the next call. */
  reportRead() {
    const { author, attention, list, read } = this.setup;
    const message = timelines.lastTheirs(this.#timeline, author);
    if (!message || message.id <= this.#reportedId || !attention.given || !list.atBottom) return;
    this.#reportedId = message.id;
    void persist(() => read(message)).then((done) => {
      if (!done && this.#reportedId === message.id) this.#reportedId = 0;
    });
  }

  async #loadOlder() {
    if (this.#loadingOlder || !this.#loaded || this.#timeline.complete) return;
    this.#loadingOlder = true;
    const { author, page } = this.setup;
    const [first] = this.#timeline.messages;
    this.#wait("chat.loadingOlder");
    // Without an answer the next scroll asks again.
    const older = await page(first?.id).catch(() => null);
    this.#loadingOlder = false;
    this.#wait("");
    if (!older) return;
    // Another beginning: what was asked for does not join on to it, and would leave a hole.
    const joins = first === this.#timeline.messages[0];
    if (joins) this.#show(timelines.receiveOlder(this.#timeline, older, author, PAGE_SIZE));
    else this.#show(this.#timeline);
  }

  /** @param {OutboxChange} change */
  #onOutbox(change) {
    const { entry } = change;
    const { author, conversationId } = this.setup;
    if (entry.conversationId !== conversationId) return;
    const before = this.#timeline;
    if (change.kind === "added") this.#show(timelines.compose(before, entry));
    if (change.kind === "failed") this.#show(timelines.fail(before, entry));
    if (change.kind === "removed") this.#show(timelines.withdraw(before, entry.clientMessageId));
    if (change.kind === "sent") this.#show(timelines.confirm(before, entry, change.id, author));
  }
}
