// What is being written in the open conversation: kept as a draft, and told when a colleague has answered meanwhile. Two tabs
// of one browser show one draft.

import { on } from "../shared/dom.js";
import { Drafts } from "./drafts.js";

/** @import { MessageComposer } from "../shared/message-composer.js" */
/** @import { Message } from "../shared/protocol.js" */
/** @import { Store } from "../shared/store.js" */
/** @import { ColleagueHint } from "./colleague-hint.js" */

export class Writing {
  /** @type {number | null} */
  #openId = null;
  /** What the composer held when it and the draft were last the same: only what differs was written here. */
  #kept = "";
  /** The newest message that the writer has surely seen. */
  #seenId = 0;
  /** The newest that is on the screen. */
  #newestId = 0;

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
    const changed = (/** @type {number} */ id) => {
      if (id === this.#openId) this.#follow(id);
      onElsewhere();
    };
    this.drafts = new Drafts(store, owner, changed, signal);
    hint.onDismiss = () => this.#seen();
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
    this.#newestId = this.#seenId;
    this.#write(draft?.text ?? "");
  }

  /** @param {number} id */
  draft(id) {
    return this.drafts.get(id)?.text ?? "";
  }

  /** What a conversation's page or socket has brought. @param {number} id @param {readonly Message[]} messages */
  receive(id, messages) {
    if (id !== this.#openId) return;
    const fresh = messages.filter((message) => message.id > this.#newestId);
    if (this.#newestId > 0 && this.composer.value.trim() !== "") this.hint.tell(fresh);
    this.#newestId = Math.max(this.#newestId, ...fresh.map((message) => message.id));
    if (!this.hint.shown) this.#seen();
  }

  /** @param {number} from @param {number} to */
  move(from, to) {
    this.#keep();
    this.drafts.move(from, to, this.#openId);
    // What is in the composer is the other's draft now.
    if (this.#openId === from) this.#write("");
    if (this.#openId === to) this.#write(this.draft(to));
  }

  /** @param {string} text */
  #write(text) {
    this.composer.value = text;
    this.#kept = text;
  }

  /** Written, or sent, in another tab. @param {number} id */
  #follow(id) {
    const text = this.draft(id);
    if (this.composer.value === this.#kept && text !== this.#kept) this.#write(text);
    if (text === "") this.hint.hide();
  }

  #seen() {
    this.#seenId = this.#newestId;
    if (this.#openId !== null) this.drafts.see(this.#openId, this.#seenId);
  }

  #keep() {
    if (this.#openId === null || this.composer.value === this.#kept) return;
    this.#kept = this.composer.value;
    if (this.#kept.trim() === "") {
      this.hint.hide();
      this.#seenId = this.#newestId;
    }
    this.drafts.set(this.#openId, this.#kept, this.#seenId);
  }
}
