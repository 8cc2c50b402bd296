import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Listing } from "../../../assets/admin/listing.js";
import { News } from "../../../assets/admin/news.js";
import { Recent } from "../../../assets/admin/recent.js";
import { Refetching } from "../../../assets/admin/refetching.js";
import { ApiError } from "../../../assets/shared/api.js";

const row = (id, more = {}) => ({
  id,
  version: 1,
  lastMessageTime: id,
  adminPinned: false,
  adminDeleted: false,
  adminUnreadMessageCount: 0,
  ...more,
});
const unread = (id, count = 1, more = {}) => row(id, { adminUnreadMessageCount: count, ...more });

/** Lets what was promised happen. */
const settle = () => new Promise(setImmediate);

/** A server with these conversations, newest first, and a list of them; `answer` may hold or refuse an answer. */
function desk(rows) {
  const server = { rows, asked: [], answer: async () => {} };
  const ask = async (_, path) => {
    server.asked.push(path);
    const query = new URL(path, "http://desk.test").searchParams;
    const all = server.rows.filter((one) => !one.adminDeleted);
    const waiting = all.filter((one) => one.adminUnreadMessageCount > 0);
    const messages = waiting.reduce((sum, one) => sum + one.adminUnreadMessageCount, 0);
    const before = Number(query.get("beforeId") ?? Number.POSITIVE_INFINITY);
    const list = query.has("unread") ? waiting : all;
    const page = list.filter(({ id }) => id < before).slice(0, Number(query.get("limit")));
    await server.answer(path);
    return path.includes("unread-count") ? { conversations: waiting.length, messages } : page;
  };
  let changes = 0;
  const listing = new Listing({
    ask,
    onChange: () => {
      changes += 1;
    },
  });
  return { server, listing, changes: () => changes };
}

/** So many that they are not fetched at once; every tenth waits. */
const many = (count = 300) =>
  Array.from({ length: count }, (_, index) => row(count - index)).map((one) =>
    one.id % 10 === 0 ? unread(one.id) : one,
  );
const ids = (listing) => listing.conversations.list(listing.view).map(({ id }) => id);

test("of a short list nothing more is asked to know which are unread", async () => {
  const { listing, server } = desk([unread(3), row(2), unread(1)]);
  await listing.refresh(null);
  assert.equal(listing.count, 3);
  listing.show("unread");
  await settle();
  assert.deepEqual(ids(listing), [3, 1]);
  assert.equal(listing.isWhole, true);
  assert.equal(server.asked.length, 1);
});

test("of a long list nobody says that all is read before it is known", async () => {
  const { listing } = desk(many().map((one) => ({ ...one, adminUnreadMessageCount: 0 })));
  await listing.refresh(null);
  assert.equal(listing.count, null);
  listing.show("unread");
  assert.deepEqual([listing.isWhole, ids(listing)], [false, []]);
  await settle();
  assert.deepEqual([listing.isWhole, ids(listing)], [true, []]);
});

test("the unread of a long list go on where the list ends, and are asked for again when it fails", async (t) => {
  t.mock.method(Math, "random", () => 0);
  const { listing, server } = desk(many(2000));
  await listing.refresh(null);
  const answers = [new ApiError(503, ""), new ApiError(0, "")];
  server.answer = async () => {
    const wrong = answers.shift();
    if (wrong) throw wrong;
  };
  listing.show("unread");
  assert.deepEqual(ids(listing), [2000, 1990, 1980, 1970, 1960]);
  while (answers.length > 0) await settle();
  await new Promise((resolve) => setTimeout(resolve));
  await settle();
  assert.equal(ids(listing).length, 55);
  assert.match(server.asked.at(-1), /beforeId=1951.*unread=true/);
});

test("while all is fetched anew nothing leaves the unread that still waits", async () => {
  const { listing, server } = desk(many(2000));
  await listing.refresh(null);
  listing.show("unread");
  await settle();
  const before = ids(listing);
  server.answer = () => settle();
  const done = listing.refresh(null);
  let ended = false;
  void done.then(() => {
    ended = true;
  });
  while (!ended) {
    assert.deepEqual(ids(listing).slice(0, before.length), before);
    await settle();
  }
  assert.deepEqual(ids(listing).slice(0, 55), before);
});

test("an answer to what was asked before the line was lost is dropped", async () => {
  const { listing, server } = desk(many());
  await listing.refresh(null);
  let letGo;
  server.answer = () =>
    new Promise((resolve) => {
      letGo = resolve;
    });
  void listing.more();
  await settle();
  // Meanwhile a conversation of that page has gone.
  server.rows = server.rows.filter(({ id }) => id !== 240);
  server.answer = async () => {};
  const late = letGo;
  await listing.refresh(null);
  late();
  await settle();
  assert.equal(listing.conversations.get(240), null);
});

