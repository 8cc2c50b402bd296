import assert from "node:assert/strict";
import { test } from "node:test";
import { bridgeStore, localStore, memoryStore } from "../../../assets/shared/store.js";

/** A browser's storage: its keys are its own properties, as pages spread them. */
class Storage {
  setItem(key, value) {
    this[key] = String(value);
  }
  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null;
  }
  removeItem(key) {
    delete this[key];
  }
}

/** Puts these in the place of the browser's for one test. */
function standIn(t, values) {
  for (const [name, value] of Object.entries(values)) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { configurable: true, get: () => value() });
    t.after(() => {
      if (before) Object.defineProperty(globalThis, name, before);
      else delete globalThis[name];
    });
  }
}

test("what is kept is found again under our own prefix, and only ours is looked at", (t) => {
  const storage = new Storage();
  storage.setItem("theirs", "x");
  standIn(t, { localStorage: () => storage });
  localStore().set("draft:a", "half");
  localStore().set("draft:b", "a");
  const store = localStore();
  assert.equal(store.get("draft:a"), "half");
  assert.equal(store.get("theirs"), null);
  assert.deepEqual(store.keys("draft:"), ["draft:a", "draft:b"]);
  store.set("draft:a", null);
  assert.equal(localStore().get("draft:a"), null);
  assert.equal(storage.getItem("theirs"), "x");
});

test("where storage is blocked or full, it is remembered as long as the page lives", (t) => {
  const blocked = () => {
    throw new Error("SecurityError");
  };
  standIn(t, { localStorage: blocked });
  const memory = localStore();
  memory.set("token", "a");
  assert.equal(memory.get("token"), "a");
  const full = new Storage();
  standIn(t, { localStorage: () => full });
  const store = localStore();
  full.setItem = blocked;
  store.set("token", "b");
  assert.equal(store.get("token"), "b");
  assert.equal(full.getItem("kefu:token"), null);
});

for (const locks of [true, false]) {
  test(`of two tabs that make one thing the first stored wins, ${locks ? "with" : "without"} locks`, async (t) => {
    const storage = new Storage();
    let last = Promise.resolve();
    const request = (_, work) => {
      last = last.then(work);
      return last;
    };
    standIn(t, {
      localStorage: () => storage,
      navigator: () => (locks ? { locks: { request } } : {}),
    });
    const [one, two] = [localStore(), localStore()];
    const made = await Promise.all([
      one.once("token", async () => "first"),
      two.once("token", async () => "second"),
    ]);
    assert.equal(new Set(made).size, 1, `${made}`);
    assert.equal(storage.getItem("kefu:token"), made[0]);
    assert.equal(await localStore().once("token", async () => "third"), made[0]);
  });
}

test("another tab's change is told under our own name, and nobody else's is", (t) => {
  const storage = new Storage();
  const heard = [];
  let tell = () => {};
  standIn(t, {
    localStorage: () => storage,
    addEventListener: () => (_, listener) => {
      tell = listener;
    },
  });
  const store = localStore();
  store.watch((key, value) => heard.push([key, value]));
  tell({ key: "kefu:token", newValue: "x", storageArea: storage });
  tell({ key: "theirs", newValue: "x", storageArea: storage });
  tell({ key: "kefu:token", newValue: "y", storageArea: new Storage() });
  tell({ key: null, newValue: null, storageArea: storage });
  assert.deepEqual(heard, [["token", "x"]]);
  assert.equal(store.get("token"), "x");
});

/** A widget that keeps things for a frame, and gives the lock to one at a time. */
function widget(kept = {}) {
  const sent = [];
  return {
    sent,
    kept,
    send: (message) => {
      sent.push(message);
      if (message.value === null) delete kept[message.key];
      else kept[message.key] = message.value;
    },
    ask: async ({ kefu, key, value }) => {
      if (kefu === "put" && value !== null && kept[key] === undefined) kept[key] = value;
      return { key, value: kept[key] ?? null };
    },
    listen: () => {},
  };
}

test("a frame has its things kept by the widget", async () => {
  const bridge = widget({ "kefu:draft:a": "half", other: "x" });
  const store = bridgeStore(bridge, { ...bridge.kept });
  assert.equal(store.get("draft:a"), "half");
  assert.deepEqual(store.keys(""), ["draft:a"]);
  store.set("draft:a", null);
  assert.deepEqual(bridge.sent, [{ kefu: "set", key: "kefu:draft:a", value: null }]);
  assert.equal(await store.once("token", async () => "made"), "made");
  assert.equal(await bridgeStore(bridge, {}).once("token", async () => "again"), "made");
});

test("a frame that could not make it gives the lock back", async () => {
  const bridge = widget();
  const asked = [];
  const { ask } = bridge;
  bridge.ask = (message) => {
    asked.push(message.kefu);
    return ask(message);
  };
  const store = bridgeStore(bridge, {});
  const fail = async () => {
    throw new Error("no network");
  };
  await assert.rejects(store.once("token", fail), /no network/);
  assert.deepEqual(asked, ["take", "put"]);
  assert.equal(await store.once("token", async () => "made"), "made");
});

test("what forgets with the page makes a thing once", async () => {
  const store = memoryStore({ a: "1" });
  assert.equal(await store.once("a", async () => "2"), "1");
  assert.equal(await store.once("b", async () => "2"), "2");
  assert.equal(store.get("b"), "2");
});
