import assert from "node:assert/strict";
import { test } from "node:test";
import { emoji, withEmoji, withNames } from "../../../assets/shared/emoji.js";

test("all 48 of the original are there, each with a sign of its own", () => {
  assert.equal(emoji.size, 48);
  assert.equal(new Set(emoji.values()).size, 48);
  for (const name of ["笑掉牙", "困~", "面无表情", "不可思议", "爱心", "恶魔"]) {
    assert.ok(emoji.has(name), name);
  }
});

test("a name in brackets becomes its sign, every other bracket stays", () => {
  assert.equal(withEmoji("好[爱心][点赞]"), "好💗👍");
  assert.equal(withEmoji("[abc] [爱心 [困~] a[0]"), "[abc] [爱心 🥱 a[0]");
});

test("what is sent by its name comes back as the same sign", () => {
  for (const [name, sign] of emoji) {
    assert.equal(withNames(sign), `[${name}]`);
    assert.equal(withEmoji(`[${name}]`), sign);
  }
});

test("a sign put together from several is left alone", () => {
  for (const sign of ["👍🏽", "😮‍💨", "❤️‍🔥", "👩‍💻", "🚀"]) assert.equal(withNames(sign), sign);
  assert.equal(withNames("👍👍🏽 ok"), "[点赞]👍🏽 ok");
});
