import assert from "node:assert/strict";
import { test } from "node:test";
import * as timelines from "../../../assets/shared/timeline.js";

const MEMBER = 1;
const ADMIN = 2;
const SIZE = 3;

const message = (id, senderType = ADMIN, more = {}) => ({
  id,
  conversationId: 1,
  senderId: 5,
  senderAvatar: null,
  senderType,
  contentType: 1,
  content: `{"text":"${id}"}`,
  createTime: id * 1000,
  clientMessageId: `server-made-${senderType}-${id}`,
  ...more,
});
const entry = (name, more = {}) => ({
  clientMessageId: name,
  conversationId: null,
  contentType: 1,
  content: `{"text":"${name}"}`,
  createTime: 1,
  failure: null,
  ...more,
});
const ids = (timeline) => timeline.messages.map((one) => one.id);
const texts = (timeline, readId = 0) =>
  timelines.rows(timeline, MEMBER, readId).map((row) => JSON.parse(row.content).text);
const with_ = (...numbers) =>
  timelines.receive(
    timelines.empty,
    numbers.map((id) => message(id)),
    MEMBER,
  );

test("messages stand in the order of their ids, whatever the order of arrival", () => {
  assert.deepEqual(ids(with_(3, 1, 2)), [1, 2, 3]);
});

test("a message received twice is there once", () => {
  assert.deepEqual(ids(timelines.receive(with_(1, 2), [message(2)], MEMBER)), [1, 2]);
});

test("what waits is drawn after what is stored, in the order it was written", () => {
  const waiting = [entry("a"), entry("b")].reduce(timelines.compose, with_(1));
  assert.deepEqual(texts(waiting), ["1", "a", "b"]);
});

test("the echo of a waiting message takes its place under the same key", () => {
  const waiting = timelines.compose(with_(1), entry("mine"));
  const key = timelines.rows(waiting, MEMBER, 0).at(-1).key;
  const echo = message(2, MEMBER, { clientMessageId: "mine" });
  const stored = timelines.receive(waiting, [echo], MEMBER);
  assert.equal(stored.waiting.length, 0);
  assert.equal(timelines.rows(stored, MEMBER, 0).at(-1).key, key);
});

test("an id chosen by the other side never answers a waiting message of ours", () => {
  const waiting = timelines.compose(with_(1), entry("mine"));
  const forged = message(2, ADMIN, { clientMessageId: "mine" });
  const after = timelines.receive(waiting, [forged], MEMBER);
  assert.equal(after.waiting.length, 1);
  assert.equal(new Set(timelines.rows(after, MEMBER, 0).map((row) => row.key)).size, 3);
});

test("an answer before the echo draws the message once, and the echo replaces it", () => {
  const waiting = timelines.compose(with_(1), entry("mine"));
  const confirmed = timelines.confirm(waiting, entry("mine"), 2, MEMBER);
  assert.deepEqual(texts(confirmed), ["1", "mine"]);
  const echo = message(2, MEMBER, { clientMessageId: "mine", content: '{"text":"as stored"}' });
  assert.deepEqual(texts(timelines.receive(confirmed, [echo], MEMBER)), ["1", "as stored"]);
});

test("an answer after the echo changes nothing", () => {
  const echo = message(2, MEMBER, { clientMessageId: "mine" });
  const echoed = timelines.receive(timelines.compose(with_(1), entry("mine")), [echo], MEMBER);
  assert.deepEqual(timelines.confirm(echoed, entry("mine"), 2, MEMBER), echoed);
});

test("a refused message stays after the message it followed", () => {
  const waiting = timelines.compose(with_(1), entry("bad"));
  const refused = timelines.fail(waiting, entry("bad", { failure: "no" }));
  const later = timelines.receive(refused, [message(2)], MEMBER);
  assert.deepEqual(texts(later), ["1", "bad", "2"]);
  assert.equal(timelines.rows(later, MEMBER, 0)[1].state, "failed");
  assert.deepEqual(texts(timelines.withdraw(later, "bad")), ["1", "2"]);
});

test("own messages up to the read mark are read, those of the other side have no mark", () => {
  const both = timelines.receive(with_(2), [message(1, MEMBER), message(3, MEMBER)], MEMBER);
  const states = timelines.rows(both, MEMBER, 2).map((row) => row.state);
  assert.deepEqual(states, ["read", "sent", "sent"]);
});

