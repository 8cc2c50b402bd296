// Searches the conversations: the last words count, and nobody waits for the answer to those before.

import { adminPaths as paths } from "./paths.js";

/** @import { Call } from "../shared/api.js" */
/** @import { ConversationFinder } from "./conversation-finder.js" */

const FOUND_MAX = 50;

export class Search {
  #current = new AbortController();

  /** @param {Call} ask @param {Pick<ConversationFinder, "showFound">} finder @param {() => void} onFound */
  constructor(ask, finder, onFound) {
    this.ask = ask;
    this.finder = finder;
    this.onFound = onFound;
  }

  /** @param {string} text */
  async find(text) {
    this.#current.abort();
    this.#current = new AbortController();
    const { signal } = this.#current;
    const path = paths.search(text, FOUND_MAX);
    const found = await this.ask("GET", path, undefined, undefined, signal).catch(() => null);
    if (signal.aborted) return;
    await this.finder.showFound(text, found, FOUND_MAX).catch(() => {});
    this.onFound();
  }

  leave() {
    this.#current.abort();
  }
}
