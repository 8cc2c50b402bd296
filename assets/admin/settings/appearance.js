// Settings: what customers see of the shop. Every change is seen at once beside the fields.

import { make } from "../../shared/dom.js";
import { avatarControl } from "./avatar-field.js";
import { colourControl } from "./colour-field.js";
import { areaControl, choiceControl, field, textControl } from "./fields.js";
import { drawPreview, preview } from "./preview.js";
import { block, loadShop, shopSection } from "./section.js";

/** @import { Field } from "./fields.js" */
/** @import { Manner } from "./settings.js" */

/** @param {Manner} manner */
function makeFields({ say, language }) {
  /** @type {Field} */
  const avatar = field(
    "avatar",
    say("set.shop.avatar"),
    avatarControl(
      say,
      language,
      () => null,
      (text) => avatar.complain(text),
    ),
    { hint: say("set.shop.avatar.hint"), words: ["头像"], group: true },
  );
  const name = field(
    "name",
    say("set.shop.name"),
    textControl({ maxlength: "40", placeholder: say("chat.title") }),
    { hint: say("set.shop.name.hint"), words: ["店铺名称", "名称"] },
  );
  const color = field("color", say("set.shop.color"), colourControl(say), {
    words: ["颜色"],
    group: true,
  });
  const greetingZh = field(
    "greetingZh",
    say("set.shop.greetingZh"),
    areaControl({ maxlength: "300", lang: "zh-CN" }),
    { words: ["中文问候语", "欢迎语"] },
  );
  const greetingEn = field(
    "greetingEn",
    say("set.shop.greetingEn"),
    areaControl({ maxlength: "300", lang: "en" }),
    { hint: say("set.shop.greeting.hint"), words: ["英文问候语"] },
  );
  return { avatar, name, color, greetingZh, greetingEn };
}

/** @param {Manner} manner */
function languageField({ say }) {
  return field(
    "language",
    say("set.shop.language"),
    choiceControl("language", [
      ["auto", say("set.shop.language.auto")],
      ["zh", "中文"],
      ["en", "English"],
    ]),
    { hint: say("set.shop.language.hint"), words: ["语言"], group: true },
  );
}

/** @param {Manner} manner */
export async function appearance(manner) {
  const { say } = manner;
  const shop = await loadShop(manner);
  const { avatar, name, color, greetingZh, greetingEn } = makeFields(manner);
  const spoken = languageField(manner);
  const fields = [avatar, name, color, greetingZh, greetingEn, spoken];
  const picture = preview(say);
  const words = [greetingZh.element, greetingEn.element, spoken.element];
  const section = shopSection(manner, shop, fields, () => {
    const blocks = make(
      "div",
      {},
      block(say("set.shop.who"), "", avatar.element, name.element),
      block(say("set.shop.look"), "", color.element),
      block(say("set.shop.words"), "", ...words),
    );
    return [make("div", { "data-part": "beside" }, blocks, picture)];
  });
  const { form } = section;
  const draw = () => drawPreview(form.element, picture, form.values, manner);
  const { onChange } = form;
  form.onChange = (changed) => {
    onChange(changed);
    draw();
  };
  draw();
  return section;
}
