// When it rings: at once, then again and again with patience, until somebody looks. Of several tabs of one browser one rings.

/** After the first ring; then every last of them. */
const PAUSES_MS = [15_000, 30_000, 60_000];
const RINGS_MAX = 30;
/** So long the tabs listen to each other before one of them rings. Hidden ones hear within a second. */
const BID_MS = 150;
const BID_VALID_MS = 2000;
/** Ten messages in a row are one ring. */
const GAP_MS = 3000;

/**
 * @typedef {object} Setup
 * @property {{ postMessage: (message: any) => void, onmessage: ((event: any) => void) | null, close: () => void }} channel to the other tabs
 * @property {() => boolean} isLookedAt
 * @property {() => boolean} canRing
 * @property {() => void} ring
 * @property {(news: any) => void} announce where no tab is looked at
 * @property {string} [id] of this tab
 * @property {() => number} [now]
 */

export class Ringing {
  /** The other tabs that have heard of news. @type {Map<string, { time: number, canRing: boolean }>} */
  #bids = new Map();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #rangAt = Number.NEGATIVE_INFINITY;
  #rings = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {Setup} setup */
  constructor(setup) {
    this.setup = {
      id: crypto.getRandomValues(new Uint32Array(2)).join(""),
      now: Date.now,
      ...setup,
    };
    this.setup.channel.onmessage = ({ data }) => this.#hear(data);
  }

  get isRinging() {
    return this.#timer !== undefined;
  }

  /** Something has come. @param {any} news for the announcement @param {boolean} here the page is looked at, but not where it came */
  async news(news, here) {
    const { channel, id, now, isLookedAt, canRing } = this.setup;
    const began = now();
    channel.postMessage({ kind: "bid", id, canRing: canRing() });
    await new Promise((resolve) => setTimeout(resolve, BID_MS));
    if (isLookedAt()) {
      if (here && canRing()) this.#ring();
      return;
    }
    if (this.#lookedAt >= began) return;
    if (this.#isFirst(() => true)) this.setup.announce(news);
    if (!canRing()) return;
    if (this.#isFirst((rival) => rival.canRing)) this.#start();
    else this.calm();
  }

  /** Somebody looks, here or in another tab, or nothing is left to look at. */
  calm() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#rings = 0;
  }

  /** The others need not ring any more. */
  looked() {
    this.calm();
    this.setup.channel.postMessage({ kind: "looked" });
  }

  leave() {
    this.calm();
    this.setup.channel.close();
  }

  /** @param {(rival: { canRing: boolean }) => boolean} counts */
  #isFirst(counts) {
    const { id, now } = this.setup;
    for (const [rival, bid] of this.#bids) {
      if (now() - bid.time > BID_VALID_MS) this.#bids.delete(rival);
      else if (rival < id && counts(bid)) return false;
    }
    return true;
  }

  #start() {
    if (this.isRinging) return this.#ring();
    this.#ring();
    return this.#again();
  }

  #again() {
    if (this.#rings >= RINGS_MAX) return this.calm();
    const pause = PAUSES_MS[this.#rings] ?? PAUSES_MS.at(-1);
    this.#rings += 1;
    this.#timer = setTimeout(() => {
      if (this.setup.canRing()) this.#ring();
      this.#again();
    }, pause);
    return undefined;
  }

  #ring() {
    const now = this.setup.now();
    if (now - this.#rangAt < GAP_MS) return;
    this.#rangAt = now;
    this.setup.ring();
  }

  /** @param {any} message of another tab */
  #hear(message) {
    const { channel, isLookedAt, now } = this.setup;
    if (message?.kind === "looked") {
      this.#lookedAt = now();
      this.calm();
    }
    if (message?.kind !== "bid" || typeof message.id !== "string") return;
    this.#bids.set(message.id, { time: now(), canRing: message.canRing === true });
    if (isLookedAt()) channel.postMessage({ kind: "looked" });
  }
}
