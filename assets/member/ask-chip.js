// <ask-chip>: what the customer is looking at in the shop, to be sent with one press and never by itself. It says: ask, dismiss.

import { emit, make } from "../shared/dom.js";
import { icon } from "../shared/kind-icons.js";
import { money } from "../shared/kinds.js";
import { smallPicture } from "../shared/pictures.js";
import { loadStyle } from "../shared/styles.js";

/** @import { Manner } from "../shared/message-parts.js" */
/** @import { Offer } from "./offer.js" */

let style = "";

export class AskChip extends HTMLElement {
  /** @param {Offer | null} offer @param {Manner} manner */
  show(offer, { say, locale }) {
    if (!style) {
      style = new URL("ask-chip.css", import.meta.url).href;
      // Without its style it can still be pressed.
      loadStyle(style).catch(() => {
        style = "";
      });
    }
    this.hidden = offer === null;
    if (!offer) return this.replaceChildren();
    const { name, price, picture, kind } = offer;
    const about = make("span", {}, make("strong", { dir: "auto" }, name));
    if (price !== null) about.append(make("b", {}, money(price, locale)));
    const ask = make("button", { type: "button", "data-part": "ask" }, say(`ask.${kind}`));
    ask.addEventListener("click", () => emit(this, "ask", { offer }));
    const dismiss = make("button", { type: "button", "data-button": "icon" }, icon("close"));
    dismiss.setAttribute("aria-label", say("ask.dismiss"));
    dismiss.title = say("ask.dismiss");
    dismiss.addEventListener("click", () => emit(this, "dismiss", { offer }));
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", say("ask.title"));
    return this.replaceChildren(thumbnail(picture), about, ask, dismiss);
  }
}

/** @param {string} url */
function thumbnail(url) {
  const box = make("span", { "data-part": "thumbnail", "aria-hidden": "true" }, icon("picture"));
  const source = smallPicture(url);
  if (!source) return box;
  const image = make("img", { alt: "", referrerpolicy: "no-referrer" });
  image.addEventListener("load", () => box.replaceChildren(image));
  image.src = source;
  return box;
}

customElements.define("ask-chip", AskChip);
