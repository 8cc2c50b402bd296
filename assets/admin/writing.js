// What is being written in the open conversation: kept as a draft, and told when a colleague has answered meanwhile.

import { on } from "../shared/dom.js";
import { Drafts } from "./drafts.js";

/** @import { MessageComposer } from "../shared/message-composer.js" */
/** @import { Message } from "../shared/protocol.js" */
/** @import { Store } from "../shared/store.js" */
/** @import { ColleagueHint } from "./colleague-hint.js" */

export class Writing {
  /** @type {number | null} */
  #openId = null;
  /** The newest message that was on the screen, or was when the draft was written. */
  #seenId = 0;

  /**
   * @param {object} setup
   * @param {Store} setup.store
   * @param {string} setup.owner
   * @param {MessageComposer} setup.composer
   * @param {ColleagueHint} setup.hint
   * @param {() => void} setup.onElsewhere another tab has changed a draft
   * @param {AbortSignal} setup.signal
   */
  constructor({ store, owner, composer, hint, onElsewhere, signal }) {
    this.composer = composer;
    this.hint = hint;
    this.drafts = new Drafts(store, owner, onElsewhere);
    const keep = () => this.#keep();
    composer.addEventListener("input", keep, { signal });
    addEventListener("pagehide", keep, { signal });
    on(composer, "send", keep, signal);
  }

  /** What was typed never goes to another customer. @param {number | null} id */
  open(id) {
    this.#keep();
    this.#openId = id;
    this.hint.hide();
    const draft = id === null ? null : this.drafts.get(id);
    this.#seenId = draft?.seenId ?? 0;
    this.composer.value = draft?.text ?? "";
  }

  /** @param {number} id */
  draft(id) {
    return this.drafts.get(id)?.text ?? "";
  }

  /** What a conversation's page or socket has brought. @param {number} id @param {readonly Message[]} messages */
  receive(id, messages) {
    if (id !== this.#openId) return;
    const fresh = messages.filter((message) => message.id > this.#seenId);
    if (this.#seenId > 0 && this.composer.value.trim() !== "") this.hint.tell(fresh);
    this.#seenId = Math.max(this.#seenId, ...fresh.map((message) => message.id));
  }

  /** @param {number} from @param {number} to */
  move(from, to) {
    this.#keep();
    this.drafts.move(from, to);
    // What is in the composer is the other's draft now.
    if (this.#openId === from) this.composer.value = "";
  }

  #keep() {
    if (this.#openId === null) return;
    this.drafts.set(this.#openId, this.composer.value, this.#seenId);
    if (this.composer.value.trim() === "") this.hint.hide();
  }
}
