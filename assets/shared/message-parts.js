// Draws what is more than bare text: addresses, emoji, pictures, sound, files, and the cards of products and orders. Loaded when the first of them
// is to be seen. A picture of a host that the shop has not named is never loaded: it would tell that host who looks at it,
// and when.

import { labelOf, textOf } from "./content.js";
import { loadModule, make } from "./dom.js";
import { icon } from "./kind-icons.js";
import { bytes, fitted, kindOf, money } from "./kinds.js";
import { kindOfText } from "./message-row.js";
import { isAllowed, smallPicture } from "./pictures.js";
import { previewOf } from "./previews.js";
import { richText } from "./rich-text.js";
import { needStyle } from "./styles.js";

/** @import * as kinds from "./kinds.js" */
/** @import { Say } from "./text.js" */
/** @import { Row, Uploading } from "./timeline.js" */

/**
 * @typedef {object} Manner
 * @property {Say} say
 * @property {string} locale
 * @property {boolean} staff sees stock and sales
 */

const PICTURE_MAX = { width: 256, height: 320 };
const UNKNOWN_SIZE = { width: 200, height: 150 };
/** Narrower or lower could not be pressed. */
const PRESSED_MIN = 48;

const STYLES = ["message-parts.css", "message-cards.css"];

/** When the looks of all this are here, or cannot be had for now. */
export async function dressed() {
  await Promise.all(STYLES.map((name) => needStyle(new URL(name, import.meta.url).href)));
}

/** @param {kinds.Address} address @param {Record<string, string>} attributes @param {...(Node | string)} children */
function link({ href }, attributes, ...children) {
  const safe = { href, target: "_blank", rel: "noopener noreferrer nofollow" };
  return make("a", { ...safe, ...attributes }, ...children);
}

/** @param {HTMLImageElement} image @param {string} full shown when there is no thumbnail @param {() => void} onLost */
function withFallback(image, full, onLost) {
  image.addEventListener("error", () => {
    if (image.getAttribute("src") === full) onLost();
    else image.src = full;
  });
}

/** Another host is not told which page it is seen on. @param {HTMLImageElement} image */
function keepAway(image) {
  image.referrerPolicy = "no-referrer";
}

/** @param {HTMLElement} frame @param {{ width: number, height: number }} size */
function reserve(frame, { width, height }) {
  frame.style.setProperty("inline-size", `${Math.max(width, PRESSED_MIN)}px`);
  frame.style.setProperty("aspect-ratio", `${width} / ${height}`);
}

/** Another host's picture: its name, and a way there for those who want to go. @param {kinds.Address} address @param {Say} say */
function stranger(address, say) {
  const text = make(
    "span",
    {},
    make("strong", {}, say("picture.elsewhere")),
    make("small", {}, address.host),
  );
  return link(address, { "data-part": "row" }, icon("picture"), text);
}

/** @param {kinds.Picture} shown @param {Manner} manner */
function picture({ picture: address, width, height }, { say }) {
  const small = smallPicture(address.href);
  if (!small) return stranger(address, say);
  const preview = previewOf(address.href);
  const size = width && height ? { width, height } : preview;
  const frame = link(address, { "data-part": "picture", "data-loading": "" });
  frame.setAttribute("aria-label", say("message.openPicture"));
  reserve(frame, size ? fitted(size.width, size.height, PICTURE_MAX) : UNKNOWN_SIZE);
  const image = make("img", { alt: "", draggable: "false" });
  image.addEventListener("load", () => frame.removeAttribute("data-loading"));
  withFallback(image, address.href, () => {
    frame.removeAttribute("data-loading");
    frame.replaceChildren(icon("picture"), make("small", {}, say("picture.lost")));
  });
  if (isAllowed(small)) keepAway(image);
  image.src = preview?.src ?? small;
  frame.append(image);
  frame.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      const { openViewer } = await loadModule(() => import("./picture-viewer.js"));
      await openViewer(address.href, say);
    } catch {
      // As if nothing had been in the way of the link.
      open(address.href, "_blank", "noopener,noreferrer");
    }
  });
  return frame;
}