test("what is counted already is not counted again when its row comes", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { listing } = desk(many());
  await listing.refresh(null);
  assert.deepEqual(listing.unread, { conversations: 30, messages: 30 });
  listing.put(unread(20));
  assert.deepEqual(listing.unread, { conversations: 30, messages: 30 });
  // And of a known one what has changed is.
  listing.put(unread(300, 4, { version: 2 }));
  assert.deepEqual(listing.unread, { conversations: 30, messages: 33 });
});

test("a new conversation is counted at once, and however busy the shop is a count is taken", async (t) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
  const { listing, server } = desk(many());
  await listing.refresh(null);
  const asked = server.asked.length;
  server.answer = async () => listing.put(row(299, { version: listing.conversations.moment }));
  server.rows = [unread(301, 2), ...server.rows];
  listing.put(server.rows[0]);
  mock.timers.tick(0);
  await settle();
  assert.deepEqual(listing.unread, { conversations: 31, messages: 32 });
  assert.equal(server.asked.length - asked, 3);
});

test("two quick presses for the next unread one lead to one", async () => {
  const { listing } = desk(many(2000).map((one) => (one.id > 1900 ? row(one.id) : one)));
  await listing.refresh(null);
  assert.deepEqual(await Promise.all([listing.nextUnread(null), listing.nextUnread(null)]), [
    1900,
    null,
  ]);
  // The open one is where one is already.
  assert.equal(await listing.nextUnread(1900), 1890);
});

/** Asks for rows and knows some. */
function refetching(known = {}) {
  const asked = [];
  const fetch = async (id) => asked.push(id);
  return { asked, refetching: new Refetching({ fetch, row: (id) => known[id] ?? null }) };
}

test("what the whole list brings is not asked for by itself; what came after it is", async () => {
  const known = { 1: row(1, { lastMessageTime: 50 }), 2: row(2, { lastMessageTime: 50 }) };
  const { refetching: rows, asked } = refetching(known);
  const held = rows.hold();
  rows.want(1, 40);
  rows.want(1, 50);
  rows.want(2, 51);
  rows.want(2, 40);
  rows.want(3, 10);
  assert.deepEqual(asked, []);
  assert.equal(rows.release(held), true);
  assert.deepEqual(asked, [2, 3]);
  rows.want(1, 60);
  await settle();
  assert.deepEqual(asked, [2, 3, 1]);
});

test("what was missed is in the list that was fetched for it, however late it comes by itself", () => {
  const { refetching: rows, asked } = refetching({ 1: row(1, { lastMessageTime: 50 }) });
  rows.recall(1, 40);
  rows.recall(1, 50);
  assert.deepEqual(asked, []);
  rows.recall(2, 40);
  assert.deepEqual(asked, [2]);
});

test("what was read is asked for whatever the time, and an older list lets nothing go", () => {
  const { refetching: rows, asked } = refetching({ 1: row(1, { lastMessageTime: 50 }) });
  const older = rows.hold();
  const held = rows.hold();
  rows.want(1);
  assert.equal(rows.release(older), false);
  assert.deepEqual(asked, []);
  rows.release(held);
  assert.deepEqual(asked, [1]);
});

test("a conversation one comes back to is shown as it was, unless its history was rewritten", () => {
  const recent = new Recent();
  const kept = (id) => ({ messages: [{ id }], complete: false, reportedId: 0 });
  for (let id = 1; id <= 21; id += 1) recent.keep(id, 1, kept(id));
  recent.keep(22, 1, null);
  assert.equal(recent.find(1, 1), undefined);
  assert.deepEqual(recent.find(2, 1), kept(2));
  assert.equal(recent.find(2, 2), undefined);
  assert.equal(recent.find(22, 1), undefined);
  recent.clear();
  assert.equal(recent.find(2, 1), undefined);
});

/** What the staff would be told. */
function news() {
  const told = [];
  const notice = {
    news: ({ id }, message, open) => told.push([id, message?.id ?? null, open]),
    more: (count) => told.push(`${count} more`),
    settled: (id) => told.push(`${id} settled`),
  };
  return { told, news: new News(notice) };
}

test("of very much that came while the line was down a little is told, and the rest as a number", () => {
  const { told, news: here } = news();
  const now = [9, 8, 7, 6, 5].map((id) => unread(id, 2));
  here.heard({ id: 90, conversationId: 9 });
  here.missed([unread(9), row(8), row(7), row(6), unread(5, 2)], now, 8);
  assert.deepEqual(told, [[9, 90, false], [8, null, true], [7, null, false], "1 more"]);
});

test("what waited before the page was opened is not told, and what came meanwhile is, once", () => {
  const { told, news: here } = news();
  here.heard({ id: 90, conversationId: 9 });
  here.heard({ id: 80, conversationId: 8 });
  // A colleague has read the one already.
  here.missed(null, [unread(9), row(8), unread(7)], null);
  assert.deepEqual(told, [[9, 90, false], "8 settled"]);
  told.length = 0;
  here.met(unread(9), null);
  assert.deepEqual(told, []);
});
