import assert from "node:assert/strict";
import { test } from "node:test";
import { Drafts } from "../../../assets/admin/drafts.js";
import { excerpt, marked } from "../../../assets/admin/marked.js";
import { plainLine } from "../../../assets/admin/notice.js";
import { meaningOf } from "../../../assets/admin/shortcuts.js";
import { memoryStore } from "../../../assets/shared/store.js";

const shown = (pieces) => pieces.map(({ text, marked: is }) => (is ? `<${text}>` : text)).join("");

test("what was searched is marked, in any case and any writing, and signs mean themselves", () => {
  assert.equal(shown(marked("The Lamp, the LAMP", "lamp")), "The <Lamp>, the <LAMP>");
  assert.equal(shown(marked("外套还有货吗", "有货")), "外套还<有货>吗");
  assert.equal(shown(marked("50% (or .*)", ".*")), "50% (or <.*>)");
  assert.equal(shown(marked("blue lamp, old", "old lamp")), "blue <lamp>, <old>");
  assert.equal(shown(marked("nothing", "else")), "nothing");
  assert.equal(shown(marked("nothing", " ")), "nothing");
});

test("a long text is shown from a little before the match, on one line", () => {
  const text = `${"a".repeat(100)} the\nlamp is here`;
  assert.equal(shown(excerpt(text, "lamp")), "…aaaaaaa the <lamp> is here");
  assert.equal(shown(excerpt("the lamp", "lamp")), "the <lamp>");
});

test("drafts are kept for each member of the staff, and forgotten when blank", () => {
  const store = memoryStore();
  const mine = new Drafts(store, "admin-1", () => {});
  mine.set(7, "half a sentence", 40);
  mine.set(8, "  ", 0);
  assert.equal(new Drafts(store, "admin-2", () => {}).get(7), null);
  const again = new Drafts(store, "admin-1", () => {});
  assert.equal(again.get(7)?.text, "half a sentence");
  assert.equal(again.get(7)?.seenId, 40);
  again.set(7, "", 41);
  assert.deepEqual(store.keys("draft:"), []);
});

test("a draft moves with a merged conversation, and the oldest of very many go", () => {
  const store = memoryStore();
  const drafts = new Drafts(store, "admin-1", () => {});
  drafts.set(1, "moves", 5);
  drafts.move(1, 2);
  assert.equal(drafts.get(1), null);
  assert.equal(drafts.get(2)?.text, "moves");
  drafts.set(3, "goes nowhere", 5);
  drafts.move(3, 2);
  assert.equal(drafts.get(2)?.text, "moves");
  for (let id = 10; id < 300; id += 1) drafts.set(id, "text", 0);
  assert.equal(store.keys("draft:").length, 200);
});

const key = (name, more = {}) => ({
  key: name,
  code: name.length === 1 ? `Key${name.toUpperCase()}` : name,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  isComposing: false,
  keyCode: 0,
  ...more,
});

test("keys mean nothing to an input method, and without Alt nothing while one writes", () => {
  assert.equal(meaningOf(key("j", { altKey: true }), true), "next");
  // What a Mac makes of it.
  assert.equal(meaningOf(key("∆", { code: "KeyJ", altKey: true }), true), "next");
  assert.equal(meaningOf(key("u", { altKey: true, isComposing: true }), true), null);
  assert.equal(meaningOf(key("/", { keyCode: 229 }), false), null);
  assert.equal(meaningOf(key("/"), true), null);
  assert.equal(meaningOf(key("/"), false), "search");
  assert.equal(meaningOf(key("?", { shiftKey: true }), false), "help");
  assert.equal(meaningOf(key("j"), false), null);
  assert.equal(meaningOf(key("/", { ctrlKey: true }), false), null);
});

test("a notification is one line without signs that cannot be seen, and not too long", () => {
  assert.equal(plainLine("a\n\u202e b\u200b\u0007c"), "a b c");
  assert.equal([...plainLine("字".repeat(500))].length, 141);
});
