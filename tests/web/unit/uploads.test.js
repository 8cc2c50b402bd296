import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../../assets/shared/api.js";
import { memoryStore } from "../../../assets/shared/store.js";
import { Uploads } from "../../../assets/shared/uploads.js";

const URL_OF_FILE = `/f/${"a".repeat(43)}`;
const MEMBER = 1;
const soon = () => new Promise(setImmediate);
const file = (name, type = "text/plain", size = 3) =>
  new File([new Uint8Array(size)], name, { type });

/** Uploads over a server that answers when it is told to. */
function open(store = memoryStore(), bytesMax = 100) {
  // Node 20 has none; no locks is what plain HTTP has.
  globalThis.navigator ??= {};
  const asked = [];
  const sent = [];
  const send = (blob, { name, onProgress, signal }) =>
    new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(new ApiError(0, "")));
      asked.push({ blob, name, onProgress, resolve, reject, signal });
    });
  const uploads = new Uploads({
    store,
    owner: "member",
    say: (key) => key,
    locale: "en",
    bytesMax: () => bytesMax,
    outbox: {
      add: (conversationId, contentType, content, id) =>
        sent.push({ conversationId, contentType, content: JSON.parse(content), id }),
    },
    send,
  });
  const rows = (of = null) => uploads.rows(of, MEMBER);
  return { uploads, asked, sent, rows, store };
}

test("a file goes up, says how far it is, and is sent under the id it was chosen with", async () => {
  const { uploads, asked, sent, rows, store } = open();
  await uploads.add(null, [file("a.txt")]);
  await soon();
  assert.equal(store.keys("upload:member:").length, 1);
  asked[0].onProgress(0.5);
  const [row] = rows();
  assert.deepEqual([row.state, row.upload.progress, row.upload.name], ["pending", 50, "a.txt"]);
  asked[0].resolve(URL_OF_FILE);
  await soon();
  assert.deepEqual(sent, [
    {
      conversationId: null,
      contentType: 6,
      content: { url: URL_OF_FILE, name: "a.txt", size: 3 },
      id: row.clientMessageId,
    },
  ]);
  assert.deepEqual([rows(), store.keys("upload:")], [[], []]);
});

test("files go one at a time, in the order they were chosen", async () => {
  const { uploads, asked } = open();
  await uploads.add(null, [file("a.txt"), file("b.txt")]);
  await soon();
  assert.deepEqual(
    asked.map(({ name }) => name),
    ["a.txt"],
  );
  asked[0].resolve(URL_OF_FILE);
  await soon();
  assert.equal(asked[1].name, "b.txt");
});

test("what failed is tried again when that may help, and not when it cannot", async () => {
  const { uploads, asked, rows, sent } = open();
  await uploads.add(null, [file("a.txt")]);
  await soon();
  asked[0].reject(new ApiError(503, "busy"));
  await soon();
  const [{ failure, upload, clientMessageId }] = rows();
  assert.deepEqual([failure, upload.again], ["busy", true]);
  uploads.retry(clientMessageId);
  await soon();
  asked[1].reject(new ApiError(413, "too large"));
  await soon();
  assert.equal(rows()[0].upload.again, false);
  uploads.retry(clientMessageId);
  await soon();
  assert.equal(asked.length, 2);
  assert.deepEqual(sent, []);
});

test("one that is too large, or a HEIC that nobody can draw anew, is not even tried", async () => {
  const { uploads, asked, rows, store } = open();
  const large = file("large.bin", "", 101);
  const heic = [file("IMG_1.HEIC", ""), file("x", "image/heif")];
  await uploads.add(null, [large, ...heic]);
  await soon();
  assert.deepEqual(
    rows().map(({ failure, upload }) => [failure, upload.again]),
    [
      ["upload.tooLarge", false],
      ["upload.heic", false],
      ["upload.heic", false],
    ],
  );
  assert.deepEqual([asked, store.keys("upload:")], [[], []]);
});

test("what is given up ends at once, and the next one goes", async () => {
  const { uploads, asked, rows, sent } = open();
  await uploads.add(null, [file("a.txt"), file("b.txt")]);
  await soon();
  uploads.discard(rows()[0].clientMessageId);
  await soon();
  assert.ok(asked[0].signal.aborted);
  assert.equal(asked[1].name, "b.txt");
  asked[1].resolve(URL_OF_FILE);
  await soon();
  assert.equal(sent.length, 1);
});

test("what a closed page was at is said to be lost, and is gone when that was seen", async () => {
  const store = memoryStore();
  const before = open(store);
  await before.uploads.add(null, [file("a.txt")]);
  await soon();
  const after = open(store);
  await soon();
  const [row] = after.rows();
  assert.deepEqual(
    [row.failure, row.upload.name, row.upload.again],
    ["upload.lost", "a.txt", false],
  );
  after.uploads.discard(row.clientMessageId);
  assert.deepEqual(store.keys("upload:"), []);
});

test("what goes up for a conversation that was merged is sent to the one of now", async () => {
  const { uploads, asked, rows, sent } = open();
  await uploads.add(1, [file("a.txt")]);
  await soon();
  uploads.move(1, 2);
  assert.deepEqual([rows(1).length, rows(2).length], [0, 1]);
  asked[0].resolve(URL_OF_FILE);
  await soon();
  assert.equal(sent[0].conversationId, 2);
});

test("whoever leaves sends nothing more", async () => {
  const { uploads, asked, sent, store } = open();
  await uploads.add(null, [file("a.txt")]);
  await soon();
  uploads.stop();
  asked[0].resolve(URL_OF_FILE);
  await soon();
  assert.deepEqual([sent, store.keys("upload:")], [[], []]);
});
