// What was written and not yet acknowledged. Kept in a store, so that it survives a reload; sent one at a time, so that
// the order stays; sent under one id, so that a repeat is stored once. It knows neither HTTP nor the page.

import { asApiError } from "./api.js";
import { backoff } from "./backoff.js";

/** @import { ApiError } from "./api.js" */
/** @import { Store } from "./store.js" */

/**
 * @typedef {object} Entry
 * @property {string} clientMessageId
 * @property {number | null} conversationId null on the member's side, who has one only
 * @property {number} contentType
 * @property {string} content
 * @property {number} createTime
 * @property {string | null} failure what the server said when it refused for good
 * @property {number} [status] with which it refused
 */

/**
 * @typedef {{ kind: "added" | "failed" | "removed", entry: Entry } | { kind: "sent", entry: Entry, id: number }} OutboxChange
 */

/** Under this id something else is stored. */
const ID_TAKEN = 422;

/** Begins with the time, so that new ids stand together in the server's index; the rest is random. */
export function newMessageId() {
  const time = Date.now().toString(16).padStart(12, "0");
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  return time + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {string | null} text @returns {Entry | null} */
function parse(text) {
  try {
    const entry = JSON.parse(text ?? "");
    const whole =
      typeof entry.clientMessageId === "string" &&
      typeof entry.contentType === "number" &&
      typeof entry.content === "string" &&
      typeof entry.createTime === "number" &&
      (entry.conversationId === null || typeof entry.conversationId === "number");
    return whole ? { ...entry, failure: entry.failure ?? null } : null;
  } catch {
    return null;
  }
}

export class Outbox {
  /** @type {Entry[]} */
  #entries;
  /** @type {Set<(change: OutboxChange) => void>} */
  #listeners = new Set();
  #busy = false;
  #stopped = true;
  #attempt = 0;
  /** @type {{ end: () => void, named: boolean } | null} */
  #pause = null;

  /**
   * @param {object} setup
   * @param {Store} setup.store
   * @param {string} setup.owner whose entries these are: a browser can be shared
   * @param {(entry: Entry) => Promise<number>} setup.send gives the message's id or throws an ApiError
   * @param {(fine: boolean) => void} [setup.onState] whether the server answers what is sent to it
   * @param {() => number} [setup.random]
   */
  constructor({ store, owner, send, onState = () => {}, random = Math.random }) {
    this.store = store;
    this.send = send;
    this.onState = onState;
    this.random = random;
    this.prefix = `outbox:${owner}:`;
    this.#entries = this.#kept();
    store.watch((key, value) => this.#onElsewhere(key, value));
  }

  /** The same person under another name, which all he has waiting was moved to. @param {string} owner */
  become(owner) {
    this.prefix = `outbox:${owner}:`;
    const here = new Set(this.#entries.map((entry) => entry.clientMessageId));
    const more = this.#kept().filter((entry) => !here.has(entry.clientMessageId));
    this.#entries.push(...more);
    this.#entries.sort((a, b) => a.createTime - b.createTime);
    for (const entry of more) this.#tell({ kind: "added", entry });
    void this.#drain();
  }

  /** @param {number | null} conversationId */
  entries(conversationId) {
    return this.#entries.filter((entry) => entry.conversationId === conversationId);
  }

  get size() {
    return this.#entries.length;
  }

  /** @param {(change: OutboxChange) => void} listener @returns {() => void} stops listening */
  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * @param {number | null} conversationId
   * @param {number} contentType
   * @param {string} content
   * @param {string} [clientMessageId] when it was made before, with the picture's upload
   */
  add(conversationId, contentType, content, clientMessageId = newMessageId()) {
    // Never the same time twice: it is the order after a reload.
    const last = this.#entries.at(-1)?.createTime ?? 0;
    const createTime = Math.max(Date.now(), last + 1);
    /** @type {Entry} */
    const entry = {
      clientMessageId,
      conversationId,
      contentType,
      content,
      createTime,
      failure: null,
    };
    this.#entries.push(entry);
    this.#keep(entry);
    this.#tell({ kind: "added", entry });
    void this.#drain();
    return entry;
  }

  /**
   * A refused message goes again, under the same id: should it have been stored after all, it is not stored twice.
   * @param {string} clientMessageId
   */
  retry(clientMessageId) {
    const entry = this.discard(clientMessageId);
    if (!entry) return;
    const id = entry.status === ID_TAKEN ? undefined : clientMessageId;
    this.add(entry.conversationId, entry.contentType, entry.content, id);
  }

  /** Only what was refused can be taken back. @param {string} clientMessageId */
  discard(clientMessageId) {
    const entry = this.#entries.find((one) => one.clientMessageId === clientMessageId);
    if (!entry || entry.failure === null) return null;
    this.#forget(entry);
    this.#tell({ kind: "removed", entry });
    return entry;
  }

  /** What waits for a conversation that was merged goes to the one of now. @param {number} from @param {number} to */
  move(from, to) {
    for (const entry of this.entries(from)) {
      entry.conversationId = to;
      this.#keep(entry);
      this.#tell({ kind: "added", entry });
    }
  }

  start() {
    this.#stopped = false;
    void this.#drain();
  }

  stop() {
    this.#stopped = true;
    this.#pause?.end();
  }

  /** The way is free again: no need to wait longer, unless the server itself named a time. */
  wake() {
    if (this.#pause && !this.#pause.named) this.#pause.end();
  }

  /** What an earlier page left. */
  #kept() {
    return this.store
      .keys(this.prefix)
      .flatMap((key) => parse(this.store.get(key)) ?? [])
      .sort((a, b) => a.createTime - b.createTime);
  }

  async #drain() {
    if (this.#busy) return;
    this.#busy = true;
    while (!this.#stopped) {
      const entry = this.#next();
      if (!entry) break;
      await this.#try(entry);
    }
    this.#busy = false;
    // With nothing to send there is nothing to complain about.
    this.onState(true);
  }

  #next() {
    return this.#entries.find((one) => one.failure === null);
  }

  /**
   * Another tab has sent, moved, refused or thrown away what waits here too. What only that tab has written is its own affair.
   * @param {string} key
   * @param {string | null} value
   */
  #onElsewhere(key, value) {
    if (!key.startsWith(this.prefix)) return;
    const id = key.slice(this.prefix.length);
    const entry = this.#entries.find((one) => one.clientMessageId === id);
    if (!entry) return;
    const now = parse(value);
    if (!now || (entry.failure !== null && now.failure === null)) this.#lose(entry);
    else this.#adopt(entry, now);
  }

  /** Gone, or sent again by the other tab: it comes back as a message. @param {Entry} entry */
  #lose(entry) {
    this.#entries = this.#entries.filter((one) => one !== entry);
    this.#tell({ kind: "removed", entry });
    if (!this.#next()) this.wake();
  }

  /** @param {Entry} entry @param {Entry} now */
  #adopt(entry, now) {
    const moved = entry.conversationId !== now.conversationId;
    const failed = entry.failure === null && now.failure !== null;
    Object.assign(entry, now);
    if (moved) this.#tell({ kind: "added", entry });
    if (failed) this.#tell({ kind: "failed", entry });
  }

  /** @param {Entry} entry */
  async #try(entry) {
    try {
      const id = await this.send(entry);
      this.#attempt = 0;
      this.onState(true);
      this.#forget(entry);
      this.#tell({ kind: "sent", entry, id });
    } catch (cause) {
      const error = asApiError(cause);
      this.onState(error.ours && error.status < 500);
      if (error.final) this.#refuse(entry, error);
      // A new session at once; but a server that keeps saying 401 is not asked in a circle.
      else if (error.ended && this.#attempt === 0) this.#attempt = 1;
      else await this.#wait(error);
    }
  }

  /** @param {Entry} entry @param {ApiError} error */
  #refuse(entry, { message, status }) {
    this.#attempt = 0;
    // Another tab may have taken it away meanwhile.
    if (!this.#entries.includes(entry)) return;
    entry.failure = message;
    entry.status = status;
    this.#keep(entry);
    this.#tell({ kind: "failed", entry });
  }

  /** @param {ApiError} error */
  #wait(error) {
    const ms = backoff(this.#attempt++, error.retryMs, this.random);
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#pause = null;
        resolve(undefined);
      };
      const timer = setTimeout(end, ms);
      this.#pause = { end, named: error.retryMs !== undefined };
    });
  }

  /** @param {Entry} entry */
  #keep(entry) {
    this.store.set(this.prefix + entry.clientMessageId, JSON.stringify(entry));
  }

  /** @param {Entry} entry */
  #forget(entry) {
    this.#entries = this.#entries.filter((one) => one !== entry);
    this.store.set(this.prefix + entry.clientMessageId, null);
  }

  /** @param {OutboxChange} change */
  #tell(change) {
    for (const listener of this.#listeners) listener(change);
  }
}
