import assert from "node:assert/strict";
import { test } from "node:test";
import { Tools } from "../../../assets/member/tools.js";

/** The tools of a customer, over lists of so many products and orders. */
function open() {
  const world = { token: "t", now: 1_000_000, totals: { product: 0, trade: 0 }, failing: false };
  const asked = [];
  const offered = {};
  const tools = new Tools({
    token: () => world.token,
    now: () => world.now,
    manner: { say: (key) => key, locale: "en", staff: false },
    get: async (path) => {
      asked.push(path);
      if (world.failing) throw new Error("offline");
      return { total: world.totals[path.split("/")[2]], list: [] };
    },
    composer: {
      offer: (name, there) => {
        offered[name] = there;
      },
    },
  });
  return { world, tools, asked, offered };
}

test("there is a tool for what there is, and nobody is asked for a stranger", async () => {
  const { world, tools, asked, offered } = open();
  world.token = null;
  await tools.offer();
  assert.deepEqual(asked, []);
  world.token = "t";
  world.totals.product = 2;
  await tools.offer();
  assert.deepEqual(offered, { products: true, orders: false });
});

test("what he has looked at and ordered since is there at the next opening, a minute later", async () => {
  const { world, tools, asked, offered } = open();
  await tools.offer();
  assert.deepEqual(offered, { products: false, orders: false });
  world.totals.trade = 1;
  world.now += 59_000;
  await tools.offer();
  assert.equal(asked.length, 2);
  world.now += 1000;
  await tools.offer();
  assert.equal(asked.length, 4);
  assert.deepEqual(offered, { products: false, orders: true });
});

test("another customer is asked for at once", async () => {
  const { world, tools, asked } = open();
  await tools.offer();
  world.token = "other";
  await tools.offer();
  assert.equal(asked.length, 4);
});

test("a request that failed does not count, and takes nothing away", async () => {
  const { world, tools, offered } = open();
  world.totals.product = 1;
  await tools.offer();
  world.now += 60_000;
  world.failing = true;
  await tools.offer();
  assert.equal(offered.products, true);
  world.failing = false;
  world.totals.trade = 1;
  await tools.offer();
  assert.deepEqual(offered, { products: true, orders: true });
});
