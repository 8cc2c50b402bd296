import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../../assets/shared/api.js";
import { Conversation } from "../../../assets/shared/conversation.js";

const STAFF = 2;
const soon = () => new Promise(setImmediate);
const message = (id, more = {}) => ({
  id,
  conversationId: 1,
  senderId: 5,
  senderAvatar: null,
  senderType: STAFF,
  contentType: 1,
  content: `{"text":"${id}"}`,
  createTime: id * 1000,
  clientMessageId: `made-by-the-staff-${id}`,
  ...more,
});
/** A page of these, newest first. */
const pageOf = (...ids) => ids.sort((a, b) => b - a).map((id) => message(id));
const upTo = (last) => pageOf(...Array.from({ length: 30 }, (_, at) => last - at));

/** A conversation on a list that only notes what it is told; each question waits until it is answered. */
function open(t) {
  const asked = [];
  const shown = { ids: [], waits: [], complete: false, loaded: false };
  const list = Object.assign(new EventTarget(), {
    atBottom: true,
    clear: () => {},
    toBottom: () => {},
    wait: (key) => shown.waits.push(key),
    show: (rows, state) => {
      Object.assign(shown, state, { ids: rows.map(({ key }) => Number(key.split("-").at(-1))) });
    },
  });
  const composer = Object.assign(new EventTarget(), { enable: () => {} });
  const conversation = new Conversation({
    author: 1,
    conversationId: null,
    page: (beforeId) => new Promise((resolve, reject) => asked.push({ beforeId, resolve, reject })),
    read: async () => {},
    outbox: { entries: () => [], listen: () => () => {} },
    uploads: { value: null, whenHere: () => {} },
    onProblem: () => {},
    attention: { given: false, listen: () => () => {} },
    list,
    composer,
  });
  t.after(() => conversation.leave());
  /** Answers the question asked last. */
  const answer = async (page) => {
    asked.at(-1).resolve(page);
    await soon();
  };
  const emit = (name) => list.dispatchEvent(new CustomEvent(name));
  return { conversation, asked, shown, answer, emit };
}

const ids = (news) => news.map(({ id }) => id);

test("each message is news once, however it comes, and what was here at first is none", async (t) => {
  const { conversation, answer } = open(t);
  const first = conversation.refresh(3);
  await answer(pageOf(1, 2, 3));
  assert.deepEqual(await first, []);
  assert.deepEqual(ids(conversation.receive(message(4))), [4]);
  assert.deepEqual(conversation.receive(message(4)), []);
  const missed = conversation.refresh(6);
  await answer(pageOf(1, 2, 3, 4, 5, 6));
  assert.deepEqual(ids(await missed), [5, 6]);
  assert.deepEqual(conversation.receive(message(6)), []);
});

test("older messages that were asked for before the timeline was replaced make no hole in it", async (t) => {
  const { conversation, asked, shown, answer, emit } = open(t);
  void conversation.refresh(100);
  await answer(upTo(100));
  emit("older");
  assert.equal(asked.at(-1).beforeId, 71);
  assert.equal(shown.waits.at(-1), "chat.loadingOlder");
  const late = asked.at(-1);
  void conversation.refresh(300);
  await answer(upTo(300));
  late.resolve(upTo(70));
  await soon();
  assert.equal(shown.waits.at(-1), "");
  assert.deepEqual([shown.ids[0], shown.ids.length], [271, 30]);
  emit("older");
  assert.equal(asked.at(-1).beforeId, 271);
  await answer(pageOf(269, 270));
  assert.deepEqual([shown.ids[0], shown.complete], [269, true]);
});

test("rewritten history stays on the screen until what takes its place is here, with what came meanwhile", async (t) => {
  const { conversation, shown, answer } = open(t);
  void conversation.refresh(3);
  await answer(pageOf(1, 2, 3));
  const reloaded = conversation.reload();
  conversation.receive(message(9));
  assert.deepEqual(shown.ids, [1, 2, 3, 9]);
  await answer(pageOf(2, 3, 4));
  await reloaded;
  assert.deepEqual(shown.ids, [2, 3, 4, 9]);
});

test("a reload that was refused is made up for by the next refresh", async (t) => {
  const { conversation, asked, shown, answer } = open(t);
  void conversation.refresh(3);
  await answer(pageOf(1, 2, 3));
  const reloaded = assert.rejects(conversation.reload());
  asked.at(-1).reject(new ApiError(404, ""));
  await reloaded;
  assert.deepEqual(shown.ids, [1, 2, 3]);
  void conversation.refresh(3);
  await answer(pageOf(2, 3));
  assert.deepEqual(shown.ids, [2, 3]);
});

test("a chat that could not be loaded says so, and is loaded when it is asked for again", async (t) => {
  const { conversation, asked, shown, answer, emit } = open(t);
  const opened = assert.rejects(conversation.refresh(3));
  assert.equal(shown.waits.at(-1), "chat.loading");
  asked.at(-1).reject(new ApiError(403, "no"));
  await opened;
  await soon();
  asked.at(-1).reject(new ApiError(403, "no"));
  await soon();
  assert.equal(shown.waits.at(-1), "chat.loadFailed");
  emit("again");
  assert.equal(shown.waits.at(-1), "chat.loading");
  await answer(pageOf(1, 2, 3));
  assert.equal(shown.waits.at(-1), "");
  assert.deepEqual([shown.ids, shown.loaded], [[1, 2, 3], true]);
});

test("what was asked for one person is never shown to the next", async (t) => {
  const { conversation, asked, shown, answer } = open(t);
  void conversation.refresh(3);
  const late = asked.at(-1);
  conversation.forget();
  late.resolve(pageOf(1, 2, 3));
  await soon();
  assert.deepEqual([shown.ids, shown.loaded], [[], false]);
  void conversation.refresh(8);
  await answer(pageOf(8));
  assert.deepEqual(shown.ids, [8]);
});
