import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../../assets/shared/api.js";
import { Outbox } from "../../../assets/shared/outbox.js";
import { memoryStore } from "../../../assets/shared/store.js";

/** An outbox over a server that answers as told, in turn; the last answer is for ever. */
function open(answers, store = memoryStore()) {
  const asked = [];
  const changes = [];
  const states = [];
  let id = 100;
  const send = async ({ clientMessageId, content }) => {
    asked.push({ clientMessageId, content });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (typeof answer === "number") throw new ApiError(answer, `said ${answer}`);
    if (answer instanceof ApiError) throw answer;
    id += 1;
    return id;
  };
  const onState = (fine) => states.push(fine);
  const outbox = new Outbox({ store, owner: "member", send, onState, random: () => 0 });
  outbox.listen((change) => changes.push(change));
  const until = (kind, count = 1) =>
    new Promise((resolve) => {
      const look = () => {
        if (changes.filter((change) => change.kind === kind).length >= count) resolve();
      };
      outbox.listen(look);
      look();
    });
  return { outbox, asked, changes, states, store, until };
}

/** Stores of two tabs over one storage: each hears what the other has changed. */
function tabs() {
  const both = [];
  const open = () => {
    const memory = memoryStore();
    const listeners = [];
    const tab = {
      ...memory,
      listeners,
      memory,
      set: (key, value) => {
        memory.set(key, value);
        for (const other of both.filter((one) => one !== tab)) {
          other.memory.set(key, value);
          for (const listener of other.listeners) listener(key, value);
        }
      },
      watch: (listener) => listeners.push(listener),
    };
    both.push(tab);
    return tab;
  };
  return [open(), open()];
}

/** Two tabs with the same messages waiting, as after a reload of both; only the first one sends. */
function twice(answers, texts) {
  const [one, two] = tabs();
  const writer = open(["ok"], one).outbox;
  for (const text of texts) writer.add(null, 1, text);
  return [open(answers, one), open(["ok"], two)];
}

const contents = ({ outbox }) => outbox.entries(null).map((entry) => entry.content);

test("messages go one at a time, in the order they were written", async () => {
  const { outbox, asked, until } = open(["ok"]);
  for (const text of ["a", "b", "c"]) outbox.add(null, 1, text);
  outbox.start();
  await until("sent", 3);
  assert.deepEqual(
    asked.map((one) => one.content),
    ["a", "b", "c"],
  );
  assert.equal(outbox.size, 0);
});

for (const status of [0, 408, 429, 500, 502, 503]) {
  test(`after ${status} the same message goes again under the same id`, async () => {
    const { outbox, asked, until } = open([status, status, "ok"]);
    outbox.start();
    const entry = outbox.add(null, 1, "a");
    await until("sent");
    assert.equal(asked.length, 3);
    assert.deepEqual(
      [...new Set(asked.map((one) => one.clientMessageId))],
      [entry.clientMessageId],
    );
  });
}

for (const status of [400, 403, 404, 413, 415, 422]) {
  test(`${status} is final: the message stays, refused, and the next one goes`, async () => {
    const { outbox, until, asked } = open([status, "ok"]);
    outbox.start();
    outbox.add(null, 1, "bad");
    outbox.add(null, 1, "good");
    await until("sent");
    assert.equal(asked.length, 2);
    assert.equal(outbox.entries(null)[0].failure, `said ${status}`);
  });
}

test("401 keeps the message and it goes again at once", async () => {
  const { outbox, until, asked } = open([401, "ok"]);
  outbox.start();
  outbox.add(null, 1, "a");
  await until("sent");
  assert.equal(asked.length, 2);
});

test("what was not acknowledged survives a reload, in order, under the same ids", async () => {
  const store = memoryStore();
  const before = open(["ok"], store).outbox;
  const written = ["a", "b", "c"].map((text) => before.add(null, 1, text).clientMessageId);
  const { outbox, asked, until } = open(["ok"], store);
  assert.deepEqual(
    outbox.entries(null).map((one) => one.clientMessageId),
    written,
  );
  outbox.start();
  await until("sent", 3);
  assert.deepEqual(
    asked.map((one) => one.clientMessageId),
    written,
  );
  assert.deepEqual(store.keys("outbox:"), []);
});

test("a refused message survives a reload as refused, and is not sent by itself", async () => {
  const store = memoryStore();
  const first = open([400], store);
  first.outbox.start();
  first.outbox.add(null, 1, "bad");
  await first.until("failed");
  const second = open(["ok"], store);
  second.outbox.start();
  assert.equal(second.outbox.entries(null)[0].failure, "said 400");
  assert.equal(second.asked.length, 0);
});

test("retry sends a refused message under the same id, discard forgets it", async () => {
  const { outbox, until, asked, store } = open([400, 400, "ok"]);
  outbox.start();
  const kept = outbox.add(null, 1, "kept");
  const thrown = outbox.add(null, 1, "thrown");
  await until("failed", 2);
  outbox.discard(thrown.clientMessageId);
  outbox.retry(kept.clientMessageId);
  await until("sent");
  assert.equal(asked.length, 3);
  assert.equal(asked[2].clientMessageId, kept.clientMessageId);
  assert.deepEqual(store.keys("outbox:"), []);
});

