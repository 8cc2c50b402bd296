// The head of the chat: whom one talks to, and that the conversation was removed from the list.

import { find } from "../shared/dom.js";
import { nameOf } from "./conversation-row.js";

/** @import { Conversation } from "../shared/protocol.js" */
/** @import { Say } from "../shared/text.js" */

export class OpenHeader {
  /** The open one, once it was seen in the list. @type {number | null} */
  #listedId = null;

  /** @param {HTMLElement} box @param {Say} say */
  constructor(box, say) {
    this.say = say;
    this.title = find(box, "h2", HTMLElement);
    this.note = find(box, "[data-part=removed]", HTMLElement);
  }

  /** @param {Conversation | null} open @returns {boolean} false when it was deleted under one's eyes, and is to be closed */
  show(open) {
    this.title.textContent = open ? nameOf(open, this.say) : "";
    // One that was deleted before was searched for.
    const removed = open?.adminDeleted === true;
    this.note.textContent = removed ? this.say("admin.removed") : "";
    const stays = !removed || this.#listedId !== open.id;
    this.#listedId = open && !removed ? open.id : null;
    return stays;
  }
}
