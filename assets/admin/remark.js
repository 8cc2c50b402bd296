// What the staff note about a customer: saved when one leaves the field. Whoever saves last has the last word, but nobody's
// words change under his hands.

import { find } from "../shared/dom.js";

/** @import { Say } from "../shared/text.js" */

/** How long "saved" is said. */
const SAID_MS = 4000;

export class Remark {
  #userId = 0;
  #kept = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLElement} box
   * @param {Say} say
   * @param {(change: { userId: number, mark: string }) => void} onChange
   */
  constructor(box, say, onChange) {
    this.box = box;
    this.say = say;
    this.onChange = onChange;
    this.field = find(box, "textarea", HTMLTextAreaElement);
    this.state = find(box, "[data-part=state]", HTMLElement);
    this.field.addEventListener("blur", () => this.#save());
    this.field.addEventListener("input", () => this.#tell("edited"));
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
      event.preventDefault();
      this.#save();
    });
  }

  get #edited() {
    return this.#userId !== 0 && this.field.value.trim() !== this.#kept;
  }

  /** @param {number} userId @param {string} mark */
  show(userId, mark) {
    if (userId !== this.#userId) this.leave();
    const writing = this.#edited || this.box.dataset.state === "saving";
    this.#userId = userId;
    if (writing) return;
    this.#kept = mark;
    if (this.field.value !== mark) this.field.value = mark;
  }

  /** Another customer comes: what was written about this one is saved first. */
  leave() {
    this.#save();
    this.#userId = 0;
    this.#kept = "";
    this.field.value = "";
    this.#tell("");
  }

  /** @param {number} userId @param {boolean} done */
  saved(userId, done) {
    if (userId !== this.#userId) return;
    if (!done) this.#kept = "\0";
    if (this.box.dataset.state === "saving") this.#tell(done ? "saved" : "failed");
  }

  #save() {
    if (!this.#edited) {
      if (this.box.dataset.state === "edited") this.#tell("");
      return;
    }
    this.#kept = this.field.value.trim();
    this.#tell("saving");
    this.onChange({ userId: this.#userId, mark: this.#kept });
  }

  /** @param {"" | "edited" | "saving" | "saved" | "failed"} state */
  #tell(state) {
    clearTimeout(this.#timer);
    this.box.dataset.state = state;
    this.state.textContent = state === "" ? "" : this.say(`member.remark.${state}`);
    if (state === "saved") this.#timer = setTimeout(() => this.#tell(""), SAID_MS);
  }
}
