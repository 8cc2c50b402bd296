// Settings: how the chat comes to the shop's own pages, and the page that needs none.

import { make } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { copyButton } from "../copy.js";
import { codeBox } from "./code.js";
import { choiceControl, field, linesControl, textControl } from "./fields.js";
import { paths } from "./paths.js";
import { block, loadShop, shopSection } from "./section.js";
import { embedSnippet } from "./snippet.js";

/** @import { Shop } from "./paths.js" */
/** @import { Manner } from "./settings.js" */

/** Where customers reach this server. @param {Shop} shop */
export function originOf({ publicUrl }) {
  return (publicUrl ?? location.origin).replace(/\/+$/, "");
}

/** The snippet, and what can be chosen about it; nothing of it is kept here. @param {Manner} manner @param {Shop} shop */
function embed({ say }, shop) {
  const title = field("title", say("set.embed.title"), textControl({ maxlength: "40" }), {
    hint: say("set.embed.title.hint"),
  });
  const position = field(
    "position",
    say("set.embed.position"),
    choiceControl("position", [
      ["right", say("set.embed.right")],
      ["left", say("set.embed.left")],
    ]),
    { group: true },
  );
  title.control.write(shop.name);
  position.control.write("right");
  const code = codeBox(say, say("set.embed"), "");
  const draw = () => {
    const left = position.control.read() === "left";
    const locale = shop.language === "auto" ? null : shop.language === "zh" ? "zh-CN" : "en";
    code.show(
      embedSnippet(originOf(shop), {
        color: shop.color,
        title: title.control.read(),
        position: left ? "left" : null,
        locale,
      }),
    );
  };
  const options = make("div", { "data-part": "pair" }, title.element, position.element);
  // Choosing here changes the snippet and nothing of the shop.
  for (const name of ["input", "change"]) {
    options.addEventListener(name, (event) => {
      event.stopPropagation();
      draw();
    });
  }
  draw();
  return block(say("set.embed"), say("set.embed.hint"), options, code.element);
}

/** @param {Manner} manner @param {Shop} shop */
function alone({ say }, shop) {
  const address = `${originOf(shop)}/member/`;
  const link = make("a", { href: address, target: "_blank", rel: "noopener" }, address);
  const copy = copyButton(() => address, say("copy.what", { what: say("set.link") }), say);
  const line = make("p", { "data-part": "link" }, link, copy);
  const title = say("set.link");
  if (!shop.publicUrl) {
    return block(
      title,
      say("set.link.hint"),
      line,
      make("p", { "data-part": "advice" }, say("set.qr.unknown")),
    );
  }
  const code = make("img", { src: paths.qr, alt: say("set.qr.alt"), width: "160", height: "160" });
  const save = make("a", { href: paths.qr, download: "chat-qr.svg", "data-button": "plain" });
  save.append(icon("download"), say("set.qr.save"));
  const print = make("button", { type: "button", "data-button": "plain" });
  print.append(icon("print"), say("set.qr.print"));
  print.addEventListener("click", () => globalThis.print());
  const name = make("strong", { "data-part": "print-name", dir: "auto" }, shop.name ?? "");
  const words = make("span", { "data-part": "print-words" }, say("set.qr.words"));
  const sheet = make("div", { "data-part": "print-sheet" }, name, code, words);
  const tools = make("div", {}, line, make("div", { "data-part": "row-tools" }, save, print));
  return block(title, say("set.link.hint"), make("div", { "data-part": "qr" }, sheet, tools));
}

/** @param {Manner} manner */
export async function website(manner) {
  const { say } = manner;
  const shop = await loadShop(manner);
  const sites = field(
    "sites",
    say("set.sites"),
    linesControl({ placeholder: "https://www.example.com", inputmode: "url" }),
    { hint: say("set.sites.hint"), words: ["允许的网站", "网站", "站点"] },
  );
  return shopSection(manner, shop, [sites], () => [
    embed(manner, shop),
    alone(manner, shop),
    block(say("set.sites.title"), "", sites.element),
  ]);
}
