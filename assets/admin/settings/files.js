// Settings: pictures of other hosts, and how much may be uploaded.

import { make } from "../../shared/dom.js";
import { field, linesControl, numberControl } from "./fields.js";
import { block, loadShop, shopSection } from "./section.js";

/** @import { Manner } from "./settings.js" */

const MB = 1024 * 1024;

/** @param {Manner} manner */
export async function files(manner) {
  const { say } = manner;
  const shop = await loadShop(manner);
  const hosts = field(
    "pictureSites",
    say("set.hosts"),
    linesControl({ placeholder: "https://img.example.com", inputmode: "url" }),
    { hint: say("set.hosts.hint"), words: ["图片域名", "图片网站", "图片站点"] },
  );
  const size = field(
    "uploadBytesMax",
    say("set.uploads.size"),
    numberControl("MB", MB, { min: "1", max: "10", step: "0.5" }),
    { hint: say("set.uploads.size.hint"), words: ["单个文件"] },
  );
  const rate = field(
    "uploadsPerHour",
    say("set.uploads.rate"),
    numberControl(say("set.uploads.rate.unit"), 1, { min: "1", max: "10000", step: "1" }),
    { hint: say("set.uploads.rate.hint"), words: ["每小时"] },
  );
  const room = field(
    "filesMbMax",
    say("set.uploads.room"),
    numberControl("MB", 1, { min: "1", max: "1048576", step: "1" }),
    { hint: say("set.uploads.room.hint"), words: ["总容量", "文件总量"] },
  );
  return shopSection(manner, shop, [hosts, size, rate, room], () => [
    block(say("set.hosts.title"), "", hosts.element),
    block(
      say("set.uploads"),
      say("set.uploads.hint"),
      make("div", { "data-part": "trio" }, size.element, rate.element, room.element),
    ),
  ]);
}
