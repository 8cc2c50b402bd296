// Who the customer is: a visitor, whose token is kept and made at the first send and never twice; or the member whom the shop
// vouches for, whose token the widget keeps as long as the tab is there. Pure: store and API are given.

import { asApiError } from "../shared/api.js";
import { backoff } from "../shared/backoff.js";
import { memberPaths as paths } from "./paths.js";
import { bearing, parseMember, subjectOf } from "./proven.js";

/** @import { ApiError, Call } from "../shared/api.js" */
/** @import { Store } from "../shared/store.js" */
/** @import { Member } from "./proven.js" */

/**
 * A proof that the server has not answered yet.
 * @typedef {object} Wish
 * @property {string} proof
 * @property {string} sub
 * @property {Member | null} before who was here when it came
 * @property {number} since
 * @property {number} attempt
 * @property {boolean} [named] the server said when to come back
 */

const VISITOR = "token";
const MEMBER = "member";
/** Tokens of sessions that are to end. */
const OVER = "over";
/** Whose the outbox is, as long as nobody vouches for him. */
const VISITOR_OWNER = "member";
/** What waits under its owner's name. */
const OWNED = ["outbox:", "upload:", "draft:"];
/** So long a proof is good, at the most. */
const PROOF_LIFE_MS = 10 * 60_000;

export class Session {
  /** @type {Member | null} */
  #member;
  /** Somebody else is here now: nothing more is asked or sent from this page. */
  #ended = false;
  /** @type {Set<() => void>} */
  #listeners = new Set();
  /** What is sent at the same time waits for the same visitor. @type {Promise<string> | null} */
  #making = null;
  /** @type {Wish | null} */
  #wish = null;
  /** Until the proof is shown again. @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {Store} store
   * @param {Call} call
   * @param {object} [widget]
   * @param {() => void} [widget.renew] a page anew for another customer
   * @param {() => void} [widget.prove] a fresh proof
   * @param {() => number} [widget.random]
   */
  constructor(store, call, { renew, prove, random = Math.random } = {}) {
    this.store = store;
    this.call = call;
    this.renew = renew;
    this.prove = prove;
    this.random = random;
    this.#member = parseMember(store.get(MEMBER));
    if (store.get(OVER)) void this.#endOver().catch(() => {});
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
    const made = this.token ?? (await this.#makeOnce());
    if (this.#ended) return new Promise(() => {});
    // The shop may have said meanwhile who he is.
    return this.token ?? made;
  }

  /** Whether this proof is about whoever is here already. @param {string} proof */
  isProven(proof) {
    return this.#member?.sub === subjectOf(proof);
  }

  /** The shop says who is here while the page is open. @param {string} proof */
  meet(proof) {
    if (!this.#member || this.isProven(proof)) return this.identify(proof);
    // Somebody else begins with a page anew.
    this.#leave();
    return this.renew?.();
  }

  /**
   * The shop vouches for the customer. What he wrote as a visitor becomes his. Where it fails, he goes on as a visitor;
   * where there is no answer, it is tried until there is one.
   * @param {string} proof
   */
  async identify(proof) {
    const sub = subjectOf(proof);
    const before = this.#member;
    // Somebody else's messages are not to be seen here meanwhile.
    if (before && before.sub !== sub) this.#member = null;
    this.#wish = { proof, sub, before, since: Date.now(), attempt: 0 };
    await this.#show(this.#wish);
  }

  /** The network or the person is back: no need to wait longer, unless the server itself named a time. */
  check() {
    if (this.#wish && this.#timer && !this.#wish.named) void this.#show(this.#wish);
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

  /** What cannot be done now is done by the next page. */
  async #endOver() {
    const { endOver } = await import("./over.js");
    await endOver(this.store, this.call);
  }

  #makeOnce() {
    const make = async () => (await this.call("POST", paths.visitor)).accessToken;
    this.#making ??= this.store.once(VISITOR, make).finally(() => {
      this.#making = null;
    });
    return this.#making;
  }

  /** @param {Wish} wish */
  async #show(wish) {
    this.#stopWaiting();
    const { proof, sub, before } = wish;
    const visitor = this.store.get(VISITOR);
    const token = visitor ?? before?.token;
    const headers = token ? bearing(token) : {};
    try {
      const { accessToken, userId } = await this.call(
        "POST",
        paths.identify,
        { token: proof },
        headers,
      );
      if (visitor && this.store.get(VISITOR) === visitor) this.store.set(VISITOR, null);
      // Another proof has come meanwhile, of somebody else.
      if (this.#ended || (this.#wish && this.#wish.sub !== sub)) return;
      this.#wish = null;
      const wasMember = this.#member !== null;
      this.#member = { token: accessToken, userId, sub, time: Date.now() };
      this.store.set(MEMBER, JSON.stringify(this.#member));
      if (visitor || !wasMember) this.#takeOver();
    } catch (cause) {
      this.#onUnproven(wish, asApiError(cause));
    }
    this.#tell();
  }

  /** @param {Wish} wish @param {ApiError} error */
  #onUnproven(wish, error) {
    if (this.#ended || wish !== this.#wish) return;
    if (wish.before && !this.#member) this.store.set(MEMBER, null);
    const answered = error.ended || error.final;
    const old = Date.now() - wish.since >= PROOF_LIFE_MS;
    // Whoever is known by a token of his own can do without.
    if (answered || old || this.#member) this.#wish = null;
    if (old && !answered) this.prove?.();
    if (!this.#wish) return;
    wish.named = error.retryMs !== undefined;
    const ms = backoff(wish.attempt++, error.retryMs, this.random);
    this.#timer = setTimeout(() => void this.#show(wish), ms);
  }

  #leave() {
    this.#ended = true;
    this.#stopWaiting();
  }

  #stopWaiting() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** A member whose session has died is nobody's visitor: a page anew asks the shop who he is. */
  #end() {
    this.#leave();
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

  #tell() {
    for (const listener of this.#listeners) listener();
  }
}