/** @param {number} duration */
function clockOf(duration) {
  const whole = Math.round(duration);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** @param {"voice" | "video"} kind @param {kinds.Address} address @param {number} duration @param {Say} say */
function mediaLink(kind, address, duration, say) {
  const about = [address.host, duration ? clockOf(duration) : ""].filter(Boolean).join(" · ");
  const text = make("span", {}, make("strong", {}, say(`media.${kind}`)), make("small", {}, about));
  return link(address, { "data-part": "row" }, icon(kind), text);
}

/** @param {kinds.Voice | kinds.Video} shown @param {Manner} manner */
function media(shown, { say }) {
  const { kind, address, duration } = shown;
  if (!address.ours) return mediaLink(kind, address, duration, say);
  const player = make(kind === "voice" ? "audio" : "video", { controls: "", preload: "metadata" });
  player.setAttribute("aria-label", say(`media.${kind}`));
  if (player instanceof HTMLVideoElement && shown.kind === "video") {
    const { width, height, poster } = shown;
    reserve(player, width && height ? fitted(width, height, PICTURE_MAX) : PICTURE_MAX);
    if (poster?.ours || isAllowed(poster?.href ?? "")) player.poster = poster?.href ?? "";
    player.playsInline = true;
  }
  player.src = address.href;
  // What this browser cannot play can still be had.
  player.addEventListener("error", () =>
    player.replaceWith(mediaLink(kind, address, duration, say)),
  );
  return player;
}

/** @param {string} name @param {string} about @param {string} sign */
function fileLine(name, about, sign) {
  const text = make("span", {}, make("strong", { dir: "auto" }, name), make("small", {}, about));
  return [icon("file"), text, ...(sign ? [icon(sign)] : [])];
}

/** @param {kinds.File} shown @param {Manner} manner */
function file({ address, name, size }, { say, locale }) {
  const shown = name || say("file.unnamed");
  const about = [size === null ? "" : bytes(size, locale), address.host];
  const line = fileLine(shown, about.filter(Boolean).join(" · "), "download");
  if (!address.ours) return link(address, { "data-part": "row" }, ...line);
  return make("a", { "data-part": "row", href: address.href, download: name }, ...line);
}

/** @param {kinds.Address | null} address @param {Say} say */
function thumbnail(address, say) {
  const box = make("span", { "data-part": "thumbnail" }, icon("picture"));
  const small = address && smallPicture(address.href);
  if (address && !small) {
    const label = `${say("picture.elsewhere")} ${address.host}`;
    return link(
      address,
      { "data-part": "thumbnail", title: label, "aria-label": label },
      icon("picture"),
      make("small", {}, address.host),
    );
  }
  if (!address || !small) return box;
  const image = make("img", { alt: "", loading: "lazy" });
  withFallback(image, address.href, () => box.replaceChildren(icon("picture")));
  keepAway(image);
  image.src = small;
  box.replaceChildren(image);
  return box;
}

/** For those who are to believe it; the customer knows what he gave. @param {boolean} unchecked @param {Manner} manner */
function warning(unchecked, { say, staff }) {
  return unchecked && staff ? [make("p", { "data-part": "unchecked" }, say("card.unchecked"))] : [];
}

/** @param {kinds.Product} shown @param {Manner} manner */
export function productCard(shown, manner) {
  void dressed();
  const { say, locale, staff } = manner;
  const { name, link: address, price, stock, sales } = shown;
  const title = make("strong", { dir: "auto" }, address ? link(address, {}, name) : name);
  const facts = [
    stock === null ? "" : say("product.stock", { count: stock }),
    sales === null ? "" : say("product.sales", { count: sales }),
  ].filter(Boolean);
  const about = make("div", {}, title);
  if (price !== null) about.append(make("b", {}, money(price, locale)));
  if (staff && facts.length > 0) about.append(make("small", {}, facts.join(" · ")));
  return make(
    "article",
    { "data-part": "product" },
    thumbnail(shown.picture, say),
    about,
    ...warning(shown.unchecked, manner),
  );
}

/** @param {kinds.Item} item @param {Manner} manner */
function itemLine({ name, picture: address, properties, price, count }, { say, locale }) {
  const amount = [money(price, locale), count === null ? "" : `× ${count}`].filter(Boolean);
  const about = make("div", {}, make("span", { dir: "auto" }, name));
  if (properties) about.append(make("small", { dir: "auto" }, properties));
  about.append(make("small", {}, amount.join(" ")));
  return make("li", {}, thumbnail(address, say), about);
}

/** Of a long order the first items are enough to know it by. */
const ITEMS_SHOWN = 3;

/** @param {kinds.Order} shown @param {Manner} manner */
export function orderCard(shown, manner) {
  void dressed();
  const { say, locale } = manner;
  const { items } = shown;
  const lines = items.slice(0, ITEMS_SHOWN).map((item) => itemLine(item, manner));
  const head = make("header", {}, make("span", {}, say("order.number", { number: shown.number })));
  if (shown.status) head.append(make("em", {}, say(shown.status)));
  const card = make("article", { "data-part": "order" }, head, make("ul", {}, ...lines));
  if (items.length > ITEMS_SHOWN) {
    const more = say("order.more", { count: items.length - ITEMS_SHOWN });
    const rest = items.slice(ITEMS_SHOWN).map((item) => itemLine(item, manner));
    card.append(make("details", {}, make("summary", {}, more), make("ul", {}, ...rest)));
  }
  const total = make("footer", {}, make("span", {}, say("order.count", { count: shown.count })));
  if (shown.total !== null) total.append(make("b", {}, money(shown.total, locale)));
  card.append(total, ...warning(shown.unchecked, manner));
  return card;
}

/** @param {Uploading} upload @param {Manner} manner */
function onItsWay({ name, size, picture: preview }, { locale }) {
  if (!preview) {
    const line = fileLine(name, size > 0 ? bytes(size, locale) : "", "");
    return make("div", { "data-part": "row" }, ...line);
  }
  const frame = make("div", { "data-part": "picture" });
  reserve(frame, fitted(preview.width, preview.height, PICTURE_MAX));
  frame.append(make("img", { alt: name, src: preview.src }));
  return frame;
}

/** @param {Row} row @param {Manner} manner @returns {{ kind: string, node: Node }} */
export function draw(row, manner) {
  void dressed();
  if (row.upload) {
    const kind = row.upload.picture ? "image" : "file";
    return { kind, node: onItsWay(row.upload, manner) };
  }
  const text = textOf(row.contentType, row.content);
  if (text !== null) return { kind: kindOfText(row), node: richText(text) };
  const shown = kindOf(row.contentType, row.content);
  if (!shown) return { kind: "label", node: make("p", {}, manner.say(labelOf(row.contentType))) };
  const { kind } = shown;
  if (kind === "image") return { kind, node: picture(shown, manner) };
  if (kind === "file") return { kind, node: file(shown, manner) };
  if (kind === "product") return { kind, node: productCard(shown, manner) };
  if (kind === "order") return { kind, node: orderCard(shown, manner) };
  return { kind, node: media(shown, manner) };
}
