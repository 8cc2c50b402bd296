import assert from "node:assert/strict";
import { test } from "node:test";
import { summary } from "../../../assets/admin/summary.js";
import { labelOf, textOf } from "../../../assets/shared/content.js";

const name = (key) => `<${key}>`;

test("a text is shown as it is, in today's form and in that of old clients", () => {
  assert.equal(textOf(1, '{"text":"hi"}'), "hi");
  assert.equal(textOf(1, "bare"), "bare");
  assert.equal(textOf(1, '{"text":5}'), '{"text":5}');
  assert.equal(textOf(5, "Lin joined"), "Lin joined");
});

test("every other kind has a name, and one that is not known yet as well", () => {
  const keys = [2, 3, 4, 6, 10, 11].map(labelOf);
  assert.equal(new Set(keys).size, 6);
  assert.equal(labelOf(99), "kind.unknown");
  for (const type of [2, 3, 4, 6, 10, 11, 99]) assert.equal(textOf(type, "{}"), null);
});

test("the list of conversations shows a text with its emoji, and the names of other kinds", () => {
  assert.equal(summary(1, '{"text":"好的[点赞] [x]"}', name), "好的👍 [x]");
  assert.equal(summary(5, "Lin joined", name), "<kind.system> Lin joined");
  assert.equal(summary(2, '{"picUrl":"/f/a"}', name), "<kind.image>");
  assert.equal(summary(10, "{}", name), "<kind.product>");
});
