// What a message of another kind than text holds, made safe to show. Whatever the server has checked is checked again here:
// addresses by their scheme, numbers and names by their type. Pure.

import { inside } from "./content.js";
import { ownPath } from "./pictures.js";
import { CONTENT } from "./protocol.js";
import { parseUrl } from "./urls.js";

/**
 * @typedef {object} Address
 * @property {string} href where it leads
 * @property {boolean} ours kept by this server: may be loaded
 * @property {string} host shown in its place otherwise
 */

/** @typedef {{ kind: "image", picture: Address, width: number, height: number }} Picture */
/** @typedef {{ kind: "voice", address: Address, duration: number }} Voice */
/** @typedef {{ kind: "video", address: Address, poster: Address | null, duration: number, width: number, height: number }} Video */
/** @typedef {{ kind: "file", address: Address, name: string, size: number | null }} File */
/**
 * @typedef {object} Product
 * @property {"product"} kind
 * @property {string} name
 * @property {Address | null} picture
 * @property {number | null} price in fen
 * @property {number | null} sales
 * @property {number | null} stock
 * @property {Address | null} link
 * @property {boolean} unchecked given by the customer
 */
/** @typedef {{ name: string, picture: Address | null, properties: string, price: number | null, count: number | null }} Item */
/**
 * @typedef {object} Order
 * @property {"order"} kind
 * @property {string} number
 * @property {string | null} status a key of the words
 * @property {readonly Item[]} items
 * @property {number} count
 * @property {number | null} total in fen
 * @property {boolean} unchecked given by the customer
 */
/** @typedef {Picture | Voice | Video | File | Product | Order} Kind */

/** @type {ReadonlySet<number>} */
const MEDIA = new Set([CONTENT.voice, CONTENT.video, CONTENT.file]);
/** Written right to left or not at all: they make a name look like another. */
const DECEIVING = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Only http, https and files of our own. @param {unknown} url @returns {Address | null} */
export function addressOf(url) {
  if (typeof url !== "string") return null;
  const own = url.startsWith("/") && ownPath(url) === url;
  const parsed = own || /^https?:\/\//i.test(url) ? parseUrl(url, "http://here") : null;
  if (!parsed) return null;
  const path = ownPath(url);
  if (path) return { href: path, ours: true, host: "" };
  return { href: parsed.href, ours: false, host: parsed.host };
}

/** @param {unknown} value */
const whole = (value) => (Number.isSafeInteger(value) ? Number(value) : null);
/** @param {unknown} value */
const length = (value) => Math.max(0, whole(value) ?? 0);
/** @param {unknown} value */
const seconds = (value) => (Number.isFinite(value) && Number(value) > 0 ? Number(value) : 0);
/** @param {unknown} value */
const plain = (value) => (typeof value === "string" ? value.replace(DECEIVING, "").trim() : "");

/** @param {any} value */
function product(value) {
  const name = plain(value.spuName);
  if (name === "") return null;
  return /** @type {Product} */ ({
    kind: "product",
    name,
    picture: addressOf(value.picUrl),
    price: whole(value.price),
    sales: whole(value.salesCount),
    stock: whole(value.stock),
    link: addressOf(value.url),
    unchecked: value.givenByCustomer === true,
  });
}

/** As the original names them. @param {any} value */
export function orderStatus({ status, deliveryType, commentStatus }) {
  if (whole(status) === null) return null;
  if (status === 0) return "order.unpaid";
  if (status === 10) return deliveryType === 2 ? "order.toCollect" : "order.toShip";
  if (status === 20) return "order.toReceive";
  if (status === 30) return commentStatus === true ? "order.done" : "order.toReview";
  return "order.closed";
}

/** @param {any} value @returns {Item} */
function item(value) {
  const properties = Array.isArray(value?.properties) ? value.properties : [];
  return {
    name: plain(value?.spuName),
    picture: addressOf(value?.picUrl),
    properties: properties
      .map((/** @type {any} */ property) => plain(property?.valueName))
      .filter(Boolean)
      .join(" · "),
    price: whole(value?.price),
    count: whole(value?.count),
  };
}

/** @param {any} value */
function order(value) {
  const number = plain(value.no);
  if (number === "" || !Array.isArray(value.items)) return null;
  const items = value.items.map(item);
  const counted = items.reduce((/** @type {number} */ sum, /** @type {Item} */ one) => {
    return sum + (one.count ?? 0);
  }, 0);
  return /** @type {Order} */ ({
    kind: "order",
    number,
    status: orderStatus(value),
    items,
    count: whole(value.productCount) ?? counted,
    total: whole(value.payPrice),
    unchecked: value.givenByCustomer === true,
  });
}

/** @param {number} contentType @param {any} value @returns {Kind | null} */
function media(contentType, value) {
  const address = addressOf(value.url);
  if (!address) return null;
  const duration = seconds(value.duration);
  const size = { width: length(value.width), height: length(value.height) };
  if (contentType === CONTENT.voice) return { kind: "voice", address, duration };
  if (contentType === CONTENT.video) {
    return { kind: "video", address, poster: addressOf(value.picUrl), duration, ...size };
  }
  return { kind: "file", address, name: plain(value.name), size: whole(value.size) };
}

/** @param {number} contentType @param {string} content @returns {Kind | null} null when it is not what it says */
export function kindOf(contentType, content) {
  const value = inside(content);
  if (contentType === CONTENT.image) {
    const picture = addressOf(value ? value.picUrl : content);
    if (!picture) return null;
    return { kind: "image", picture, width: length(value?.width), height: length(value?.height) };
  }
  if (!value) return null;
  if (contentType === CONTENT.product) return product(value);
  if (contentType === CONTENT.order) return order(value);
  if (MEDIA.has(contentType)) {
    return media(contentType, value);
  }
  return null;
}

/** @param {number | null} fen @param {string} locale */
export function money(fen, locale) {
  if (fen === null) return "";
  return new Intl.NumberFormat(locale, {
    style: "currency",
    currency: "CNY",
    currencyDisplay: "narrowSymbol",
  }).format(fen / 100);
}

/** @param {number} count @param {string} locale */
export function bytes(count, locale) {
  const [unit, value] = count < 1024 * 1024 ? ["kB", count / 1024] : ["MB", count / 1024 ** 2];
  const shown = value < 1 && count > 0 ? Math.max(value, 0.1) : value;
  const digits = shown < 10 ? 1 : 0;
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(shown)} ${unit}`;
}

/** The size a picture is shown in, known before it is here. @param {number} width @param {number} height @param {{ width: number, height: number }} max */
export function fitted(width, height, max) {
  const scale = Math.min(1, max.width / width, max.height / height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}
