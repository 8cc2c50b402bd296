import assert from "node:assert/strict";
import { test } from "node:test";
import { splitLinks } from "../../../assets/shared/links.js";

const cases = {
  "no address": ["no address"],
  "see https://a.test/x?y=1#z.": ["see ", { href: "https://a.test/x?y=1#z" }, "."],
  "请看https://a.test/x谢谢": ["请看", { href: "https://a.test/x" }, "谢谢"],
  "(https://a.test/x)": ["(", { href: "https://a.test/x" }, ")"],
  "https://a.test/x_(y)": [{ href: "https://a.test/x_(y)" }],
  "http://a.test\nhttp://b.test": [{ href: "http://a.test" }, "\n", { href: "http://b.test" }],
  "https://bank.test@evil.test/": ["https://bank.test@evil.test/"],
  "https://": ["https://"],
  "ftp://a.test //a.test": ["ftp://a.test //a.test"],
  "https://a.test/[爱心]": [{ href: "https://a.test/" }, "[爱心]"],
};

for (const [text, parts] of Object.entries(cases)) {
  test(`addresses in ${JSON.stringify(text)}`, () => {
    assert.deepEqual(splitLinks(text), parts);
    const whole = splitLinks(text).map((part) => (typeof part === "string" ? part : part.href));
    assert.equal(whole.join(""), text);
  });
}
