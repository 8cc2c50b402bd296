// One message as a list item. Everything a stranger wrote goes in as text.

import { labelOf, textOf } from "./content.js";
import { make } from "./dom.js";
import { icon } from "./icons.js";
import { CONTENT } from "./protocol.js";
import { clock } from "./relative-time.js";

/** @import { MessageItem } from "./layout.js" */
/** @import { Say } from "./text.js" */
/** @import { Row } from "./timeline.js" */

/** @param {HTMLElement} parent @param {string} part */
function partOf(parent, part) {
  const found = parent.querySelector(`:scope > [data-part=${part}]`);
  return found instanceof HTMLElement ? found : null;
}

/**
 * @typedef {object} Manner how rows are drawn on this page
 * @property {Say} say
 * @property {string} locale
 * @property {boolean} staff
 * @property {typeof import("./message-parts.js").draw} [draw] what is more than text, once it is loaded
 */

/** Does this row need what is loaded later? @param {Row} row */
export function isMore(row) {
  const text = row.upload ? null : textOf(row.contentType, row.content);
  // A bracket may be an emoji, and a colon with slashes an address.
  return text === null || /\[|:\/\//.test(text);
}

/** @param {Row} row */
export function kindOfText({ contentType }) {
  return contentType === CONTENT.system ? "system" : "text";
}

/** @param {Row} row @param {Manner} manner */
function body(row, manner) {
  if (manner.draw && isMore(row)) return manner.draw(row, manner);
  const text = textOf(row.contentType, row.content);
  const kind = text === null ? "label" : kindOfText(row);
  return { kind, node: make("p", {}, text ?? manner.say(labelOf(row.contentType))) };
}

/** @param {HTMLLIElement} node @param {Row} row @param {Manner} manner */
function drawBody(node, row, manner) {
  const { kind, node: inner } = body(row, manner);
  const side = make("span", { "data-hidden": "" }, manner.say(`message.${row.side}`));
  const box = make("div", { "data-part": "bubble", "data-kind": kind, dir: "auto" }, inner);
  node.dataset.kind = kind;
  node.replaceChildren(...(kind === "system" ? [box] : [side, box]));
}

/** @param {string} state @param {Say} say */
function tick(state, say) {
  const mark = make("span", { "data-part": "tick", role: "img", title: say(`message.${state}`) });
  mark.setAttribute("aria-label", say(`message.${state}`));
  mark.append(icon(state));
  return mark;
}

/** @param {string} action @param {Say} say */
function button(action, say) {
  return make("button", { type: "button", "data-action": action }, say(`message.${action}`));
}

/** @param {Row} row @param {Say} say */
function failure(row, say) {
  const box = make("div", { "data-part": "failure" });
  box.append(make("span", {}, row.failure || say("message.failed")));
  if (row.upload?.again !== false) box.append(button("retry", say));
  box.append(button("discard", say));
  return box;
}

/** @param {number} part in hundredths @param {Say} say */
function progress(part, say) {
  const bar = make("progress", { max: "100", value: String(part) });
  bar.setAttribute("aria-label", say("message.pending"));
  return make("div", { "data-part": "progress" }, bar, button("cancel", say));
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

/** What a node shows already, so that only what changed is drawn again. @type {WeakMap<Element, { whole: string, body: string }>} */
const drawn = new WeakMap();

/** @param {Row} row @param {Manner} manner */
function bodyOf(row, { draw }) {
  const later = isMore(row) && draw !== undefined;
  return JSON.stringify([row.contentType, row.content, later, row.upload?.name]);
}

/**
 * @param {HTMLLIElement} node
 * @param {MessageItem} item
 * @param {Manner} manner
 */
export function updateRow(node, item, manner) {
  const before = drawn.get(node);
  const now = { whole: JSON.stringify(item), body: bodyOf(item.row, manner) };
  if (before?.whole === now.whole && before.body === now.body) return;
  drawn.set(node, now);
  const { row, first, last } = item;
  node.dataset.side = row.side;
  node.dataset.state = row.state;
  node.toggleAttribute("data-first", first);
  node.toggleAttribute("data-last", last);
  if (row.clientMessageId) node.dataset.id = row.clientMessageId;
  const { upload } = row;
  const bar = node.querySelector("progress");
  // A bar that moves is not made anew under the finger that wants to press cancel.
  if (bar && upload && row.state === "pending" && before?.body === now.body) {
    bar.value = upload.progress;
    return;
  }
  const parts = ["tick", "time", "failure", "avatar", "progress"];
  for (const name of parts) partOf(node, name)?.remove();
  if (before?.body !== now.body) drawBody(node, row, manner);
  if (row.contentType !== CONTENT.system) addMarks(node, item, manner);
}

/** @param {HTMLLIElement} node @param {MessageItem} item @param {Manner} manner */
function addMarks(node, { row, last }, { say, locale }) {
  if (row.side === "mine") node.append(tick(row.state, say));
  else if (last) node.append(avatar(row));
  if (row.state === "failed") node.append(failure(row, say));
  else if (row.upload) node.append(progress(row.upload.progress, say));
  else if (last) node.append(time(row, locale));
}
