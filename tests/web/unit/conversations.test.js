import assert from "node:assert/strict";
import { test } from "node:test";
import { Conversations, END, START } from "../../../assets/admin/conversations.js";
import { ApiError } from "../../../assets/shared/api.js";
import { coalesce, persist } from "../../../assets/shared/coalesce.js";

const row = (id, more = {}) => ({
  id,
  version: 1,
  lastMessageTime: id,
  adminPinned: false,
  adminDeleted: false,
  adminUnreadMessageCount: 0,
  ...more,
});
const ids = (conversations, ...view) => conversations.list(...view).map((one) => one.id);
/** The first page, which is the whole list unless there are as many as were asked for. */
const first = (conversations, page, { moment, size = 50 } = conversations) =>
  conversations.takePage("all", page, { after: START, size, moment });
/** As it is when the whole list is known. */
const whole = () => {
  const conversations = new Conversations();
  first(conversations, []);
  return conversations;
};

test("pinned ones come first, then the newest", () => {
  const conversations = whole();
  for (const one of [row(1, { adminPinned: true }), row(2), row(3)]) conversations.put(one);
  assert.deepEqual(ids(conversations), [1, 3, 2]);
});

test("a higher version is never replaced by a lower one", () => {
  const conversations = whole();
  conversations.put(row(1, { version: 5, adminUnreadMessageCount: 2 }));
  conversations.put(row(1, { version: 4, adminUnreadMessageCount: 9 }));
  assert.deepEqual(conversations.unread, { conversations: 1, messages: 2 });
});

test("a deleted conversation leaves the list and comes back with the next message", () => {
  const conversations = whole();
  conversations.put(row(1));
  conversations.put(row(1, { version: 2, adminDeleted: true }));
  assert.deepEqual(ids(conversations), []);
  conversations.put(row(1, { version: 3 }));
  assert.deepEqual(ids(conversations), [1]);
});

test("a merged conversation goes for good, whoever tells of it late", () => {
  const conversations = whole();
  conversations.put(row(1));
  conversations.put(row(2));
  const { moment } = conversations;
  conversations.put(row(2, { version: 5, generation: 2 }));
  conversations.merge(1, 2);
  assert.deepEqual(ids(conversations), [2]);
  conversations.put(row(1, { version: 9 }));
  first(conversations, [row(1), row(2)], { moment });
  assert.deepEqual(ids(conversations), [2]);
  assert.equal(conversations.get(2)?.version, 5);
});

test("a conversation that was handed over as it is stays", () => {
  const conversations = whole();
  conversations.put(row(1));
  conversations.put(row(1, { version: 2, generation: 2 }));
  conversations.merge(1, 1);
  assert.deepEqual(ids(conversations), [1]);
});

test("a refetched list drops what it lacks, but not what came up meanwhile", () => {
  const conversations = whole();
  conversations.put(row(1));
  const { moment } = conversations;
  conversations.put(row(2));
  first(conversations, [row(3)], { moment });
  assert.deepEqual(ids(conversations), [3, 2]);
});

test("of a long list only what is above the last page's end is shown", () => {
  const conversations = new Conversations();
  const end = first(conversations, [row(1, { adminPinned: true }), row(9), row(8)], { size: 2 });
  assert.deepEqual(end, { time: 8, id: 8 });
  // Somebody's search, an open address, or an unpinned one: between it and the page there may be others.
  conversations.put(row(5));
  assert.deepEqual(ids(conversations), [1, 9, 8]);
  conversations.put(row(1, { version: 2 }));
  assert.deepEqual(ids(conversations), [9, 8]);
  const page = [row(7), row(6)];
  const next = { after: end, size: 2, moment: conversations.moment };
  conversations.takePage("all", page, next);
  assert.deepEqual(ids(conversations), [9, 8, 7, 6]);
  const last = { after: { time: 6, id: 6 }, size: 2, moment: conversations.moment };
  assert.equal(conversations.takePage("all", [row(1, { version: 2 })], last), END);
  // The one in between was not in the page that should have had it: it is gone.
  assert.deepEqual(ids(conversations), [9, 8, 7, 6, 1]);
});

test("a page that was asked for anew drops what left its range, and leaves what is below", () => {
  const conversations = new Conversations();
  first(conversations, [row(9), row(8)], { size: 2 });
  conversations.takePage("all", [row(7), row(6)], {
    after: { time: 8, id: 8 },
    size: 2,
    moment: conversations.moment,
  });
  const { moment } = conversations;
  const page = [row(7, { version: 2, lastMessageTime: 20 }), row(9), row(7.5)];
  first(conversations, page, { moment, size: 3 });
  assert.deepEqual(ids(conversations), [7, 9, 7.5, 6]);
});

test("what was not fetched anew after a gap is not shown any more, but the open one is known", () => {
  const conversations = new Conversations();
  first(conversations, [row(9), row(8)], { size: 2 });
  for (const id of [7, 6]) conversations.put(row(id));
  const { moment } = conversations;
  const end = first(conversations, [row(9), row(8)], { moment, size: 2 });
  conversations.settle({ all: end, unread: START }, moment, 6);
  assert.deepEqual(ids(conversations), [9, 8]);
  assert.equal(conversations.get(7), null);
  assert.equal(conversations.get(6)?.id, 6);
});

test("the unread ones are a list of their own, where the open one stays while it is read", () => {
  const conversations = whole();
  conversations.put(row(1, { adminUnreadMessageCount: 3 }));
  conversations.put(row(2));
  conversations.takePage("unread", [row(1, { adminUnreadMessageCount: 3 })], {
    after: START,
    size: 50,
    moment: conversations.moment,
  });
  assert.deepEqual(ids(conversations, "unread"), [1]);
  assert.deepEqual(ids(conversations, "unread", 2), [2, 1]);
  conversations.put(row(1, { version: 2 }));
  assert.deepEqual(ids(conversations, "unread", 1), [1]);
  assert.deepEqual(ids(conversations, "unread"), []);
});

test("when all are known the unread are known, and down to where all are known they are as well", () => {
  const conversations = new Conversations();
  first(conversations, [row(9, { adminUnreadMessageCount: 1 }), row(8)], { size: 2 });
  assert.deepEqual(ids(conversations, "unread"), [9]);
  assert.equal(conversations.isWhole("unread"), false);
  const last = { after: { time: 8, id: 8 }, size: 2, moment: conversations.moment };
  conversations.takePage("all", [row(7, { adminUnreadMessageCount: 1 })], last);
  assert.equal(conversations.isWhole("unread"), true);
  assert.deepEqual(ids(conversations, "unread"), [9, 7]);
});

test("a hidden conversation that is open is not taken for gone because no page names it", () => {
  const conversations = whole();
  conversations.put(row(1, { adminDeleted: true }));
  first(conversations, [row(2)]);
  assert.equal(conversations.get(1)?.adminDeleted, true);
  assert.deepEqual(ids(conversations), [2]);
});

test("many reasons to fetch make at most one more fetch", async () => {
  let runs = 0;
  const work = coalesce(async () => {
    runs += 1;
    await new Promise(setImmediate);
  });
  await Promise.all([work(), work(), work(), work()]);
  assert.equal(runs, 2);
  await work();
  assert.equal(runs, 3);
});

test("a busy server is asked again, a final answer is taken", async () => {
  const answers = [503, 0, null];
  const ask = async () => {
    const status = answers.shift();
    if (status !== null) throw new ApiError(status, "");
  };
  assert.equal(await persist(ask, () => 0), true);
  const refused = () => Promise.reject(new ApiError(404, ""));
  assert.equal(await persist(refused, () => 0), false);
});
