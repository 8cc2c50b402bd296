// What was typed and not sent, by conversation. It survives a reload, never goes to another customer, and is forgotten when
// it was sent or is blank.

/** @import { Store } from "../shared/store.js" */

/**
 * @typedef {object} Draft
 * @property {string} text
 * @property {number} time of the last change
 * @property {number} seenId the newest message that was on the screen when it was written
 */

/** What is older than so many others is forgotten. */
const KEPT_MAX = 200;

/** @param {string | null} text @returns {Draft | null} */
function parse(text) {
  try {
    const draft = JSON.parse(text ?? "");
    const whole =
      typeof draft.text === "string" &&
      typeof draft.time === "number" &&
      typeof draft.seenId === "number";
    return whole ? draft : null;
  } catch {
    return null;
  }
}

export class Drafts {
  /** @type {Map<number, Draft>} */
  #drafts = new Map();

  /**
   * @param {Store} store
   * @param {string} owner whose they are: a browser can be shared
   * @param {() => void} onElsewhere another tab has changed one
   */
  constructor(store, owner, onElsewhere) {
    this.store = store;
    this.prefix = `draft:${owner}:`;
    for (const key of store.keys(this.prefix)) this.#take(key, store.get(key));
    store.watch((key, value) => {
      if (key.startsWith(this.prefix)) {
        this.#take(key, value);
        onElsewhere();
      }
    });
  }

  /** @param {string} key @param {string | null} value */
  #take(key, value) {
    const id = Number(key.slice(this.prefix.length));
    const draft = parse(value);
    if (draft) this.#drafts.set(id, draft);
    else this.#drafts.delete(id);
  }

  /** @param {number} id */
  get(id) {
    return this.#drafts.get(id) ?? null;
  }

  /** @param {number} id @param {string} text @param {number} seenId */
  set(id, text, seenId) {
    const known = this.#drafts.get(id);
    if (text.trim() === "") {
      if (known) this.#forget(id);
      return;
    }
    if (known?.text === text) return;
    const draft = { text, time: Date.now(), seenId };
    this.#drafts.set(id, draft);
    this.store.set(this.prefix + id, JSON.stringify(draft));
    if (this.#drafts.size > KEPT_MAX) this.#forgetOldest();
  }

  /** @param {number} from @param {number} to */
  move(from, to) {
    const draft = this.#drafts.get(from);
    if (!draft) return;
    this.#forget(from);
    // Ids of the one conversation mean nothing in the other.
    if (!this.#drafts.has(to)) this.set(to, draft.text, 0);
  }

  /** @param {number} id */
  #forget(id) {
    this.#drafts.delete(id);
    this.store.set(this.prefix + id, null);
  }

  #forgetOldest() {
    const [oldest] = [...this.#drafts].sort(([, a], [, b]) => a.time - b.time);
    if (oldest) this.#forget(oldest[0]);
  }
}
