import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Ringing } from "../../../assets/admin/ringing.js";

/** Tabs of one browser, which hear each other. */
function tabs(t, ...wishes) {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  t.after(() => mock.timers.reset());
  const all = wishes.map((wish, index) => {
    const tab = { looked: false, can: true, rings: 0, told: 0, announced: [], ...wish };
    tab.channel = { onmessage: null, close: () => {} };
    tab.channel.postMessage = (data) => {
      for (const other of all) if (other !== tab) other.channel.onmessage?.({ data });
    };
    tab.ringing = null;
    tab.start = () => {
      tab.ringing = new Ringing({
        channel: tab.channel,
        isLookedAt: () => tab.looked,
        canRing: () => tab.can,
        ring: () => {
          tab.rings += 1;
        },
        announce: (news) => tab.announced.push(news),
        onLooked: () => {
          tab.told += 1;
        },
        id: String(index),
      });
    };
    return tab;
  });
  for (const tab of all) tab.start();
  return all;
}

/** Lets what was promised happen, while the clock goes on. */
async function pass(ms) {
  mock.timers.tick(ms);
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

let messages = 0;

async function news(all, here = true) {
  messages += 1;
  for (const tab of all) void tab.ringing.news("news", here, `message ${messages}`);
  await pass(200);
}

const rings = (all) => all.map((tab) => tab.rings);
const announced = (all) => all.map((tab) => tab.announced.length);

test("it rings at once, after 15 and 45 seconds, and then each minute until somebody looks", async (t) => {
  const [tab] = tabs(t, {});
  await news([tab]);
  assert.equal(tab.rings, 1);
  await pass(14_000);
  assert.equal(tab.rings, 1);
  await pass(2000);
  assert.equal(tab.rings, 2);
  await pass(30_000);
  assert.equal(tab.rings, 3);
  await pass(60_000);
  assert.equal(tab.rings, 4);
  tab.ringing.looked();
  await pass(600_000);
  assert.equal(tab.rings, 4);
});

test("of several tabs one rings and one announces, and the one that can", async (t) => {
  const all = tabs(t, { can: false }, {}, {});
  await news(all);
  assert.deepEqual(
    all.map(({ rings, announced }) => [rings, announced.length]),
    [
      [0, 1],
      [1, 0],
      [0, 0],
    ],
  );
  // Whoever looks at any of them quietens all.
  all[2].ringing.looked();
  await pass(60_000);
  assert.equal(all[1].rings, 1);
});

test("a tab that hears of it late finds that another has told already, whatever it is called", async (t) => {
  for (const late of [0, 1]) {
    const all = tabs(t, {}, {});
    const [first, second] = late === 1 ? all : [...all].reverse();
    void first.ringing.news("news", true, "message 1");
    await pass(5000);
    void second.ringing.news("news", true, "message 1");
    await pass(5000);
    assert.deepEqual([first.rings, second.rings], [1, 0]);
    assert.deepEqual(announced([first, second]), [1, 0]);
    assert.equal(second.ringing.isRinging, false);
    mock.timers.reset();
  }
});

test("between two bids that cross one tab tells, be its timer slow or not", async (t) => {
  const all = tabs(t, {}, {}, {});
  // By their names alone, each would leave it to another.
  for (const tab of [...all].reverse()) {
    void tab.ringing.news("news", true, "message 1");
    await pass(100);
  }
  await pass(1000);
  assert.deepEqual(rings(all), [0, 0, 1]);
  assert.deepEqual(announced(all), [0, 0, 1]);
});

test("another message is told anew, though a bid for the one before is still remembered", async (t) => {
  const all = tabs(t, {}, {});
  void all[0].ringing.news("news", true, "message 1");
  await pass(200);
  await pass(5000);
  void all[1].ringing.news("news", true, "message 2");
  await pass(200);
  assert.deepEqual(announced(all), [1, 1]);
  assert.deepEqual(rings(all), [1, 1]);
});

test("two tabs that tell of two messages at once are heard once", async (t) => {
  const all = tabs(t, {}, {});
  void all[0].ringing.news("news", true, "message 1");
  void all[1].ringing.news("news", true, "message 2");
  await pass(1000);
  assert.deepEqual(announced(all), [1, 1]);
  assert.deepEqual(rings(all), [1, 0]);
});

test("every tab is told when somebody looks at one of them", async (t) => {
  const all = tabs(t, {}, {}, {});
  all[1].ringing.looked();
  assert.deepEqual(
    all.map((tab) => tab.told),
    [1, 0, 1],
  );
});

test("while one tab is looked at no other rings or announces; it rings once itself, for another conversation", async (t) => {
  const all = tabs(t, {}, { looked: true });
  await news(all, false);
  assert.deepEqual(
    all.map((tab) => tab.rings),
    [0, 0],
  );
  await news(all, true);
  assert.deepEqual(
    all.map((tab) => tab.rings),
    [0, 1],
  );
  assert.deepEqual(
    all.map((tab) => tab.announced.length),
    [0, 0],
  );
  await pass(120_000);
  assert.deepEqual(
    all.map((tab) => tab.rings),
    [0, 1],
  );
});

test("many messages in a row are one ring", async (t) => {
  const [tab] = tabs(t, {});
  for (let count = 0; count < 10; count += 1) await news([tab]);
  assert.equal(tab.rings, 1);
});

test("nobody is told for ever", async (t) => {
  const [tab] = tabs(t, {});
  await news([tab]);
  for (let minute = 0; minute < 120; minute += 1) await pass(60_000);
  assert.ok(tab.rings <= 31, `${tab.rings} rings`);
  assert.equal(tab.ringing.isRinging, false);
});
