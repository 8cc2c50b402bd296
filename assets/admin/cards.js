// What the staff can send besides words: any product of the catalog, an order of this customer. Loaded when it is wanted.

import { pickOrder, pickProduct } from "../shared/cards.js";
import { CONTENT } from "../shared/protocol.js";
import { adminPaths as paths } from "./paths.js";

/** @import { Call } from "../shared/api.js" */
/** @import { Say } from "../shared/text.js" */

/**
 * @param {string} name of the composer's tool
 * @param {Call} ask
 * @param {{ say: Say, language: string }} words
 * @param {number} userId the customer
 */
export async function choose(name, ask, { say, language }, userId) {
  const manner = { say, locale: language, staff: true };
  const get = (/** @type {string} */ path) => ask("GET", path);
  if (name === "products") {
    const card = await pickProduct(manner, {
      title: say("composer.products"),
      search: say("picker.search"),
      load: (pageNo, text) => get(paths.products(text, pageNo)),
    });
    return card && { contentType: CONTENT.product, card };
  }
  const card = await pickOrder(manner, {
    title: say("composer.orders"),
    load: (pageNo) => get(paths.orders(userId, pageNo)),
  });
  return card && { contentType: CONTENT.order, card };
}
