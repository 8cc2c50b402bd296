// One conversation as a list item, in the list and among what was found. Everything a stranger wrote goes in as text.

import { find, make } from "../shared/dom.js";
import { showRelative } from "../shared/relative-time.js";
import { drawFace } from "./face.js";
import { icon } from "./icons.js";
import { summary } from "./summary.js";

/** @import { Conversation } from "../shared/protocol.js" */
/** @import { Say } from "../shared/text.js" */

export const UNREAD_SHOWN_MAX = 99;

/** @typedef {{ say: Say, language: string }} Manner */

/** @param {Conversation} conversation @param {Say} say */
export function nameOf({ userId, userNickname }, say) {
  return userNickname || say("admin.visitor", { id: userId });
}

/** @param {Conversation} conversation */
export function buildRow({ id }) {
  const face = make("span", { "data-part": "face", "aria-hidden": "true" });
  const row = make(
    "button",
    { type: "button", "data-action": "choose" },
    face,
    make("strong", { dir: "auto" }),
    make("time"),
    make("span", { "data-part": "last", dir: "auto" }),
    make("span", { "data-part": "marks" }),
  );
  return make("li", { "data-id": String(id) }, row);
}

/**
 * @param {HTMLElement} node
 * @param {Conversation} conversation
 * @param {string} draft what was typed here and not sent
 * @param {Manner} manner
 */
export function fillRow(node, conversation, draft, { say, language }) {
  const { lastMessageContentType, lastMessageContent, lastMessageTime, adminPinned } = conversation;
  find(node, "strong", HTMLElement).textContent = nameOf(conversation, say);
  const { userId: id, userNickname: name, userAvatar: avatar } = conversation;
  drawFace(find(node, "[data-part=face]", HTMLElement), { id, name, avatar });
  const last = summary(lastMessageContentType, lastMessageContent ?? "", say);
  const line = find(node, "[data-part=last]", HTMLElement);
  if (draft === "") line.textContent = last;
  else line.replaceChildren(make("em", {}, say("list.draft")), ` ${draft}`);
  showRelative(find(node, "time", HTMLTimeElement), lastMessageTime, language);
  node.toggleAttribute("data-pinned", adminPinned);
  find(node, "[data-part=marks]", HTMLElement).replaceChildren(...marks(conversation, say));
}

/** @param {Conversation} conversation @param {Say} say */
function marks({ adminPinned, adminUnreadMessageCount: count }, say) {
  const shown = [];
  if (adminPinned) {
    const pin = make("span", { "data-part": "pin", role: "img" }, icon("pin"));
    pin.setAttribute("aria-label", say("admin.pinned"));
    shown.push(pin);
  }
  if (count > 0) {
    const text = count > UNREAD_SHOWN_MAX ? `${UNREAD_SHOWN_MAX}+` : String(count);
    const badge = make("span", { "data-part": "unread", role: "img" }, text);
    badge.setAttribute("aria-label", say("chat.unread", { count }));
    shown.push(badge);
  }
  return shown;
}
