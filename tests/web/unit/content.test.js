import assert from "node:assert/strict";
import { test } from "node:test";
import { describe, safeUrl, summary } from "../../../assets/shared/content.js";

test("a text is shown as it is, in today's form and in that of old clients", () => {
  assert.deepEqual(describe(1, '{"text":"hi"}'), { kind: "text", text: "hi" });
  assert.deepEqual(describe(1, "bare"), { kind: "text", text: "bare" });
  assert.deepEqual(describe(1, '{"text":5}'), { kind: "text", text: '{"text":5}' });
});

test("only http, https and paths of our own become addresses", () => {
  assert.equal(safeUrl("/f/abc"), "/f/abc");
  assert.equal(safeUrl("https://shop.test/a.png"), "https://shop.test/a.png");
  const bad = ["javascript:alert(1)", "//evil.test/a", "/\\evil.test", "data:text/html,x", 7, null];
  for (const url of bad) assert.equal(safeUrl(url), null);
});

test("a picture without a good address is a label", () => {
  assert.equal(describe(2, '{"picUrl":"/f/a","width":3,"height":4}').kind, "image");
  assert.deepEqual(describe(2, '{"picUrl":"javascript:x"}'), { kind: "label", key: "kind.image" });
});

test("kinds that are not drawn yet have a name", () => {
  for (const type of [3, 4, 10, 11, 99]) assert.equal(describe(type, "{}").kind, "label");
  assert.equal(
    summary(10, "{}", (key) => `<${key}>`),
    "<kind.product>",
  );
});
