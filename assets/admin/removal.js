// Asks before a conversation leaves the list.

import { confirmed } from "./confirm.js";
import { nameOf } from "./conversation-row.js";

/** @import { Conversation } from "../shared/protocol.js" */
/** @import { Say } from "../shared/text.js" */

/** @param {Conversation} conversation @param {Say} say @returns {Promise<boolean>} */
export function confirmedRemoval(conversation, say) {
  const count = conversation.adminUnreadMessageCount;
  const unread = count > 0 ? `${say("admin.delete.unread", { count })} ` : "";
  return confirmed({
    title: say("admin.delete.confirm", { name: nameOf(conversation, say) }),
    hint: unread + say("admin.delete.hint"),
    yes: say("admin.delete"),
    no: say("admin.cancel"),
  });
}
