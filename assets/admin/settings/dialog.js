// A dialog with a form in it. It closes when the form is done, and gives the focus back.

import { make } from "../../shared/dom.js";
import { icon } from "../../shared/kind-icons.js";

/** @import { Say } from "../../shared/text.js" */
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
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
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
