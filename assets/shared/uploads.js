// Files on their way up. Each becomes a message when it has arrived, under the id that was made when it was chosen, and then
// the outbox has it. What was under way when the page went is lost, and said so.

import { ApiError, asApiError } from "./api.js";
import { inside } from "./content.js";
import { addressOf, bytes } from "./kinds.js";
import { newMessageId } from "./outbox.js";
import { keepPreview } from "./previews.js";
import { CONTENT, FILE_BYTES_MAX } from "./protocol.js";
import { look, nameFor, shrink } from "./shrink.js";

/** @import { Outbox } from "./outbox.js" */
/** @import { Preview } from "./previews.js" */
/** @import { Store } from "./store.js" */
/** @import { Say } from "./text.js" */
/** @import { Row } from "./timeline.js" */

/**
 * @typedef {object} Entry
 * @property {string} clientMessageId
 * @property {number | null} conversationId
 * @property {number} createTime
 * @property {string} name
 * @property {Blob | null} file null when it was lost
 * @property {Preview | null} picture
 * @property {number} progress 0 to 1
 * @property {string | null} failure
 * @property {boolean} again whether another try may help
 * @property {AbortController} leaving
 */

/**
 * @typedef {object} Setup
 * @property {Store} store
 * @property {string} owner
 * @property {Outbox} outbox
 * @property {Say} say
 * @property {string} locale
 * @property {() => number} [bytesMax] of a file, as the shop has set it
 * @property {(blob: Blob, how: { name: string, onProgress: (part: number) => void, signal: AbortSignal }) => Promise<string>} send
 */

/** By its type or its name: most browsers do not know the type. */
const HEIC = /^image\/hei[cf]|\.hei[cf]$/i;

/** @param {Entry} entry @param {number} author @returns {Row} */
function rowOf(entry, author) {
  const { clientMessageId, createTime, name, file, picture, failure, again } = entry;
  return {
    key: `${author}:${clientMessageId}`,
    side: "mine",
    state: failure === null ? "pending" : "failed",
    contentType: picture ? CONTENT.image : CONTENT.file,
    content: "",
    createTime,
    avatar: null,
    failure,
    clientMessageId,
    upload: {
      name,
      size: file?.size ?? 0,
      progress: Math.round(entry.progress * 100),
      picture,
      again,
    },
  };
}

export class Uploads {
  /** @type {Entry[]} */
  #entries = [];
  /** @type {Set<() => void>} */
  #listeners = new Set();
  #busy = false;

  /** @param {Setup} setup */
  constructor(setup) {
    this.setup = setup;
    this.prefix = `upload:${setup.owner}:`;
    void this.#findLost();
  }

  /** @param {() => void} listener @returns {() => void} stops listening */
  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The same person under another name. @param {string} owner */
  become(owner) {
    this.prefix = `upload:${owner}:`;
  }

  /** @param {number | null} conversationId @param {number} author */
  rows(conversationId, author) {
    return this.#entries
      .filter((entry) => entry.conversationId === conversationId)
      .map((entry) => rowOf(entry, author));
  }

  /** @param {number | null} conversationId @param {readonly File[]} files */
  async add(conversationId, files) {
    for (const file of files) {
      const size = await look(file);
      const picture = size && { src: URL.createObjectURL(file), ...size };
      const entry = this.#entry(conversationId, file.name, file, picture);
      this.#entries.push(entry);
      const refusal = picture ? null : this.#refusal(file);
      if (refusal) this.#fail(entry, refusal);
      else this.#mark(entry);
      this.#tell();
      void this.#drain();
    }
  }

