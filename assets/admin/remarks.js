// What was noted about customers and is not with the server yet, by customer. It survives a dead network, another customer
// and a closed page, and is not put over what a colleague has written meanwhile.

import { asApiError } from "../shared/api.js";
import { backoff } from "../shared/backoff.js";

/** @import { Store } from "../shared/store.js" */

/**
 * @typedef {object} Note
 * @property {string} text
 * @property {string} was what stood there when it was begun
 * @property {number} time of the last change
 * @property {boolean} due whoever wrote it has left the field: it is to be saved
 * @property {readonly string[]} [sent] without an answer yet; when one of them comes back it is nobody else's
 * @property {boolean} [crossed] a colleague's stands there; nothing is sent before somebody has chosen
 */

/** @typedef {"edited" | "saving" | "waiting" | "saved" | "changed" | "failed"} NoteState */

const PREFIX = "remark:";
/** What is older than so many others is forgotten. */
const KEPT_MAX = 100;

/** @param {string | null} text @returns {Note | null} */
function parse(text) {
  try {
    const { text: words, was, time, due } = JSON.parse(text ?? "");
    const whole = typeof words === "string" && typeof was === "string" && typeof time === "number";
    return whole ? { text: words, was, time, due: due === true } : null;
  } catch {
    return null;
  }
}

export class Remarks {
  /** @type {Map<number, Note>} */
  #notes = new Map();
  /** @type {Set<number>} */
  #busy = new Set();
  #attempt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {object} setup
   * @param {Store} setup.store
   * @param {(userId: number, note: Note) => Promise<unknown>} setup.send
   * @param {(userId: number, state: NoteState, message: string) => void} setup.onState
   * @param {() => number} [setup.random]
   */
  constructor({ store, send, onState, random = Math.random }) {
    this.store = store;
    this.send = send;
    this.onState = onState;
    this.random = random;
    for (const key of store.keys(PREFIX)) this.#take(key, store.get(key));
    store.watch((key, value) => {
      if (key.startsWith(PREFIX)) this.#take(key, value);
    });
  }

  /** @param {string} key @param {string | null} value */
  #take(key, value) {
    const id = Number(key.slice(PREFIX.length));
    const note = parse(value);
    if (note) this.#notes.set(id, note);
    else this.#notes.delete(id);
  }

  /** @param {number} userId */
  get(userId) {
    return this.#notes.get(userId) ?? null;
  }

  /** Something is being written. @param {number} userId @param {string} text @param {string} was */
  write(userId, text, was) {
    const note = this.get(userId) ?? { text, was, time: 0, due: false };
    if (text === note.was && !note.sent && !note.crossed) return this.forget(userId);
    return this.#put(userId, { ...note, text, time: Date.now(), due: false });
  }

  /** @param {number} userId */
  forget(userId) {
    this.#notes.delete(userId);
    this.store.set(PREFIX + userId, null);
  }

  /** @param {number} userId @param {Note} note */
  #put(userId, note) {
    this.#notes.set(userId, note);
    const { text, was, time, due } = note;
    this.store.set(PREFIX + userId, JSON.stringify({ text, was, time, due }));
    if (this.#notes.size <= KEPT_MAX) return;
    const [oldest] = [...this.#notes].sort(([, a], [, b]) => a.time - b.time);
    if (oldest) this.forget(oldest[0]);
  }

  /**
   * What the server has of a customer has come: what is to be shown, and a colleague's words if they cross what is written.
   * @param {number} userId
   * @param {string} mark
   */
  meet(userId, mark) {
    const note = this.get(userId);
    if (!note) return { text: mark, theirs: null };
    if (mark === note.text) {
      this.forget(userId);
      return { text: mark, theirs: null };
    }
    const own = note.sent?.includes(mark) === true;
    const crossed = mark !== note.was && !own;
    this.#put(userId, { ...note, crossed, was: own ? mark : note.was });
    return { text: note.text, theirs: crossed ? mark : null };
  }

  /** One's own words are to stand in the place of the colleague's. @param {number} userId @param {string} theirs */
  insist(userId, theirs) {
    const note = this.get(userId);
    if (note) this.#put(userId, { ...note, was: theirs, crossed: false });
    this.save(userId);
  }

  /** The field was left. @param {number} userId */
  save(userId) {
    const note = this.get(userId);
    if (!note) return;
    this.#put(userId, { ...note, due: true });
    if (note.crossed) this.onState(userId, "changed", "");
    else void this.#run(userId);
  }

  /** The network or the page is back. */
  wake() {
    clearTimeout(this.#timer);
    for (const [userId, { due, crossed }] of this.#notes) {
      if (due && !crossed) void this.#run(userId);
    }
  }

  /** @param {number} userId */
  async #run(userId) {
    if (this.#busy.has(userId)) return;
    this.#busy.add(userId);
    try {
      while (await this.#sendOnce(userId));
    } finally {
      this.#busy.delete(userId);
    }
  }

  /** @param {number} userId @returns {Promise<boolean>} whether there is more to send at once */
  async #sendOnce(userId) {
    const note = this.get(userId);
    if (!note?.due || note.crossed) return false;
    const sent = [...new Set([...(note.sent ?? []), note.text])];
    this.#put(userId, { ...note, sent });
    this.onState(userId, "saving", "");
    try {
      await this.send(userId, note);
    } catch (cause) {
      this.#missed(userId, asApiError(cause));
      return false;
    }
    this.#attempt = 0;
    const now = this.get(userId);
    if (now && now.text !== note.text) {
      this.#put(userId, { ...now, was: note.text, sent: undefined });
      return true;
    }
    this.forget(userId);
    this.onState(userId, "saved", "");
    return false;
  }

  /** @param {number} userId @param {import("../shared/api.js").ApiError} error */
  #missed(userId, error) {
    const note = this.get(userId);
    if (!note) return;
    const { status, final, message, retryMs } = error;
    const crossed = status === 409;
    this.#put(userId, { ...note, crossed, due: note.due && (crossed || !final) });
    if (final) return this.onState(userId, crossed ? "changed" : "failed", message);
    this.onState(userId, "waiting", "");
    // Whoever signs in next goes on with it.
    if (status === 401) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), backoff(this.#attempt, retryMs, this.random));
    this.#attempt += 1;
  }
}
