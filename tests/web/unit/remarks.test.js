import assert from "node:assert/strict";
import { test } from "node:test";
import { Remarks } from "../../../assets/admin/remarks.js";
import { ApiError } from "../../../assets/shared/api.js";
import { memoryStore } from "../../../assets/shared/store.js";

/** Remarks over a server that answers as told, in turn; the last answer is for ever. */
function open(answers, store = memoryStore()) {
  const asked = [];
  const told = [];
  const waits = [];
  const onState = (id, state, message) => {
    told.push(message ? `${id} ${state} ${message}` : `${id} ${state}`);
    for (const look of waits.splice(0)) look();
  };
  const send = async (userId, { text, was }) => {
    asked.push([userId, text, was]);
    const answer = await (answers.length > 1 ? answers.shift() : answers[0]);
    if (typeof answer === "number") throw new ApiError(answer, `said ${answer}`);
  };
  const remarks = new Remarks({ store, send, onState, random: () => 0 });
  const until = async (state) => {
    while (!told.includes(state)) await new Promise((resolve) => waits.push(resolve));
  };
  return { remarks, asked, told, store, until };
}

test("what was written is sent when the field is left, with what stood there before", async () => {
  const { remarks, asked, told, store, until } = open(["ok"]);
  remarks.write(7, "likes l", "old");
  remarks.write(7, "likes lamps", "old");
  assert.deepEqual(asked, []);
  remarks.save(7);
  await until("7 saved");
  assert.deepEqual(asked, [[7, "likes lamps", "old"]]);
  assert.deepEqual(told, ["7 saving", "7 saved"]);
  assert.deepEqual(store.keys(""), []);
});

test("without an answer it is tried until there is one", async () => {
  const { remarks, asked, store, until } = open([0, 503, 429, "ok"]);
  remarks.write(7, "a", "");
  remarks.save(7);
  await until("7 waiting");
  assert.equal(store.keys("").length, 1);
  await until("7 saved");
  assert.equal(asked.length, 4);
});

test("what a closed page did not get away is sent by the next one", async () => {
  const store = memoryStore();
  const answers = [0];
  const first = open(answers, store);
  first.remarks.write(7, "a", "");
  first.remarks.write(8, "half writ", "");
  first.remarks.save(7);
  await first.until("7 waiting");
  const next = open(["ok"], store);
  next.remarks.wake();
  await next.until("7 saved");
  assert.deepEqual(next.asked, [[7, "a", ""]]);
  // Nobody has left that field yet: it waits for its writer.
  assert.deepEqual(next.remarks.meet(8, ""), { text: "half writ", theirs: null });
  answers.push("ok");
  await first.until("7 saved");
});

test("whoever is signed out has it sent when somebody is signed in", async () => {
  const { remarks, asked, until } = open([401, "ok"]);
  remarks.write(7, "a", "");
  remarks.save(7);
  await until("7 waiting");
  remarks.wake();
  await until("7 saved");
  assert.equal(asked.length, 2);
});

test("a colleague's words are shown beside one's own, and nothing is sent before one has chosen", async () => {
  const { remarks, asked, told, until } = open(["ok"]);
  remarks.write(7, "mine", "old");
  assert.deepEqual(remarks.meet(7, "old"), { text: "mine", theirs: null });
  assert.deepEqual(remarks.meet(7, "theirs"), { text: "mine", theirs: "theirs" });
  remarks.save(7);
  remarks.wake();
  assert.deepEqual([asked, told], [[], ["7 changed"]]);
  remarks.insist(7, "theirs");
  await until("7 saved");
  assert.deepEqual(asked, [[7, "mine", "theirs"]]);
});

test("a colleague's words that only the server knows are found by its refusal", async () => {
  const { remarks, asked, until } = open([409, "ok"]);
  remarks.write(7, "mine", "old");
  remarks.save(7);
  await until("7 changed said 409");
  remarks.wake();
  assert.equal(asked.length, 1);
  assert.deepEqual(remarks.meet(7, "theirs"), { text: "mine", theirs: "theirs" });
  remarks.forget(7);
  assert.deepEqual(remarks.meet(7, "theirs"), { text: "theirs", theirs: null });
});

test("one's own words that come back are not a colleague's", async () => {
  let answer;
  const slow = new Promise((resolve) => {
    answer = resolve;
  });
  const { remarks, asked, until } = open([slow, "ok"]);
  remarks.write(7, "a", "");
  remarks.save(7);
  remarks.write(7, "a and b", "");
  // Told by the socket before the answer is here.
  assert.deepEqual(remarks.meet(7, "a"), { text: "a and b", theirs: null });
  remarks.save(7);
  answer("ok");
  await until("7 saved");
  assert.deepEqual(asked, [
    [7, "a", ""],
    [7, "a and b", "a"],
  ]);
});

test("what is refused for good is said once, stays, and is not sent by itself", async () => {
  const { remarks, asked, until } = open([400]);
  remarks.write(7, "a", "");
  remarks.save(7);
  await until("7 failed said 400");
  remarks.wake();
  assert.equal(asked.length, 1);
  assert.deepEqual(remarks.meet(7, ""), { text: "a", theirs: null });
});

test("what is taken back is forgotten, and of very many the oldest", () => {
  const { remarks, store } = open(["ok"]);
  remarks.write(7, "a", "old");
  remarks.write(7, "old", "old");
  assert.deepEqual(store.keys(""), []);
  for (let id = 1; id <= 101; id += 1) remarks.write(id, "a", "");
  assert.equal(store.keys("").length, 100);
});
