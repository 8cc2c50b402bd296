import assert from "node:assert/strict";
import { test } from "node:test";
import { Conversations } from "../../../assets/admin/conversations.js";
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
const ids = (conversations) => conversations.list().map((one) => one.id);

test("pinned ones come first, then the newest", () => {
  const conversations = new Conversations();
  for (const one of [row(1, { adminPinned: true }), row(2), row(3)]) conversations.put(one);
  assert.deepEqual(ids(conversations), [1, 3, 2]);
});

test("a higher version is never replaced by a lower one", () => {
  const conversations = new Conversations();
  conversations.put(row(1, { version: 5, adminUnreadMessageCount: 2 }));
  conversations.put(row(1, { version: 4, adminUnreadMessageCount: 9 }));
  assert.equal(conversations.unread, 2);
});

test("a deleted conversation leaves the list and comes back with the next message", () => {
  const conversations = new Conversations();
  conversations.put(row(1));
  conversations.put(row(1, { version: 2, adminDeleted: true }));
  assert.deepEqual(ids(conversations), []);
  conversations.put(row(1, { version: 3 }));
  assert.deepEqual(ids(conversations), [1]);
});

test("a merged conversation goes for good, whoever tells of it late", () => {
  const conversations = new Conversations();
  conversations.put(row(1));
  conversations.put(row(2));
  const { moment } = conversations;
  conversations.put(row(2, { version: 5, generation: 2 }));
  conversations.merge(1, 2);
  assert.deepEqual(ids(conversations), [2]);
  conversations.put(row(1, { version: 9 }));
  conversations.replaceAll([row(1), row(2)], moment);
  assert.deepEqual(ids(conversations), [2]);
  assert.equal(conversations.get(2)?.version, 5);
});

test("a conversation that was handed over as it is stays", () => {
  const conversations = new Conversations();
  conversations.put(row(1));
  conversations.put(row(1, { version: 2, generation: 2 }));
  conversations.merge(1, 1);
  assert.deepEqual(ids(conversations), [1]);
});

test("a refetched list drops what it lacks, but not what came up meanwhile", () => {
  const conversations = new Conversations();
  conversations.put(row(1));
  const { moment } = conversations;
  conversations.put(row(2));
  conversations.replaceAll([row(3)], moment);
  assert.deepEqual(ids(conversations), [3, 2]);
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
