// What the owner does first: shown while nobody has written yet.

import { make } from "../../shared/dom.js";
import { codeBox } from "./code.js";
import { loadShop } from "./section.js";
import { embedSnippet } from "./snippet.js";
import { originOf } from "./website.js";

/** @import { Manner } from "./settings.js" */

/** @param {Manner} manner */
export async function nextSteps(manner) {
  const { say, go } = manner;
  const shop = await loadShop(manner);
  const { color, name } = shop;
  const code = codeBox(say, say("set.embed"), embedSnippet(originOf(shop), { color, title: name }));
  /** @param {string} section @param {string} text */
  const link = (section, text) => {
    const anchor = make("a", { href: `#settings=${section}`, "data-button": "plain" }, text);
    anchor.addEventListener("click", (event) => {
      event.preventDefault();
      go({ conversation: null, member: false, settings: section });
    });
    return anchor;
  };
  const look = make("a", {
    href: "/member/",
    target: "_blank",
    rel: "noopener",
    "data-button": "plain",
  });
  look.textContent = say("next.try.go");
  /** @param {string} key @param {...Node} children */
  const step = (key, ...children) =>
    make(
      "li",
      {},
      make("h3", {}, say(`next.${key}`)),
      make("p", {}, say(`next.${key}.hint`)),
      ...children,
    );
  const element = make(
    "div",
    { "data-part": "steps" },
    make("h2", {}, say("next.title")),
    make("p", {}, say("next.hint")),
    make(
      "ol",
      {},
      step("embed", code.element),
      step("look", link("appearance", say("next.look.go"))),
      step("staff", link("staff", say("next.staff.go"))),
      step("try", look),
    ),
  );
  return { element };
}
