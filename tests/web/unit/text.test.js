import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { words as deskEn } from "../../../assets/admin/en.js";
import { words as settingsEn } from "../../../assets/admin/settings/en.js";
import { words as settingsZh } from "../../../assets/admin/settings/zh.js";
import { words as deskZh } from "../../../assets/admin/zh.js";
import { words as sharedEn } from "../../../assets/shared/en.js";
import { chooseLocale, sayFrom } from "../../../assets/shared/text.js";
import { words as sharedZh } from "../../../assets/shared/zh.js";

const en = { ...sharedEn, ...deskEn, ...settingsEn };
const zh = { ...sharedZh, ...deskZh, ...settingsZh };

const assets = new URL("../../../assets/", import.meta.url);
const sources = readdirSync(assets, { recursive: true })
  .filter((name) => /\.(js|html)$/.test(name))
  .map((name) => readFileSync(new URL(name, assets), "utf8"));

test("both languages have the same keys", () => {
  assert.deepEqual(Object.keys(sharedEn).sort(), Object.keys(sharedZh).sort());
  assert.deepEqual(Object.keys(deskEn).sort(), Object.keys(deskZh).sort());
  assert.deepEqual(Object.keys(settingsEn).sort(), Object.keys(settingsZh).sort());
});

test("what only the desk says is not sent to customers", () => {
  for (const key of Object.keys(sharedZh)) assert.doesNotMatch(key, /^(admin|sign)\./);
});

test("both languages take the same values", () => {
  const holes = (text) => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const key of Object.keys(zh)) assert.deepEqual(holes(en[key]), holes(zh[key]), key);
});

test("every key the pages name exists", () => {
  const named = sources.flatMap((source) => [
    ...source.matchAll(/data-(?:text|label|placeholder)="([^"]+)"/g),
    ...source.matchAll(/\bsay\("([\w.]+)"/g),
  ]);
  for (const [, key] of named) assert.ok(key in zh, key);
});

test("the shop's choice comes first, then the browser's, then English", () => {
  assert.equal(chooseLocale("en", ["zh-CN"]), "en");
  assert.equal(chooseLocale("zh-TW", ["en"]), "zh");
  assert.equal(chooseLocale(null, ["fr", "zh-Hans-CN"]), "zh");
  assert.equal(chooseLocale("", ["fr"]), "en");
});

test("values fill the holes of a text", () => {
  assert.equal(sayFrom({ hello: "Hello {name}" })("hello", { name: "Li" }), "Hello Li");
});
