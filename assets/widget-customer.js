// What the shop's page keeps for the framed one, and who the shop says the customer is. A member is known as long as this tab
// is there; the shop proves him again on each page. Loaded by widget.js together with the chat's frame.

const PROOF_MAX = 8192;
/** A long message that waits, as the outbox writes it, is half of this. */
const VALUE_MAX = 65_536;
/** More than anybody has waiting; the shop's own page needs room too. */
const KEYS_MAX = 500;

export const MEMBER = "kefu:member";
export const VISITOR = "kefu:token";
export const UNREAD = "kefu:unread";
/** When somebody signed out, in any tab. */
export const RESET = "kefu:reset";
/** Sessions that are to be ended by the framed page. */
const OVER = "kefu:over";

/** @param {unknown} key @returns {key is string} */
export const isOurs = (key) => typeof key === "string" && /^kefu:[\w:-]{1,80}$/.test(key);

export class Kept {
  /** @param {KefuParts} it */
  constructor(it) {
    this.it = it;
    // Somebody has signed out in another tab while this one was asleep.
    if (!(this.member?.time > Number(this.read(RESET)))) this.keep(MEMBER, null);
  }

  get member() {
    try {
      return JSON.parse(this.read(MEMBER) ?? "null");
    } catch {
      return null;
    }
  }

  get items() {
    const { local, session } = this.it;
    return Object.fromEntries(
      Object.entries({ ...local, ...session }).filter(([key]) => isOurs(key)),
    );
  }

  /** @param {string} key @returns {string | null} */
  read(key) {
    return this.#box(key)[key] ?? null;
  }

  /** What is too much, the framed page has in memory. @param {string} key @param {string | null} value */
  keep(key, value) {
    const box = this.#box(key);
    try {
      if (value === null) delete box[key];
      else if (value.length <= VALUE_MAX && (key in box || this.#hasRoom)) box[key] = value;
    } catch {
      // Full.
    }
  }

  get #hasRoom() {
    return Object.keys(this.items).length < KEYS_MAX;
  }

  /** @param {string} key */
  #box(key) {
    return key === MEMBER || key === OVER ? this.it.session : this.it.local;
  }
}

export class Customer {
  /** @type {string | null} */
  proof = null;
  /** The shop has said who he is, or failed to. */
  settled = Promise.resolve();
  /** Gives a fresh proof. @type {(() => unknown) | null} */
  #prove = null;
  #turn = 0;

  /**
   * @param {Kept} kept
   * @param {{ running: boolean, post(message: { kefu: string } & Record<string, unknown>): void }} chat
   */
  constructor(kept, chat) {
    this.kept = kept;
    this.chat = chat;
  }

  /** @param {unknown} given a proof, or what fetches one */
  identify(given) {
    this.#turn += 1;
    const mine = this.#turn;
    this.#prove = typeof given === "function" ? () => given() : null;
    this.settled = this.#ask(given).then(
      (proof) => {
        if (mine !== this.#turn) return;
        this.proof = proof;
        this.chat.post({ kefu: "identify", proof });
      },
      () => {
        // Nobody knows whose the kept session is. The next page, or a new proof, makes it good.
        if (mine !== this.#turn || this.chat.running) return;
        this.proof = null;
        this.kept.keep(MEMBER, null);
      },
    );
  }

  /** The proof was too old. */
  again() {
    if (this.#prove) this.identify(this.#prove);
  }

  forget() {
    this.#turn += 1;
    this.proof = null;
    this.#prove = null;
    this.settled = Promise.resolve();
    this.kept.keep(MEMBER, null);
  }

  /** @param {unknown} given */
  async #ask(given) {
    const token = this.#prove ? await this.#prove() : given;
    const fits = typeof token === "string" && token.length <= PROOF_MAX;
    if (!fits || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) throw new TypeError("no proof");
    return token;
  }
}
