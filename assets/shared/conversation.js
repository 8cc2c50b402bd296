// Joins one conversation's timeline and outbox with the two elements that show it. Both pages use it; who asks and under
// which path is given to it.

import { persist } from "./coalesce.js";
import { on } from "./dom.js";
import { CONTENT, PAGE_SIZE } from "./protocol.js";
import * as timelines from "./timeline.js";

/** @import { Attention } from "./attention.js" */
/** @import { MessageComposer } from "./message-composer.js" */
/** @import { MessageList } from "./message-list.js" */
/** @import { Outbox, OutboxChange } from "./outbox.js" */
/** @import { Message } from "./protocol.js" */
/** @import { Uploads } from "./uploads.js" */

/** @import { Later } from "./later.js" */

const KEPT_MAX = 2 * PAGE_SIZE;

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

/** @typedef {{ messages: timelines.Timeline["messages"], complete: boolean, reportedId: number }} Kept */

export class Conversation {
  /** @type {timelines.Timeline} */
  #timeline;
  /** Up to here the other side has read. */
  #readId = 0;
  /** Up to here we have said that we read. */
  #reportedId = 0;
  #loaded = false;
  #loadingOlder = false;
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
    on(
      composer,
      "files",
      ({ files }) => void this.#sendFiles(files).catch(setup.onProblem),
      signal,
    );
    for (const action of ["retry", "discard", "cancel"]) {
      on(list, action, ({ id }) => this.#act(action, id), signal);
    }
    signal.addEventListener(
      "abort",
      outbox.listen((change) => this.#onOutbox(change)),
    );
    signal.addEventListener(
      "abort",
      attention.listen(() => this.reportRead()),
    );
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
    if (!this.#loaded) return null;
    const { messages } = this.#timeline;
    const newest = messages.filter(({ local }) => !local).slice(-KEPT_MAX);
    const complete = this.#timeline.complete && messages.length <= KEPT_MAX;
    return { messages: newest, complete, reportedId: this.#reportedId };
  }

  /** @param {Message} message */
  receive(message) {
    this.#show(timelines.receive(this.#timeline, [message], this.setup.author));
  }

  /** Fetches the newest page; `head` is the end of what may have been missed. @param {number} head */
  async refresh(head) {
    const page = await this.setup.page();
    this.#loaded = true;
    const { author } = this.setup;
    this.#show(timelines.refresh(this.#timeline, page, author, PAGE_SIZE, head));
  }

  /** What is here counts for nothing; what waits stays. */
  forget() {
    this.#loaded = false;
    this.#readId = 0;
    this.#reportedId = 0;
    this.#show(this.#withWaiting());
  }

  /** History was rewritten. */
  async reload() {
    this.#loaded = false;
    this.#timeline = this.#withWaiting();
    await this.refresh(0);
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
    if (this.#leaving.signal.aborted) return;
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
    try {
      const older = await page(timelines.firstId(this.#timeline));
      this.#loadingOlder = false;
      this.#show(timelines.receiveOlder(this.#timeline, older, author, PAGE_SIZE));
    } catch {
      // The next scroll asks again.
      this.#loadingOlder = false;
    }
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
