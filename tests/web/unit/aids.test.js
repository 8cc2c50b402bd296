import assert from "node:assert/strict";
import { test } from "node:test";
import { Drafts } from "../../../assets/admin/drafts.js";
import { words as deskWords } from "../../../assets/admin/en.js";
import { excerpt, marked } from "../../../assets/admin/marked.js";
import { plainLine } from "../../../assets/admin/notice.js";
import { meaningOf } from "../../../assets/admin/shortcuts.js";
import { summary } from "../../../assets/admin/summary.js";
import { Writing } from "../../../assets/admin/writing.js";
import { words as sharedWords } from "../../../assets/shared/en.js";
import { memoryStore } from "../../../assets/shared/store.js";
import { sayFrom } from "../../../assets/shared/text.js";

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
  for (let id = 10; id < 300; id += 1) drafts.set(id, "text", 0);
  assert.equal(store.keys("draft:").length, 200);
});

test("of two drafts that become one nothing is lost, and the one under the hands stands last", () => {
  const drafts = new Drafts(memoryStore(), "admin-1", () => {});
  const move = (liveId) => {
    drafts.set(1, "of the visitor", 5);
    drafts.set(2, "of the member", 7);
    drafts.move(1, 2, liveId);
    const { text } = drafts.get(2);
    drafts.set(2, "", 0);
    return text;
  };
  assert.equal(move(1), "of the member\nof the visitor");
  assert.equal(move(2), "of the visitor\nof the member");
  drafts.set(1, "the same", 0);
  drafts.set(2, "the same", 0);
  drafts.move(1, 2, null);
  assert.equal(drafts.get(2)?.text, "the same");
});

test("what was seen is kept with a draft that stays as it is", () => {
  const store = memoryStore();
  const drafts = new Drafts(store, "admin-1", () => {});
  drafts.set(7, "half", 40);
  drafts.see(7, 45);
  drafts.see(7, 44);
  drafts.see(8, 50);
  const again = new Drafts(store, "admin-1", () => {});
  assert.deepEqual([again.get(7)?.text, again.get(7)?.seenId, again.get(8)], ["half", 45, null]);
});

/** A composer and a hint as the desk has them, and a store that another tab changes. */
function desk() {
  const store = memoryStore();
  let hear;
  store.watch = (listener) => {
    hear = listener;
  };
  const composer = Object.assign(new EventTarget(), { value: "" });
  const hint = { shown: false, told: [] };
  hint.tell = (messages) => {
    hint.told.push(...messages.map(({ id }) => id));
    hint.shown = messages.length > 0;
  };
  hint.hide = () => {
    hint.shown = false;
  };
  const { signal } = new AbortController();
  const setup = { store, owner: "admin-1", composer, hint, onElsewhere: () => {}, signal };
  const writing = new Writing(setup);
  return {
    store,
    hint,
    composer,
    writing,
    type(text) {
      composer.value = text;
      composer.dispatchEvent(new Event("input"));
    },
    elsewhere(id, text) {
      const value = text && JSON.stringify({ text, time: 1, seenId: 0 });
      store.set(`draft:admin-1:${id}`, value);
      hear(`draft:admin-1:${id}`, value);
    },
  };
}

globalThis.addEventListener ??= () => {};

test("a tab that has written nothing takes back nothing that another tab has", () => {
  const { writing, composer, elsewhere, store } = desk();
  writing.open(7);
  elsewhere(7, "written elsewhere");
  assert.equal(composer.value, "written elsewhere");
  elsewhere(7, "written elsewhere, and on");
  writing.open(8);
  assert.match(store.get("draft:admin-1:7"), /elsewhere, and on/);
  writing.open(7);
  elsewhere(7, null);
  assert.equal(composer.value, "");
  writing.open(8);
  assert.equal(store.get("draft:admin-1:7"), null);
});

test("what was sent in another tab does not come back from this one, which began it", () => {
  const { writing, type, elsewhere, composer, store } = desk();
  writing.open(7);
  type("begun here");
  elsewhere(7, null);
  assert.equal(composer.value, "");
  writing.open(null);
  assert.equal(store.get("draft:admin-1:7"), null);
});

test("a colleague's answer is told until it was read, and then not again", () => {
  const { writing, type, hint } = desk();
  writing.open(7);
  writing.receive(7, [{ id: 40 }]);
  type("half");
  writing.receive(7, [{ id: 41 }]);
  assert.deepEqual(hint.told, [41]);
  // It was not read yet: one comes back, and it is told again.
  type("half a sentence");
  writing.open(8);
  writing.open(7);
  writing.receive(7, [{ id: 40 }, { id: 41 }]);
  assert.deepEqual(hint.told, [41, 41]);
  hint.hide();
  hint.onDismiss();
  writing.open(8);
  writing.open(7);
  writing.receive(7, [{ id: 40 }, { id: 41 }]);
  assert.deepEqual(hint.told, [41, 41]);
});

test("when the visitor one writes to proves to be a member, the answer goes on there", () => {
  const { writing, type, composer, store } = desk();
  writing.open(2);
  type("begun before");
  writing.open(1);
  type("half an answer");
  writing.move(1, 2);
  writing.open(2);
  assert.equal(composer.value, "begun before\nhalf an answer");
  assert.equal(store.get("draft:admin-1:1"), null);
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

test("the keys of a single sign can be turned off, and the others stay", () => {
  assert.equal(meaningOf(key("/"), false, false), null);
  assert.equal(meaningOf(key("?", { shiftKey: true }), false, false), null);
  assert.equal(meaningOf(key("Escape"), false, false), "back");
  assert.equal(meaningOf(key("u", { altKey: true }), false, false), "unread");
});

test("the last message of a conversation is one line, whatever its kind", () => {
  const say = sayFrom({ ...sharedWords, ...deskWords });
  const line = (type, content) => summary(type, JSON.stringify(content), say);
  assert.equal(line(1, { text: "hello [爱心]" }), "hello 💗");
  const labels = [2, 3, 4, 6, 10, 11].map((type) => line(type, {}));
  assert.deepEqual(labels, [
    "[Picture]",
    "[Voice message]",
    "[Video]",
    "[File]",
    "[Product]",
    "[Order]",
  ]);
  assert.match(line(5, { text: "he came back" }), /^\S.* he came back$/);
  // Of a kind that does not exist yet there is a name as well.
  assert.ok(line(99, { text: "?" }).length > 0);
});

test("a notification is one line without signs that cannot be seen, and not too long", () => {
  assert.equal(plainLine("a\n\u202e b\u200b\u0007c"), "a b c");
  assert.equal([...plainLine("字".repeat(500))].length, 141);
});
