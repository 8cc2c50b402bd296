// The customers' chat in small, as it will look with what is written in the fields.

import { make } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { smallPicture } from "../../shared/pictures.js";
import { OWN } from "./colour-field.js";
import { channelsOf, contrastOf } from "./contrast.js";

/** @import { Say } from "../../shared/text.js" */
/** @import { Manner } from "./settings.js" */

/** @param {string} name @param {string} text */
const bubble = (name, text) => make("p", { "data-bubble": name, dir: "auto" }, text);

/** @param {Say} say */
export function preview(say) {
  const face = make("span", { "data-part": "preview-face" });
  const head = make("header", {}, face, make("strong", { dir: "auto" }));
  const talk = make(
    "div",
    { "data-part": "preview-talk" },
    bubble("greeting", ""),
    bubble("mine", say("set.preview.question")),
    bubble("theirs", say("set.preview.answer")),
  );
  const chat = make("div", { "data-part": "preview-chat" }, head, talk);
  const launcher = make("span", { "data-part": "preview-launcher" }, icon("bubble"));
  const figure = make("figure", { "data-part": "preview" }, chat, launcher);
  figure.setAttribute("role", "img");
  figure.setAttribute("aria-label", say("set.preview"));
  return figure;
}

/** @param {HTMLElement} box around the fields too, whose face has the colour @param {HTMLElement} figure @param {Record<string, any>} shop @param {Manner} manner */
export function drawPreview(
  box,
  figure,
  { name, color, avatar, greetingZh, greetingEn, language },
  { say, locale },
) {
  const shown = color && channelsOf(color) ? color : OWN;
  box.style.setProperty("--shown", shown);
  box.style.setProperty("--on-shown", contrastOf(channelsOf(shown) ?? []).ink);
  const speaks = language === "auto" || !language ? locale : language;
  const greeting = (speaks === "zh" ? greetingZh : greetingEn) || say("chat.greeting");
  /** @param {string} selector @param {string} text */
  const fill = (selector, text) => {
    const element = figure.querySelector(selector);
    if (element && element.textContent !== text) element.textContent = text;
  };
  fill("strong", name || say("chat.title"));
  fill("[data-bubble=greeting]", greeting);
  const face = figure.querySelector("[data-part=preview-face]");
  const source = smallPicture(avatar) ?? "";
  if (!(face instanceof HTMLElement) || face.dataset.url === source) return;
  face.dataset.url = source;
  face.replaceChildren(source ? make("img", { alt: "", src: source }) : icon("shop"));
}