test("only where another message is stored under its id a retry takes a new one, after a reload too", async () => {
  const store = memoryStore();
  const before = open([422], store);
  before.outbox.start();
  const kept = before.outbox.add(null, 1, "kept");
  await before.until("failed");
  const { outbox, until, asked } = open(["ok"], store);
  outbox.start();
  outbox.retry(kept.clientMessageId);
  await until("sent");
  assert.notEqual(asked[0].clientMessageId, kept.clientMessageId);
});

test("what is no answer of our server is not final, whatever its status says", async () => {
  const foreign = (status) => new ApiError(status, "", undefined, false);
  const { outbox, until, asked } = open([foreign(403), foreign(404), foreign(401), "ok"]);
  outbox.start();
  outbox.add(null, 1, "a");
  await until("sent");
  assert.equal(new Set(asked.map((one) => one.clientMessageId)).size, 1);
  assert.equal(asked.length, 4);
});

test("it says whether the server answers, and all is well when nothing waits", async () => {
  const { outbox, until, states } = open([0, 503, 429, "ok"]);
  outbox.start();
  outbox.add(null, 1, "a");
  await until("sent");
  await new Promise(setImmediate);
  assert.deepEqual(states.slice(0, 4), [true, false, false, true]);
  assert.equal(states.at(-1), true);
});

test("what another tab has sent, moved or thrown away is not sent from here", async () => {
  const [one, two] = twice(["ok"], ["a", "b"]);
  one.outbox.start();
  await one.until("sent", 2);
  assert.deepEqual(contents(two), []);
  assert.deepEqual(
    two.changes.map(({ kind }) => kind),
    ["removed", "removed"],
  );
  two.outbox.start();
  await new Promise(setImmediate);
  assert.equal(two.asked.length, 0);
});

test("a visitor who becomes a member in one tab is not sent for as a visitor from another", async () => {
  const [one, two] = twice(["ok"], ["a"]);
  const [key] = one.store.keys("outbox:member:");
  one.store.set(key.replace("member", "u7"), one.store.get(key));
  one.store.set(key, null);
  two.outbox.start();
  await new Promise(setImmediate);
  assert.equal(two.asked.length, 0);
  two.outbox.become("u7");
  await two.until("sent");
});

test("a refusal, a retry and a deletion in one tab follow in the other", async () => {
  const [one, two] = twice([400, 400, "ok"], ["a", "b"]);
  one.outbox.start();
  await one.until("failed", 2);
  assert.deepEqual(
    two.outbox.entries(null).map(({ failure }) => failure),
    ["said 400", "said 400"],
  );
  const [a, b] = one.outbox.entries(null);
  one.outbox.discard(a.clientMessageId);
  assert.deepEqual(contents(two), ["b"]);
  one.outbox.retry(b.clientMessageId);
  assert.deepEqual(contents(two), []);
  await one.until("sent");
});

test("a try that fails after another tab has succeeded leaves nothing behind", async () => {
  const [one, two] = twice(["ok"], ["a"]);
  let refuse;
  two.outbox.send = () =>
    new Promise((_, reject) => {
      refuse = () => reject(new ApiError(400, "late"));
    });
  two.outbox.start();
  one.outbox.start();
  await one.until("sent");
  refuse();
  await new Promise(setImmediate);
  assert.deepEqual(two.store.keys("outbox:"), []);
  assert.deepEqual(contents(two), []);
});

test("waking ends a wait, but not one that the server asked for", async () => {
  const named = open([new ApiError(429, "", 60_000), "ok"]);
  named.outbox.start();
  named.outbox.add(null, 1, "a");
  await new Promise(setImmediate);
  named.outbox.wake();
  await new Promise(setImmediate);
  assert.equal(named.asked.length, 1);
  named.outbox.stop();

  const own = open([503, "ok"]);
  own.outbox.random = () => 1;
  own.outbox.start();
  own.outbox.add(null, 1, "a");
  await new Promise(setImmediate);
  own.outbox.wake();
  await own.until("sent");
  assert.equal(own.asked.length, 2);
});

test("a stored text of an unknown shape is not sent", () => {
  const store = memoryStore({ "outbox:member:x": "{", "outbox:member:y": '{"content":1}' });
  assert.equal(open(["ok"], store).outbox.size, 0);
});

test("one owner never sends what another wrote", () => {
  const store = memoryStore();
  open(["ok"], store).outbox.add(null, 1, "a");
  const other = new Outbox({ store, owner: "admin-1", send: async () => 1 });
  assert.equal(other.size, 0);
});

test("what came up as a file is sent under the id that was made when it was chosen", async () => {
  const { outbox, asked, until } = open(["ok"]);
  outbox.add(null, 2, "a", "chosen-when-picked-1");
  outbox.start();
  await until("sent");
  assert.equal(asked[0].clientMessageId, "chosen-when-picked-1");
});

test("what waits for a conversation that was merged goes to the one of now", async () => {
  const store = memoryStore();
  const { outbox, changes } = open(["ok"], store);
  outbox.add(1, 1, "a");
  outbox.add(2, 1, "b");
  outbox.move(1, 2);
  const words = (box) => box.entries(2).map((entry) => entry.content);
  assert.deepEqual(outbox.entries(1), []);
  assert.deepEqual(words(outbox), ["a", "b"]);
  assert.equal(changes.at(-1).entry.content, "a");
  assert.deepEqual(words(open(["ok"], store).outbox), ["a", "b"]);
});
