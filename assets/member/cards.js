// What a customer can send besides words: a product he has looked at, one of his orders. Loaded when he has the chat open.

import { CONTENT } from "../shared/protocol.js";
import { memberPaths as paths } from "./paths.js";

/** @import { MessageComposer } from "../shared/message-composer.js" */
/** @import { Manner } from "../shared/message-parts.js" */
/** @import { Page } from "../shared/protocol.js" */

/** @typedef {(path: string) => Promise<Page>} Get */

/**
 * Offers what there is; a server without a catalog has nothing. What is not answered stays as it was, and fails the whole.
 * @param {Get} get
 * @param {Pick<MessageComposer, "offer">} composer
 */
export async function offer(get, composer) {
  const lists = { products: paths.viewed(1, 1), orders: paths.orders(1, 1) };
  for (const [name, path] of Object.entries(lists)) {
    const { total } = await get(path);
    composer.offer(name, total > 0);
  }
}

/** @param {string} name of the composer's tool @param {Get} get @param {Manner} manner */
export async function choose(name, get, manner) {
  const { pickOrder, pickProduct } = await import("../shared/cards.js");
  const { say } = manner;
  if (name === "orders") {
    /** @param {number} pageNo */
    const load = (pageNo) => get(paths.orders(pageNo));
    const card = await pickOrder(manner, { title: say("composer.myOrders"), load });
    return card && { contentType: CONTENT.order, card };
  }
  /** @param {number} pageNo */
  const load = (pageNo) => get(paths.viewed(pageNo));
  const card = await pickProduct(manner, { title: say("composer.viewed"), load });
  return card && { contentType: CONTENT.product, card };
}
