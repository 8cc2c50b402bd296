// One message as a list item. Everything a stranger wrote goes in as text.

import { labelOf, textOf } from "./content.js";
import { clock } from "./days.js";
import { make } from "./dom.js";
import { icon } from "./icons.js";
import { smallPicture } from "./pictures.js";
import { CONTENT } from "./protocol.js";

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

/** To look into a message takes its time, and there may be thousands. @type {WeakMap<Row, boolean>} */
const looked = new WeakMap();

/** Does this row need what is loaded later? @param {Row} row */
export function isMore(row) {
  const known = looked.get(row);
  if (known !== undefined) return known;
  const text = row.upload ? null : textOf(row.contentType, row.content);
  // A bracket may be an emoji, and a colon with slashes an address.
  const more = text === null || /\[|:\/\//.test(text);
  looked.set(row, more);
  return more;
}

/** Its text, or the name of its kind. @param {Row} row @param {Say} say */
export function plainText({ contentType, content }, say) {
  return textOf(contentType, content) ?? say(labelOf(contentType));
}

/** Who says it, to those who do not see it. @param {Row} row @param {Say} say */
export function whose({ name, side }, say) {
  return name ? say("message.named", { name }) : say(`message.${side}`);
}

/** @param {Row} row */
export function kindOfText({ contentType }) {
  return contentType === CONTENT.system ? "system" : "text";
}

/** @param {Row} row @param {Manner} manner */
function body(row, manner) {
  try {
    if (manner.draw && isMore(row)) return manner.draw(row, manner);
  } catch {
    // Whatever this one holds, those after it must be seen.
  }
  const kind = textOf(row.contentType, row.content) === null ? "label" : kindOfText(row);
  return { kind, node: make("p", {}, plainText(row, manner.say)) };
}

/** @param {HTMLLIElement} node @param {Row} row @param {Manner} manner */
function drawBody(node, row, manner) {
  const { kind, node: inner } = body(row, manner);
  const side = make("span", { "data-hidden": "" }, whose(row, manner.say));
  const box = make("div", { "data-part": "bubble", "data-kind": kind, dir: "auto" }, inner);
  node.dataset.kind = kind;
  for (const name of [":scope > [data-part=bubble]", ":scope > [data-hidden]"]) {
    node.querySelector(name)?.remove();
  }
  node.prepend(...(kind === "system" ? [box] : [side, box]));
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
  const mark = make("time", { "data-part": "time" });
  // A time that is none must not take the message with it.
  if (Number.isNaN(new Date(row.createTime).getTime())) return mark;
  mark.dateTime = new Date(row.createTime).toISOString();
  mark.textContent = clock(row.createTime, locale);
  return mark;
}

/** A face, or the first letter of the name while there is none. @param {Row} row @param {Manner} manner */
function avatar({ avatar: url, name }, { staff }) {
  const [letter] = name?.trim() ?? "";
  const rest = letter?.toLocaleUpperCase() ?? icon(staff ? "person" : "shop");
  const box = make("span", { "data-part": "avatar", "aria-hidden": "true" }, rest);
  const source = smallPicture(url);
  if (!source) return box;
  const image = make("img", { alt: "" });
  image.addEventListener("error", () => box.replaceChildren(rest));
  image.src = source;
  box.replaceChildren(image);
  return box;
}

/** Those who see it read it; those who hear it have heard it with the message. @param {string} text */
function name(text) {
  return make("span", { "data-part": "name", dir: "auto", "aria-hidden": "true" }, text);
}

/** What a node shows already, so that only what changed is drawn again. @type {WeakMap<Element, { item: MessageItem, more: boolean, body: string }>} */
const drawn = new WeakMap();

/** @param {Row} row @param {boolean} more */
function bodyOf({ contentType, content, upload, name }, more) {
  return JSON.stringify([contentType, content, more, upload?.name, name ?? ""]);
}

/**
 * @param {HTMLLIElement} node
 * @param {MessageItem} item
 * @param {Manner} manner
 */
export function updateRow(node, item, manner) {
  const before = drawn.get(node);
  const more = manner.draw !== undefined && isMore(item.row);
  if (before?.item === item && before.more === more) return;
  const now = { item, more, body: bodyOf(item.row, more) };
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
  if (before?.body !== now.body) drawBody(node, row, manner);
  setMarks(node, row.contentType === CONTENT.system ? [] : marks(item, manner));
}

const MARKS = ["name", "tick", "time", "failure", "avatar", "progress"];

/** What stays is not touched. @param {HTMLLIElement} node @param {HTMLElement[]} wanted */
function setMarks(node, wanted) {
  for (const name of MARKS) {
    const had = partOf(node, name);
    const mark = wanted.find(({ dataset }) => dataset.part === name);
    if (!mark) had?.remove();
    else if (!had) node.append(mark);
    else if (name === "time" && had.textContent === mark.textContent) {
      had.setAttribute("datetime", mark.getAttribute("datetime") ?? "");
    } else if (!had.isEqualNode(mark)) had.replaceWith(mark);
  }
}

/** @param {MessageItem} item @param {Manner} manner */
function marks({ row, first, last }, manner) {
  const { say, locale } = manner;
  const list = [];
  if (first && row.name) list.push(name(row.name));
  if (row.side === "mine") list.push(tick(row.state, say));
  else if (last) list.push(avatar(row, manner));
  if (row.state === "failed") list.push(failure(row, say));
  else if (row.upload) list.push(progress(row.upload.progress, say));
  else if (last) list.push(time(row, locale));
  return list;
}
