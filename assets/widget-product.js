// The product that a shop's page is about, read from what the page says for search engines: JSON-LD, microdata, Open Graph.

/** @import { ShopProduct } from "./shared/bridge.js" */

const TEXT_MAX = 200;
const ADDRESS_MAX = 2000;
const DEPTH_MAX = 5;

/** @param {unknown} value @returns {any[]} */
const all = (value) => (Array.isArray(value) ? value : value == null ? [] : [value]);

/** @param {unknown} value */
export const words = (value) =>
  typeof value === "string" || typeof value === "number"
    ? `${value}`.replace(/\s+/g, " ").trim().slice(0, TEXT_MAX)
    : "";

/** A whole address, of the web only. @param {unknown} value */
export const address = (value) => {
  try {
    const { href, protocol } = new URL(words(value) && `${value}`.trim(), document.baseURI);
    const fits = /^https?:$/.test(protocol) && href.length <= ADDRESS_MAX;
    return fits && value ? href : undefined;
  } catch {
    return undefined;
  }
};

/** @param {unknown} value */
export const whole = (value) => {
  const number = /^\d{1,16}$/.test(words(value)) ? Number(value) : 0;
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
};

/** Only yuan can be told in fen. @param {unknown} amount @param {unknown} currency */
const fen = (amount, currency) => {
  const plain = words(amount).replace(/[¥￥,\s]/g, "");
  const price = Math.round(Number(plain) * 100);
  const told = plain !== "" && /^(CNY|RMB)$/i.test(words(currency));
  return told && price >= 0 && Number.isSafeInteger(price) ? price : undefined;
};

/** @param {Record<string, unknown>} from @returns {ShopProduct | null} */
export const productOf = ({ spuId, spuName, picUrl, price, url }) => {
  const name = words(spuName);
  if (!name) return null;
  const known = Number.isSafeInteger(price) && Number(price) >= 0 ? Number(price) : undefined;
  return {
    spuName: name,
    spuId: whole(spuId),
    picUrl: address(picUrl),
    price: known,
    url: address(url),
  };
};

/** The products that a text of JSON-LD is about, not those it only mentions. @param {unknown} value @returns {any[]} */
const productsIn = (value, depth = 0) =>
  all(value).flatMap((node) => {
    if (typeof node !== "object" || depth > DEPTH_MAX) return [];
    if (all(node["@type"]).some((type) => /(^|\/)Product(Group)?$/.test(type))) return [node];
    return productsIn([...all(node["@graph"]), ...all(node.mainEntity)], depth + 1);
  });

/** The one price of all offers; where they differ, none is right. @param {unknown} offers */
const priceOf = (offers) => {
  const prices = all(offers).map((offer) => {
    const { price, lowPrice, highPrice = lowPrice, priceCurrency } = offer ?? {};
    const [detail = {}] = all(offer?.priceSpecification);
    const amount = price ?? detail.price ?? (lowPrice === highPrice ? lowPrice : undefined);
    return fen(amount, priceCurrency ?? detail.priceCurrency);
  });
  return new Set(prices).size === 1 ? prices[0] : undefined;
};

const fromJsonLd = () =>
  [...document.querySelectorAll('script[type="application/ld+json"]')]
    .flatMap(({ textContent }) => {
      try {
        return productsIn(JSON.parse(textContent ?? ""));
      } catch {
        return [];
      }
    })
    .map(({ name, image, url, productID, offers, hasVariant }) => {
      const [picture] = all(image);
      const variants = all(hasVariant).flatMap((variant) => all(variant?.offers));
      return productOf({
        spuId: productID,
        spuName: name,
        picUrl: picture?.url ?? picture?.contentUrl ?? picture,
        price: priceOf(offers ?? variants),
        url,
      });
    });

/** A property of this very thing. @param {Element} thing @param {string} name */
const part = (thing, name) =>
  [...thing.querySelectorAll(`[itemprop~="${name}"]`)].find(
    (element) => element.parentElement?.closest("[itemscope]") === thing,
  );

/** @param {Element} thing @param {string} name */
const textOf = (thing, name) => {
  const element = part(thing, name);
  const { content, src, href } = /** @type {any} */ (element ?? {});
  return element?.getAttribute("content") ?? content ?? src ?? href ?? element?.textContent;
};

const fromMicrodata = () =>
  [...document.querySelectorAll('[itemscope][itemtype*="schema.org/Product"]:not([itemprop])')].map(
    (thing) => {
      const offers = part(thing, "offers");
      const offer = offers?.hasAttribute("itemscope") ? offers : thing;
      return productOf({
        spuId: textOf(thing, "productID"),
        spuName: textOf(thing, "name"),
        picUrl: textOf(thing, "image"),
        price: fen(textOf(offer, "price"), textOf(offer, "priceCurrency")),
        url: textOf(thing, "url"),
      });
    },
  );

/** @param {string} name */
const meta = (name) =>
  document.querySelector(`meta[property="${name}"], meta[name="${name}"]`)?.getAttribute("content");

const fromOpenGraph = () => {
  if (!/^(og:)?product(\.item)?$/.test(meta("og:type") ?? "")) return [];
  const amount = meta("product:price:amount") ?? meta("og:price:amount");
  const product = productOf({
    spuId: meta("product:retailer_item_id"),
    spuName: meta("og:title"),
    picUrl: meta("og:image:secure_url") ?? meta("og:image"),
    price: fen(amount, meta("product:price:currency") ?? meta("og:price:currency")),
    url: meta("og:url"),
  });
  return [product];
};

/** A page of many products is about none of them. @param {(ShopProduct | null)[]} found */
const theOne = (found) => {
  const products = found.filter((product) => product !== null);
  const here = location.href.split("#")[0];
  const same = products.every(({ spuName }) => spuName === products[0]?.spuName);
  return same ? products[0] : products.find(({ url }) => url === here);
};

export const detected = () => {
  const found = theOne(fromJsonLd()) ?? theOne(fromMicrodata()) ?? theOne(fromOpenGraph());
  return found ? { ...found, url: found.url ?? address(location.href) } : null;
};
