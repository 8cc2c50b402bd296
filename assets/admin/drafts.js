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
   * @param {(id: number) => void} onElsewhere another tab has changed this one
   * @param {AbortSignal} [signal]
   */
  constructor(store, owner, onElsewhere, signal) {
    this.store = store;
    this.prefix = `draft:${owner}:`;
    for (const key of store.keys(this.prefix)) this.#take(key, store.get(key));
    store.watch((key, value) => {
      if (key.startsWith(this.prefix)) onElsewhere(this.#take(key, value));
    }, signal);
  }

  /** @param {string} key @param {string | null} value @returns {number} the conversation */
  #take(key, value) {
    const id = Number(key.slice(this.prefix.length));
    const draft = parse(value);
    if (draft) this.#drafts.set(id, draft);
    else this.#drafts.delete(id);
    return id;
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
    if (known?.text === text && known.seenId >= seenId) return;
    this.#keep(id, { text, time: Date.now(), seenId });
    if (this.#drafts.size > KEPT_MAX) this.#forgetOldest();
  }

  /** What came meanwhile was seen; what was written stays as it is. @param {number} id @param {number} seenId */
  see(id, seenId) {
    const known = this.#drafts.get(id);
    if (known && known.seenId < seenId) this.#keep(id, { ...known, seenId });
  }

  /** What was begun in both is one text, and the live one stands last. @param {number} from @param {number} to @param {number | null} liveId the open one */
  move(from, to, liveId) {
    const draft = this.#drafts.get(from);
    if (!draft) return;
    this.#forget(from);
    const other = this.#drafts.get(to);
    const last = liveId === to || (liveId !== from && other && other.time > draft.time);
    const texts = [other?.text ?? "", draft.text].filter(Boolean);
    if (last) texts.reverse();
    // Ids of the one conversation mean nothing in the other.
    this.set(to, [...new Set(texts)].join("\n"), 0);
  }

  /** @param {number} id @param {Draft} draft */
  #keep(id, draft) {
    this.#drafts.set(id, draft);
    this.store.set(this.prefix + id, JSON.stringify(draft));
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
