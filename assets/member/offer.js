// What the shop's page says the customer is looking at, as something he can ask about. Pure.

import { CONTENT } from "../shared/protocol.js";

/** @typedef {{ url: string, title: string, referrer: string }} ShopPage */
/** @typedef {{ spuId?: number, spuName: string, picUrl?: string, price?: number, url?: string }} Product */
/** @typedef {{ id?: number, no?: string }} OrderName */
/** @typedef {{ page: ShopPage | null, product: Product | null, order: OrderName | null }} Context */
/** @typedef {(contentType: number, content: object) => void} Send */

/**
 * @typedef {object} Offer
 * @property {"product" | "order"} kind
 * @property {string} key tells one from another
 * @property {string} name
 * @property {number | null} price in fen
 * @property {string} picture
 * @property {number} contentType
 * @property {object} content
 */

/** @param {unknown} value */
const text = (value) => (typeof value === "string" ? value.trim() : "");
/** @param {unknown} value */
const whole = (value) => (Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : null);

/** A product that the shop has no number for is told by its name and address. @param {Product | null} product @returns {Offer | null} */
export function offerOfProduct(product) {
  const name = text(product?.spuName);
  if (!product || name === "") return null;
  const { spuId } = product;
  const price = whole(product.price);
  const picture = text(product.picUrl);
  const url = text(product.url);
  const told = Number.isSafeInteger(spuId);
  return {
    kind: "product",
    key: `product:${told ? spuId : url || name}`,
    name,
    price,
    picture,
    contentType: told ? CONTENT.product : CONTENT.text,
    content: told
      ? { spuId, spuName: name, picUrl: picture || null, price }
      : { text: [name, url].filter(Boolean).join("\n") },
  };
}

/**
 * An order of his own, known by its number.
 * @param {OrderName | null} order
 * @param {readonly any[]} own his newest orders, as they are listed
 * @param {(number: string) => string} call what an order is called
 * @returns {Offer | null}
 */
export function offerOfOrder(order, own, call) {
  if (!order) return null;
  const { id, no } = order;
  const known = own.find((one) => (id === undefined ? one.no === no : one.id === id));
  const number = text(known?.no) || text(no) || text(String(id ?? ""));
  if (number === "") return null;
  const { user, ...card } = known ?? {};
  return {
    kind: "order",
    key: `order:${number}`,
    name: call(number),
    price: whole(known?.payPrice),
    picture: text(known?.items?.[0]?.picUrl),
    contentType: known ? CONTENT.order : CONTENT.text,
    content: known ? card : { text: call(number) },
  };
}
