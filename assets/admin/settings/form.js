// A form: knows what was kept and what is edited, sends it, and says each problem where it belongs.

import { asApiError } from "../../shared/api.js";
import { make } from "../../shared/dom.js";
import { placeProblem } from "./problems.js";

/** @import { Say } from "../../shared/text.js" */
/** @import { Field } from "./fields.js" */

/** How long "saved" is said. */
const SAID_MS = 4000;

export class Form {
  /** @type {Record<string, string>} */
  #kept = {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {Say} say
   * @param {readonly Field[]} fields
   * @param {(values: Record<string, any>, edited: Record<string, any>) => Promise<any>} send gives the values as the
   *   server has put them, or nothing of that kind
   */
  constructor(say, fields, send) {
    this.say = say;
    this.fields = fields;
    this.send = send;
    this.busy = false;
    /** @type {(form: Form) => void} */
    this.onChange = () => {};
    this.problem = make("p", { "data-part": "problem", role: "alert", hidden: "" });
    this.status = make("p", { "data-part": "status", role: "status" });
    this.element = make("form", { novalidate: "" }, this.problem);
    // The Enter that ends the composing of a word is no wish to save.
    let composing = false;
    for (const name of ["compositionstart", "compositionend"]) {
      this.element.addEventListener(name, () => {
        composing = name === "compositionstart";
      });
    }
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!composing) void this.save();
    });
    for (const name of ["input", "change"]) {
      this.element.addEventListener(name, (event) => this.#onInput(event));
    }
    this.keep();
  }

  /** @returns {Record<string, any>} */
  get values() {
    return Object.fromEntries(this.fields.map(({ name, control }) => [name, control.read()]));
  }

  /** Only what was changed. @returns {Record<string, any>} */
  get changes() {
    return Object.fromEntries(
      this.fields
        .map(({ name, control }) => [name, control.read()])
        .filter(([name, value]) => JSON.stringify(value) !== this.#kept[name]),
    );
  }

  get edited() {
    return this.fields.some(
      ({ name, control }) => JSON.stringify(control.read()) !== this.#kept[name],
    );
  }

  /** What the fields hold now is what the server has. */
  keep() {
    this.#kept = Object.fromEntries(
      this.fields.map(({ name, control }) => [name, JSON.stringify(control.read())]),
    );
  }

  /** @param {Record<string, any>} values */
  fill(values) {
    for (const { name, control } of this.fields) control.write(values[name]);
    this.keep();
    this.#changed();
  }

  /** Back to what is kept. */
  discard() {
    this.#clear();
    for (const { name, control } of this.fields)
      control.write(JSON.parse(this.#kept[name] ?? "null"));
    this.#changed();
  }

  /** @returns {Promise<boolean>} whether it is done */
  async save() {
    if (this.busy) return false;
    this.#clear();
    if (!this.#checked()) return false;
    this.busy = true;
    this.#changed();
    const sent = this.values;
    try {
      this.#settle(sent, await this.send(sent, this.changes));
      this.#tell(this.say("set.saved"));
      return true;
    } catch (cause) {
      this.#complain(asApiError(cause).message || this.say("chat.failed"));
      return false;
    } finally {
      this.busy = false;
      this.#changed();
    }
  }

  /** What was typed while the answer was on its way stays, and is not saved yet. @param {Record<string, any>} sent @param {any} now */
  #settle(sent, now) {
    for (const { name, control } of this.fields) {
      const kept = now && typeof now === "object" && name in now ? now[name] : sent[name];
      const touched = JSON.stringify(control.read()) !== JSON.stringify(sent[name]);
      if (!touched && JSON.stringify(kept) !== JSON.stringify(sent[name])) control.write(kept);
      this.#kept[name] = JSON.stringify(touched ? kept : control.read());
    }
  }

  /** What the browser can see by itself, said at the field, in its words. */
  #checked() {
    const wrong = this.fields.filter(({ element, complain }) => {
      const input = element.querySelector(":invalid");
      if (!(input instanceof HTMLInputElement || input instanceof HTMLTextAreaElement))
        return false;
      complain(input.validity.valueMissing ? this.say("set.missing") : input.validationMessage);
      return true;
    });
    wrong[0]?.control.focus.focus();
    return wrong.length === 0;
  }

  /** @param {string} message */
  #complain(message) {
    const { name, text } = placeProblem(message, this.fields);
    const field = this.fields.find((one) => one.name === name);
    if (field) {
      field.complain(text);
      field.control.focus.focus();
      return;
    }
    this.problem.textContent = text;
    this.problem.hidden = false;
    this.problem.scrollIntoView({ block: "nearest" });
  }

  /** @param {string} text */
  #tell(text) {
    clearTimeout(this.#timer);
    this.status.textContent = text;
    this.#timer = setTimeout(() => {
      this.status.textContent = "";
    }, SAID_MS);
  }

  /** @param {Event} event */
  #onInput({ target }) {
    for (const { element, complain } of this.fields) {
      if (target instanceof Node && element.contains(target)) complain("");
    }
    this.#changed();
  }

  #clear() {
    this.problem.hidden = true;
    this.status.textContent = "";
    for (const { complain } of this.fields) complain("");
  }

  #changed() {
    this.onChange(this);
  }
}

/**
 * The bar of a form on a page: there when something is edited.
 * @param {Form} form
 * @param {Say} say
 */
export function saveBar(form, say) {
  const save = make("button", { type: "submit", "data-button": "main" }, say("set.save"));
  const discard = make("button", { type: "button", "data-button": "plain" }, say("set.discard"));
  const words = make("span", {}, say("set.edited"));
  const edited = make("div", { "data-part": "edited" }, words, discard, save);
  const bar = make("div", { "data-part": "save-bar" }, form.status, edited);
  discard.addEventListener("click", () => form.discard());
  const draw = () => {
    bar.dataset.state = form.edited || form.busy ? "edited" : "kept";
    edited.hidden = bar.dataset.state === "kept";
    save.disabled = form.busy;
    discard.disabled = form.busy;
  };
  form.onChange = draw;
  form.element.append(bar);
  draw();
}