  get #bytesMax() {
    return this.setup.bytesMax?.() ?? FILE_BYTES_MAX;
  }

  /** Why this file is not even tried. @param {File} file */
  #refusal(file) {
    if (file.size > this.#bytesMax) return this.#tooLarge();
    // As a picture it would be drawn anew, and so lose the place where it was taken.
    if (HEIC.test(file.type) || HEIC.test(file.name)) {
      return new ApiError(415, this.setup.say("upload.heic"));
    }
    return null;
  }

  #tooLarge() {
    const { say, locale } = this.setup;
    return new ApiError(413, say("upload.tooLarge", { size: bytes(this.#bytesMax, locale) }));
  }

  /** @param {string} id */
  has(id) {
    return this.#entries.some((entry) => entry.clientMessageId === id);
  }

  /** @param {string} id */
  retry(id) {
    const entry = this.#entries.find((one) => one.clientMessageId === id);
    if (!entry?.again || entry.failure === null) return;
    entry.failure = null;
    entry.progress = 0;
    this.#mark(entry);
    this.#tell();
    void this.#drain();
  }

  /** Given up, whether it was under way or has failed. @param {string} id */
  discard(id) {
    const entry = this.#entries.find((one) => one.clientMessageId === id);
    if (!entry) return;
    this.#forget(entry);
    if (entry.picture) URL.revokeObjectURL(entry.picture.src);
    this.#tell();
  }

  /** What was one conversation is now part of another. @param {number} from @param {number} to */
  move(from, to) {
    for (const entry of this.#entries) {
      if (entry.conversationId !== from) continue;
      entry.conversationId = to;
      this.#note(entry);
    }
    this.#tell();
  }

  /** The person is leaving: nothing goes on in his name. */
  stop() {
    for (const entry of [...this.#entries]) if (entry.file) this.#forget(entry);
    this.#listeners.clear();
  }

  /**
   * @param {number | null} conversationId
   * @param {string} name
   * @param {Blob | null} file
   * @param {Preview | null} picture
   * @returns {Entry}
   */
  #entry(conversationId, name, file, picture) {
    return {
      clientMessageId: newMessageId(),
      conversationId,
      createTime: Date.now(),
      name,
      file,
      picture,
      progress: 0,
      failure: null,
      again: file !== null,
      leaving: new AbortController(),
    };
  }

  /** Leaves a note for the page after this one, and holds it as long as this one lives. @param {Entry} entry */
  #mark(entry) {
    this.#note(entry);
    const { leaving } = entry;
    const held = () => new Promise((resolve) => leaving.signal.addEventListener("abort", resolve));
    void navigator.locks?.request(this.prefix + entry.clientMessageId, held);
  }

  /** @param {Entry} entry */
  #note({ clientMessageId, conversationId, name }) {
    this.setup.store.set(this.prefix + clientMessageId, JSON.stringify({ conversationId, name }));
  }

  /** @param {Entry} entry */
  #forget(entry) {
    this.#entries = this.#entries.filter((one) => one !== entry);
    this.setup.store.set(this.prefix + entry.clientMessageId, null);
    entry.leaving.abort();
  }

  /** What another tab is still at is not lost. */
  async #findLost() {
    const { store, say } = this.setup;
    const keys = store.keys(this.prefix);
    if (keys.length === 0) return;
    const { held = [] } = (await navigator.locks?.query()) ?? {};
    for (const key of keys) {
      if (held.some((lock) => lock.name === key)) continue;
      const { conversationId = null, name = "" } = inside(store.get(key) ?? "") ?? {};
      const entry = this.#entry(conversationId, String(name), null, null);
      entry.clientMessageId = key.slice(this.prefix.length);
      entry.failure = say("upload.lost");
      this.#entries.unshift(entry);
    }
    this.#tell();
  }

  async #drain() {
    if (this.#busy) return;
    this.#busy = true;
    for (;;) {
      const entry = this.#entries.find((one) => one.file && one.failure === null);
      if (!entry) break;
      await this.#try(entry);
    }
    this.#busy = false;
  }

  /** @param {Entry} entry */
  async #try(entry) {
    const { signal } = entry.leaving;
    try {
      await this.#send(entry);
    } catch (cause) {
      if (signal.aborted) return;
      this.#fail(entry, asApiError(cause));
      this.#tell();
    }
  }

  /** @param {Entry} entry @param {ApiError} error */
  #fail(entry, error) {
    entry.failure = error.message || this.setup.say("upload.failed");
    entry.again = !error.final;
  }

  /** @param {Entry} entry */
  async #send(entry) {
    const { file, picture, leaving } = entry;
    if (!file) return;
    const blob = picture ? await shrink(file, picture).catch(() => file) : file;
    if (blob.size > this.#bytesMax) throw this.#tooLarge();
    const name = nameFor(entry.name, file, blob);
    const url = await this.setup.send(blob, {
      name,
      signal: leaving.signal,
      onProgress: (part) => this.#onProgress(entry, part),
    });
    if (leaving.signal.aborted) return;
    const address = addressOf(url);
    if (picture && address?.ours) keepPreview(address.href, picture);
    const content = picture ? { picUrl: url } : { url, name, size: blob.size };
    this.#forget(entry);
    const type = picture ? CONTENT.image : CONTENT.file;
    const { conversationId, clientMessageId } = entry;
    this.setup.outbox.add(conversationId, type, JSON.stringify(content), clientMessageId);
  }

  /** @param {Entry} entry @param {number} part */
  #onProgress(entry, part) {
    const before = Math.round(entry.progress * 100);
    entry.progress = part;
    if (Math.round(part * 100) !== before) this.#tell();
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }
}
