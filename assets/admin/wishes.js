// What the list and the search field wish of the desk, and who carries it out.

import { on } from "../shared/dom.js";

/** @import { Call } from "../shared/api.js" */
/** @import { Conversation } from "../shared/protocol.js" */
/** @import { Setup } from "./desk-setup.js" */
/** @import { Listing } from "./listing.js" */
/** @import { Refetching } from "./refetching.js" */
/** @import { Search } from "./search.js" */

/**
 * @param {Setup} setup
 * @param {{ ask: Call, listing: () => Listing, refetching: Refetching, search: Search, signal: AbortSignal }} desk
 */
export function hearWishes(setup, { ask, listing, refetching, search, signal }) {
  const { rows, finder } = setup;
  /** @param {"pin" | "remove"} name @param {Conversation} row */
  const change = async (name, row) => {
    const changed = (/** @type {number} */ id) => refetching.now(id);
    try {
      const changes = await import("./changes.js");
      await changes[name](row, { ask, changed, setup });
    } catch {
      setup.onProblem("");
    }
  };
  on(rows, "pin", ({ conversation }) => void change("pin", conversation), signal);
  on(rows, "remove", ({ conversation }) => void change("remove", conversation), signal);
  on(rows, "more", () => void listing().more(), signal);
  on(finder, "view", ({ view }) => listing().show(view), signal);
  on(finder, "search", ({ text }) => void search.find(text), signal);
}
