// One message as a list item. Everything a stranger wrote goes in as text.

import { describe } from "./content.js";
import { make } from "./dom.js";
import { icon } from "./icons.js";
import { clock } from "./relative-time.js";

/** @import { MessageItem } from "./layout.js" */
/** @import { Say } from "./text.js" */
/** @import { Row } from "./timeline.js" */

/** @param {HTMLElement} parent @param {string} part */
function partOf(parent, part) {
  const found = parent.querySelector(`:scope > [data-part=${part}]`);
  return found instanceof HTMLElement ? found : null;
}

/** A picture of a host that is not allowed here becomes a link. @param {{ url: string, width: number, height: number }} image @param {Say} say */
function picture({ url, width, height }, say) {
  const image = make("img", { alt: say("kind.image"), decoding: "async" });
  if (width && height) {
    image.width = width;
    image.height = height;
  }
  const frame = make("a", {
    href: url,
    target: "_blank",
    rel: "noopener noreferrer",
    "aria-label": say("message.openPicture"),
  });
  image.addEventListener("error", () => frame.replaceChildren(say("kind.image")), { once: true });
  image.referrerPolicy = "no-referrer";
  image.src = url;
  frame.append(image);
  return frame;
}

/** @param {Row} row @param {Say} say */
function bubble(row, say) {
  const shown = describe(row.contentType, row.content);
  const side = make("span", { "data-hidden": "" }, say(`message.${row.side}`));
  const box = make("div", { "data-part": "bubble", "data-kind": shown.kind, dir: "auto" });
  if (shown.kind === "text") box.append(make("p", {}, shown.text));
  else if (shown.kind === "image") box.append(picture(shown, say));
  else box.append(make("p", {}, say(shown.key)));
  return [side, box];
}

/** @param {string} state @param {Say} say */
function tick(state, say) {
  const mark = make("span", { "data-part": "tick", role: "img", title: say(`message.${state}`) });
  mark.setAttribute("aria-label", say(`message.${state}`));
  mark.append(icon(state));
  return mark;
}

/** @param {Row} row @param {Say} say */
function failure(row, say) {
  return make(
    "div",
    { "data-part": "failure" },
    make("span", {}, row.failure || say("message.failed")),
    make("button", { type: "button", "data-action": "retry" }, say("message.retry")),
    make("button", { type: "button", "data-action": "discard" }, say("message.discard")),
  );
}

/** @param {Row} row @param {string} locale */
function time(row, locale) {
  const iso = new Date(row.createTime).toISOString();
  return make("time", { "data-part": "time", datetime: iso }, clock(row.createTime, locale));
}

/** @param {Row} row */
function avatar(row) {
  const box = make("span", { "data-part": "avatar", "aria-hidden": "true" }, icon("shop"));
  if (row.avatar?.startsWith("/") && !row.avatar.startsWith("//")) {
    box.replaceChildren(make("img", { alt: "", src: row.avatar }));
  }
  return box;
}

/** What a node shows already, so that only what changed is drawn again. @type {WeakMap<Element, MessageItem>} */
const drawn = new WeakMap();

/** @param {Row | undefined} a @param {Row} b */
function sameContent(a, b) {
  return a?.content === b.content && a.contentType === b.contentType;
}

/** @param {MessageItem | undefined} a @param {MessageItem} b */
function same(a, b) {
  if (a?.first !== b.first || a.last !== b.last) return false;
  return JSON.stringify(a.row) === JSON.stringify(b.row);
}

/**
 * @param {HTMLLIElement} node
 * @param {MessageItem} item
 * @param {Say} say
 * @param {string} locale
 */
export function updateRow(node, item, say, locale) {
  const before = drawn.get(node);
  if (same(before, item)) return;
  drawn.set(node, item);
  const { row, first, last } = item;
  node.dataset.side = row.side;
  node.dataset.state = row.state;
  node.toggleAttribute("data-first", first);
  node.toggleAttribute("data-last", last);
  if (row.clientMessageId) node.dataset.id = row.clientMessageId;
  for (const name of ["tick", "time", "failure", "avatar"]) partOf(node, name)?.remove();
  if (!sameContent(before?.row, row)) node.replaceChildren(...bubble(row, say));
  if (row.side === "mine") node.append(tick(row.state, say));
  else if (last) node.append(avatar(row));
  if (row.state === "failed") node.append(failure(row, say));
  else if (last) node.append(time(row, locale));
}
