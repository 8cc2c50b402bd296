// Who the customer is: a visitor, whose token is kept and made at the first send and never twice; or the member whom the shop
// vouches for, whose token the widget keeps as long as the tab is there. Pure: store and API are given.

import { asApiError } from "../shared/api.js";
import { memberPaths as paths } from "../shared/protocol.js";

/** @import { Call } from "../shared/api.js" */
/** @import { Store } from "../shared/store.js" */

/**
 * @typedef {object} Member
 * @property {string} token
 * @property {number} userId
 * @property {string} sub the shop's own name for him, as the proof has it
 * @property {number} time when he was proven
 */

const VISITOR = "token";
const MEMBER = "member";
/** Tokens of sessions that are to end. */
const OVER = "over";
/** Whose the outbox is, as long as nobody vouches for him. */
const VISITOR_OWNER = "member";
/** What waits under its owner's name. */
const OWNED = ["outbox:", "upload:", "draft:"];

/** @param {string | null} text @returns {Member | null} */
function parse(text) {
  try {
    const member = JSON.parse(text ?? "");
    const { token, userId, sub, time } = member;
    const whole = [token, sub].every((one) => typeof one === "string") && userId > 0 && time > 0;
    return whole ? member : null;
  } catch {
    return null;
  }
}

/** Whose proof it says it is; whether that is true the server knows. @param {string} proof */
function subjectOf(proof) {
  try {
    const claims = (proof.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(claims), (letter) => letter.charCodeAt(0));
    return String(JSON.parse(new TextDecoder().decode(bytes)).sub);
  } catch {
    return "";
  }
}

/** @param {string} token */
const bearing = (token) => ({ Authorization: `Bearer ${token}` });

export class Session {
  /** @type {Member | null} */
  #member;
  /** Somebody else is here now: nothing more is asked or sent from this page. */
  #ended = false;
  /** @type {Set<() => void>} */
  #listeners = new Set();

  /**
   * @param {Store} store
   * @param {Call} call
   * @param {{ renew?: () => void, prove?: () => void }} [widget] a page anew for another customer, and a fresh proof
   */
  constructor(store, call, { renew, prove } = {}) {
    this.store = store;
    this.call = call;
    this.renew = renew;
    this.prove = prove;
    this.#member = parse(store.get(MEMBER));
    void this.#endOver();
  }

  get token() {
    if (this.#ended) return null;
    return this.#member?.token ?? this.store.get(VISITOR);
  }

  /** Under whose name things wait: what one person wrote is never sent as another. */
  get owner() {
    return this.#member ? `u${this.#member.userId}` : VISITOR_OWNER;
  }

  /** @returns {Promise<string>} */
  async ensure() {
    if (this.#ended) return new Promise(() => {});
    return this.token ?? this.store.once(VISITOR, () => this.#makeVisitor());
  }

  /** Whether this proof is about whoever is here already. @param {string} proof */
  isProven(proof) {
    return this.#member?.sub === subjectOf(proof);
  }

  /** The shop says who is here while the page is open. @param {string} proof */
  meet(proof) {
    if (!this.#member || this.isProven(proof)) return this.identify(proof);
    // Somebody else begins with a page anew.
    this.#ended = true;
    return this.renew?.();
  }

  /**
   * The shop vouches for the customer. What he wrote as a visitor becomes his. Where it fails, he goes on as a visitor.
   * @param {string} proof
   */
  async identify(proof) {
    const sub = subjectOf(proof);
    const before = this.#member;
    // Somebody else's messages are not to be seen here meanwhile.
    if (before && before.sub !== sub) this.#member = null;
    const visitor = this.store.get(VISITOR);
    const token = visitor ?? before?.token;
    try {
      const { accessToken, userId } = await this.call(
        "POST",
        paths.identify,
        { token: proof },
        token ? bearing(token) : {},
      );
      if (visitor && this.store.get(VISITOR) === visitor) this.store.set(VISITOR, null);
      this.#member = { token: accessToken, userId, sub, time: Date.now() };
      this.store.set(MEMBER, JSON.stringify(this.#member));
      if (visitor || !before) this.#takeOver();
    } catch {
      if (before && !this.#member) this.store.set(MEMBER, null);
    }
    this.#tell();
  }

  /** Only the token that has died goes: another tab may have a new one. @param {string} token */
  drop(token) {
    if (this.#member?.token === token) return this.#end();
    if (this.store.get(VISITOR) === token) this.store.set(VISITOR, null);
    return undefined;
  }

  /** Another tab made or dropped the visitor, or the shop said who he is. @param {() => void} listener */
  watch(listener) {
    this.#listeners.add(listener);
    this.store.watch((key) => {
      if (key === VISITOR) listener();
    });
  }

  async #makeVisitor() {
    const { accessToken } = await this.call("POST", paths.visitor);
    return accessToken;
  }

  /** A member whose session has died is nobody's visitor: a page anew asks the shop who he is. */
  #end() {
    this.#ended = true;
    this.store.set(MEMBER, null);
    this.prove?.();
    this.renew?.();
  }

  /** What he has not sent yet as a visitor waits under his own name from now on. */
  #takeOver() {
    for (const kind of OWNED) {
      const prefix = `${kind}${VISITOR_OWNER}:`;
      for (const key of this.store.keys(prefix)) {
        this.store.set(`${kind}${this.owner}:${key.slice(prefix.length)}`, this.store.get(key));
        this.store.set(key, null);
      }
    }
  }

  /** Whoever signed out at the shop is signed out here. */
  async #endOver() {
    const over = this.store.get(OVER)?.split(" ") ?? [];
    const asked = over.map(async (token) => {
      try {
        await this.call("POST", paths.logout, undefined, bearing(token));
      } catch (cause) {
        const { final, status } = asApiError(cause);
        return !final && status !== 401;
      }
      return false;
    });
    const failed = (await Promise.all(asked)).some(Boolean);
    if (over.length > 0 && !failed) this.store.set(OVER, null);
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }
}
