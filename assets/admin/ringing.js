// When it rings: at once, then again and again with patience, until somebody looks. Of several tabs of one browser one rings.

/** After the first ring; then every last of them. */
const PAUSES_MS = [15_000, 30_000, 60_000];
const RINGS_MAX = 30;
/** So long the tabs listen to each other before one of them rings. Hidden ones hear within a second. */
const BID_MS = 150;
/** A tab may hear of the same news so much later than the first. */
const HEARD_MS = 60_000;
/** Ten messages in a row are one ring. */
const GAP_MS = 3000;

/**
 * @typedef {object} Setup
 * @property {{ postMessage: (message: any) => void, onmessage: ((event: any) => void) | null, close: () => void }} channel to the other tabs
 * @property {() => boolean} isLookedAt
 * @property {() => boolean} canRing
 * @property {() => void} ring
 * @property {(news: any) => void} announce where no tab is looked at
 * @property {() => void} [onLooked] somebody looks at another tab
 * @property {string} [id] of this tab
 * @property {() => number} [now]
 */

/** @typedef {{ id: string, key: string, time: number, canRing: boolean }} Bid a tab has heard of the news called `key` */

/** One clock serves all tabs. @param {Bid} a @param {Bid} b */
function isBefore(a, b) {
  return a.time < b.time || (a.time === b.time && a.id < b.id);
}

export class Ringing {
  /** Of the other tabs. @type {Bid[]} */
  #bids = [];
  #lookedAt = Number.NEGATIVE_INFINITY;
  #rangAt = Number.NEGATIVE_INFINITY;
  #rings = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {Setup} setup */
  constructor(setup) {
    this.setup = {
      id: crypto.getRandomValues(new Uint32Array(2)).join(""),
      now: () => Date.now(),
      ...setup,
    };
    this.setup.channel.onmessage = ({ data }) => this.#hear(data);
  }

  get isRinging() {
    return this.#timer !== undefined;
  }

  /**
   * Something has come. Of all tabs the first that heard of it does what is to be done; whoever hears of it later finds its bid.
   * @param {any} news for the announcement
   * @param {boolean} here the page is looked at, but not where it came
   * @param {string} key the same in each tab
   */
  async news(news, here, key) {
    const { channel, id, now, isLookedAt, canRing } = this.setup;
    const began = now();
    const bid = { id, key, time: began, canRing: canRing() };
    channel.postMessage({ kind: "bid", ...bid });
    await new Promise((resolve) => setTimeout(resolve, BID_MS));
    if (isLookedAt()) {
      if (here && canRing()) this.#ring();
      return;
    }
    if (this.#lookedAt >= began) return;
    this.#bids = this.#bids.filter(({ time }) => now() - time < HEARD_MS);
    const earlier = this.#bids.filter((rival) => rival.key === key && isBefore(rival, bid));
    if (earlier.length === 0) this.setup.announce(news);
    if (!canRing()) return;
    if (earlier.some((rival) => rival.canRing)) this.calm();
    else this.#start();
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
    this.setup.channel.postMessage({ kind: "rang" });
    this.setup.ring();
  }

  /** @param {any} message of another tab */
  #hear(message) {
    const { channel, isLookedAt, now, onLooked } = this.setup;
    if (message?.kind === "looked") {
      this.#lookedAt = now();
      this.calm();
      onLooked?.();
    }
    // Two tabs that tell of two messages at once are one ring as well.
    if (message?.kind === "rang") this.#rangAt = now();
    if (message?.kind !== "bid") return;
    const { id, key, time, canRing } = message;
    if (typeof id !== "string" || typeof key !== "string" || typeof time !== "number") return;
    this.#bids.push({ id, key, time, canRing: canRing === true });
    if (isLookedAt()) channel.postMessage({ kind: "looked" });
  }
}
