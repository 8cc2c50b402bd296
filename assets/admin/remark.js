// The field in which the staff note something about a customer. It says what is written, when it is left, and what somebody
// chose where a colleague wrote at the same time; nobody's words change under his hands.

import { find, make } from "../shared/dom.js";

/** @import { Say } from "../shared/text.js" */
/** @import { NoteState } from "./remarks.js" */

/**
 * @typedef {object} RemarkWish
 * @property {"write" | "save" | "mine" | "theirs"} act
 * @property {number} userId
 * @property {string} text what stands in the field, or for "mine" and "theirs" what the colleague wrote
 * @property {string} was what stood there before
 */

/** How long "saved" is said. */
const SAID_MS = 4000;

export class Remark {
  #userId = 0;
  #was = "";
  #theirs = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLElement} box
   * @param {Say} say
   * @param {(wish: RemarkWish) => void} onWish
   */
  constructor(box, say, onWish) {
    this.box = box;
    this.say = say;
    this.onWish = onWish;
    this.field = find(box, "textarea", HTMLTextAreaElement);
    this.status = find(box, "[data-part=state]", HTMLElement);
    this.words = make("q", { dir: "auto" });
    const choices = make("div", {}, this.#choice("mine"), this.#choice("theirs"));
    const about = make("p", {}, say("member.remark.crossed"));
    this.crossing = make("div", { "data-part": "crossing", role: "status" });
    this.crossed = [about, this.words, choices];
    box.append(this.crossing);
    this.field.addEventListener("blur", () => this.save());
    this.field.addEventListener("input", () => this.#write());
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
      event.preventDefault();
      this.save();
    });
  }

  /** @param {"mine" | "theirs"} act */
  #choice(act) {
    const button = make("button", { type: "button", "data-button": "plain" });
    button.textContent = this.say(`member.remark.${act}`);
    button.addEventListener("click", () => {
      this.#wish(act, this.#theirs);
      this.field.focus();
    });
    return button;
  }

  /** @param {RemarkWish["act"]} act @param {string} text */
  #wish(act, text) {
    if (this.#userId !== 0) this.onWish({ act, userId: this.#userId, text, was: this.#was });
  }

  /**
   * @param {number} userId
   * @param {string} mark what the server has
   * @param {string} text what is to be shown: that, or what is not saved yet
   * @param {string | null} theirs a colleague's words that cross it
   */
  show(userId, mark, text, theirs) {
    if (userId !== this.#userId) {
      this.leave();
      if (text !== mark) this.tell(userId, "edited");
    }
    this.#userId = userId;
    this.#was = mark;
    this.#theirs = theirs ?? "";
    if (this.field.value.trim() !== text) this.field.value = text;
    this.words.textContent = theirs || this.say("member.remark.emptied");
    this.crossing.replaceChildren(...(theirs === null ? [] : this.crossed));
    if (theirs !== null) this.tell(userId, "changed");
    else if (this.box.dataset.state === "changed") this.#tell(text === mark ? "" : "edited");
  }

  /** Another customer comes. */
  leave() {
    this.save();
    this.#userId = 0;
    this.#was = "";
    this.field.value = "";
    this.crossing.replaceChildren();
    this.#tell("");
  }

  #write() {
    const text = this.field.value.trim();
    if (this.box.dataset.state !== "changed") this.#tell(text === this.#was ? "" : "edited");
    this.#wish("write", text);
  }

  save() {
    this.#wish("save", this.field.value.trim());
  }

  /** How it stands with what was written. @param {number} userId @param {NoteState} state */
  tell(userId, state) {
    if (userId === this.#userId) this.#tell(state);
  }

  /** @param {"" | NoteState} state */
  #tell(state) {
    clearTimeout(this.#timer);
    this.box.dataset.state = state;
    this.status.textContent = state === "" ? "" : this.say(`member.remark.${state}`);
    if (state === "saved") this.#timer = setTimeout(() => this.#tell(""), SAID_MS);
  }
}