test("an older page goes before, and a short one is the beginning", () => {
  const older = timelines.receiveOlder(
    with_(4, 5),
    [3, 2, 1].map((id) => message(id)),
    MEMBER,
    SIZE,
  );
  assert.deepEqual(ids(older), [1, 2, 3, 4, 5]);
  assert.equal(older.complete, false);
  assert.equal(timelines.receiveOlder(older, [], MEMBER, SIZE).complete, true);
});

test("a refetched page that reaches back to what is here is joined to it", () => {
  const page = [6, 5, 4].map((id) => message(id));
  assert.deepEqual(ids(timelines.refresh(with_(2, 3, 4), page, MEMBER, SIZE, 6)), [2, 3, 4, 5, 6]);
});

test("a refetched page with a hole before it replaces what is here", () => {
  const page = [9, 8, 7].map((id) => message(id));
  assert.deepEqual(ids(timelines.refresh(with_(1, 2), page, MEMBER, SIZE, 9)), [7, 8, 9]);
});

test("an answered message of our own or one pushed meanwhile does not hide a hole", () => {
  const answered = timelines.confirm(with_(1, 2), entry("mine"), 9, MEMBER);
  const pushed = timelines.receive(answered, [message(10)], MEMBER);
  const page = [9, 8, 7].map((id) => message(id));
  assert.deepEqual(ids(timelines.refresh(pushed, page, MEMBER, SIZE, 9)), [7, 8, 9, 10]);
});

test("a short refetched page is the whole conversation", () => {
  const whole = timelines.refresh(with_(2), [message(1), message(2)], MEMBER, SIZE, 2);
  assert.deepEqual(ids(whole), [1, 2]);
  assert.equal(whole.complete, true);
});

test("a message says whose it is, but not to the one who wrote it", () => {
  const lin = message(1, ADMIN, { senderId: 5, senderNickname: "Lin" });
  const mia = message(2, ADMIN, { senderId: 6, senderNickname: "Mia" });
  const own = message(3, MEMBER);
  const names = (author, me) =>
    timelines
      .rows(timelines.receive(timelines.empty, [lin, mia, own], author), author, 0, me)
      .map((row) => row.name);
  assert.deepEqual(names(MEMBER, null), ["Lin", "Mia", ""]);
  assert.deepEqual(names(ADMIN, 5), ["", "Mia", ""]);
});

const newIds = (timeline, ...messages) => timelines.newIn(timeline, messages).map(({ id }) => id);

test("new is what is newer than all the server has said, whatever was answered to us meanwhile", () => {
  const here = with_(3, 5);
  assert.deepEqual(newIds(here, message(7), message(6), message(5), message(2)), [6, 7]);
  const answered = timelines.confirm(here, entry("mine"), 9, MEMBER);
  assert.deepEqual(newIds(answered, message(8)), [8]);
  assert.deepEqual(newIds(timelines.receive(here, [message(6)], MEMBER), message(6)), []);
  assert.deepEqual(newIds(timelines.empty, message(1)), [1]);
});

test("a row about which nothing has changed is the same object, and one that was read is another", () => {
  const both = timelines.receive(with_(1, 2), [message(3, MEMBER)], MEMBER);
  const waiting = timelines.compose(both, entry("mine"));
  const before = timelines.rows(waiting, MEMBER, 0);
  const later = timelines.rows(timelines.receive(waiting, [message(4)], MEMBER), MEMBER, 3);
  const same = later.map((row) => before.includes(row));
  assert.deepEqual(same, [true, true, false, false, true]);
  assert.equal(later[2].state, "read");
});

test("one newer message among thousands is put at the end, and an older one in its place", () => {
  const many = with_(...Array.from({ length: 3000 }, (_, at) => at * 2 + 1));
  const newer = timelines.receive(many, [message(9000)], MEMBER);
  assert.equal(ids(newer).at(-1), 9000);
  assert.deepEqual(ids(timelines.receive(newer, [message(4)], MEMBER)).slice(0, 3), [1, 3, 4]);
  assert.equal(ids(timelines.receive(newer, [message(9000)], MEMBER)).length, 3001);
});
