// A section of the settings whose fields are those of the shop: drawn in blocks, with one bar to save them.

import { make } from "../../shared/dom.js";
import { Form, saveBar } from "./form.js";
import { paths } from "./paths.js";

/** @import { Field } from "./fields.js" */
/** @import { Shop } from "./paths.js" */
/** @import { Manner, Section } from "./settings.js" */

/** @param {Pick<Manner, "call">} manner @returns {Promise<Shop & Record<string, any>>} */
export function loadShop({ call }) {
  return call("GET", paths.shop);
}

/** @param {string} title @param {string} hint @param {...Node} children */
export function block(title, hint, ...children) {
  const head = make("header", {}, make("h2", {}, title));
  if (hint) head.append(make("p", {}, hint));
  return make("section", {}, head, ...children);
}

/**
 * @param {Manner} manner
 * @param {Shop} shop
 * @param {readonly Field[]} fields
 * @param {(form: Form) => Node[]} draw
 * @returns {Section & { form: Form }}
 */
export function shopSection({ say, call, onShop }, shop, fields, draw) {
  const form = new Form(say, fields, async (_, changes) => {
    await call("PUT", paths.changeShop, changes);
    onShop();
    // As the server has put it: an address without its slash, say.
    return loadShop({ call }).catch(() => null);
  });
  form.fill(shop);
  form.element.append(...draw(form));
  saveBar(form, say);
  return { element: form.element, edited: () => form.edited, form };
}
