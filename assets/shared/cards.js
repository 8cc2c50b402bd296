// Choosing a product or an order to send, on both pages: the sheet, filled with the cards as they will be seen.

import { kindOf } from "./kinds.js";
import { orderCard, productCard } from "./message-parts.js";
import { pick } from "./picker.js";
import { CONTENT } from "./protocol.js";

/** @import { Manner } from "./message-parts.js" */
/** @import { Choice } from "./picker.js" */

/**
 * @param {Manner} manner
 * @param {Pick<Choice, "title" | "load" | "search">} choice
 * @returns {Promise<object | null>} the row as it was listed, which is what is sent
 */
export function pickProduct(manner, choice) {
  /** @param {object} row */
  const draw = (row) => {
    const shown = kindOf(CONTENT.product, JSON.stringify(row));
    return shown?.kind === "product" ? productCard({ ...shown, link: null }, manner) : null;
  };
  return pick({ ...choice, say: manner.say, draw });
}

/**
 * @param {Manner} manner
 * @param {Pick<Choice, "title" | "load">} choice
 * @returns {Promise<object | null>} the order as it was listed, without whose it is
 */
export async function pickOrder(manner, choice) {
  /** @param {object} row */
  const draw = (row) => {
    const shown = kindOf(CONTENT.order, JSON.stringify(row));
    return shown?.kind === "order" ? orderCard(shown, manner) : null;
  };
  const row = await pick({ ...choice, say: manner.say, draw });
  if (row === null) return null;
  const { user, ...order } = row;
  return order;
}
