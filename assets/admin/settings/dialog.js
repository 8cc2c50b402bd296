// A dialog with a form in it. It closes when the form is done, and gives the focus back.

import { make } from "../../shared/dom.js";
import { icon } from "../../shared/kind-icons.js";
import { confirmed } from "../confirm.js";

/** @import { Say } from "../../shared/text.js" */
/** @import { Question } from "../confirm.js" */
/** @import { Form } from "./form.js" */

/**
 * @param {Say} say
 * @param {string} title
 * @param {...Node} children
 */
export function openDialog(say, title, ...children) {
  const heading = make("h2", {}, title);
  const close = make("button", { type: "button", "data-button": "icon" }, icon("close"));
  close.setAttribute("aria-label", say("picker.close"));
  const dialog = make("dialog", { "data-part": "sheet" });
  dialog.setAttribute("aria-label", title);
  dialog.append(make("header", {}, heading, close), ...children);
  // The cross asks as Esc does.
  const cancel = () => {
    if (dialog.dispatchEvent(new Event("cancel", { cancelable: true }))) dialog.close();
  };
  close.addEventListener("click", cancel);
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    cancel();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * Has a dialog ask before it closes in any way but by `close(true)`: Esc, the cross, a phone's back button, leaving the page.
 * @param {HTMLDialogElement} dialog
 * @param {() => boolean} isSafe nothing is lost any more
 * @param {Question} question
 */
export function guard(dialog, isSafe, question) {
  const leaving = new AbortController();
  const { signal } = leaving;
  let asking = false;
  const ask = async () => {
    if (isSafe()) return dialog.close();
    if (asking) return undefined;
    asking = true;
    const leave = await confirmed(question);
    asking = false;
    if (leave) {
      leaving.abort();
      dialog.close();
    }
    return undefined;
  };
  dialog.addEventListener(
    "cancel",
    (event) => {
      event.preventDefault();
      void ask();
    },
    { signal },
  );
  dialog.addEventListener(
    "close",
    (event) => {
      if (isSafe()) return leaving.abort();
      // Some browsers let the second of two wishes to close pass, whatever was said to the first.
      event.stopImmediatePropagation();
      dialog.showModal();
      return void ask();
    },
    { signal, capture: true },
  );
  const stay = (/** @type {Event} */ event) => {
    if (!isSafe()) event.preventDefault();
  };
  addEventListener("beforeunload", stay, { signal });
}

/**
 * @param {Say} say
 * @param {{ title: string, hint?: string, form: Form, save?: string }} what
 * @returns {Promise<boolean>} whether it was saved
 */
export function formDialog(say, { title, hint, form, save = say("set.save") }) {
  const submit = make("button", { type: "submit", "data-button": "main" }, save);
  const cancel = make("button", { type: "button", "data-button": "plain" }, say("admin.cancel"));
  if (hint) form.element.prepend(make("p", { "data-part": "dialog-hint" }, hint));
  form.element.append(...form.fields.map(({ element }) => element));
  form.element.append(make("footer", {}, cancel, submit));
  let done = false;
  const { send } = form;
  const dialog = openDialog(say, title, form.element);
  form.send = async (values, changes) => {
    await send(values, changes);
    done = true;
    dialog.close();
  };
  form.onChange = () => {
    submit.disabled = form.busy;
  };
  cancel.addEventListener("click", () => dialog.close());
  form.fields[0]?.control.focus.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(done));
  });
}
