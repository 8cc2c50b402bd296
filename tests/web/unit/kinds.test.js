import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addressOf,
  bytes,
  fitted,
  kindOf,
  money,
  orderStatus,
} from "../../../assets/shared/kinds.js";

const OWN = `/f/${"aB3".repeat(14)}x`;
const json = JSON.stringify;

test("a file of ours is loaded by its path, whatever host names it", () => {
  const ours = { href: OWN, ours: true, host: "" };
  assert.deepEqual(addressOf(OWN), ours);
  assert.deepEqual(addressOf(`https://chat.shop.test${OWN}`), ours);
  assert.deepEqual(addressOf(`http://other.test:8080${OWN}?x=1#y`), ours);
});

test("what only looks like a file of ours is another host's, or nothing", () => {
  for (const path of [`${OWN}x`, OWN.slice(0, -1), `/a${OWN}`, `${OWN}/thumbnail`]) {
    assert.equal(addressOf(path), null, path);
    assert.equal(addressOf(`https://evil.test${path}`)?.ours, false, path);
  }
});

test("only http and https lead anywhere", () => {
  assert.deepEqual(addressOf("https://shop.test/a.png"), {
    href: "https://shop.test/a.png",
    ours: false,
    host: "shop.test",
  });
  const scheme = "javascript";
  const bad = [
    `${scheme}:alert(1)`,
    `${scheme}://x.test/%0aalert(1)`,
    "//evil.test/a",
    "/\\evil.test",
    "data:text/html,x",
    "blob:https://x.test/1",
    "http://[",
    "ftp://x.test/a",
    7,
    null,
    undefined,
  ];
  for (const url of bad) assert.equal(addressOf(url), null, String(url));
});

test("a picture has an address and a size, or is none", () => {
  const shown = kindOf(2, json({ picUrl: OWN, width: 3, height: 4 }));
  assert.deepEqual(shown, {
    kind: "image",
    picture: { href: OWN, ours: true, host: "" },
    width: 3,
    height: 4,
  });
  assert.equal(kindOf(2, "https://shop.test/a.png")?.picture.host, "shop.test");
  assert.equal(kindOf(2, json({ picUrl: OWN, width: -1, height: "4" }))?.width, 0);
  assert.equal(kindOf(2, json({ picUrl: "data:image/png,x" })), null);
});

test("voice, video and file have an address, or are none", () => {
  assert.equal(kindOf(3, json({ url: OWN, duration: 7.5 }))?.duration, 7.5);
  assert.equal(kindOf(3, json({ url: OWN, duration: -7 }))?.duration, 0);
  const video = kindOf(4, json({ url: OWN, picUrl: "https://a.test/x", width: 640, height: 360 }));
  assert.equal(video?.poster?.ours, false);
  assert.equal(kindOf(6, json({ url: OWN, name: "a.pdf", size: 12 }))?.name, "a.pdf");
  for (const type of [3, 4, 6]) assert.equal(kindOf(type, '{"url":"x:y"}'), null);
  for (const type of [3, 4, 6, 10, 11]) assert.equal(kindOf(type, "not json"), null);
});

test("a name cannot pretend to be another by turning letters round", () => {
  const name = "photo\u202egnp.exe\u0000";
  assert.equal(kindOf(6, json({ url: OWN, name, size: 1 }))?.name, "photognp.exe");
});

test("a product shows what it has and says who gave it", () => {
  const shown = kindOf(
    10,
    json({
      spuId: 1,
      spuName: "Lamp",
      picUrl: OWN,
      price: 1990,
      stock: 9,
      salesCount: 0,
      url: "x:y",
    }),
  );
  assert.deepEqual(
    [shown?.name, shown?.price, shown?.stock, shown?.sales, shown?.link, shown?.unchecked],
    ["Lamp", 1990, 9, 0, null, false],
  );
  assert.equal(kindOf(10, json({ spuName: "Lamp", givenByCustomer: true }))?.unchecked, true);
  assert.equal(kindOf(10, json({ spuName: "Lamp", price: "9" }))?.price, null);
  assert.equal(kindOf(10, json({ spuId: 1 })), null);
});

test("an order shows its items, and survives items that are odd", () => {
  const properties = [{ valueName: "red" }, { valueName: "L" }, null, {}];
  const items = [{ spuName: "Lamp", properties, count: 2, price: 5 }, null, { properties: 3 }];
  const shown = kindOf(11, json({ no: "o1", status: 20, items, payPrice: 10 }));
  assert.equal(shown?.items.length, 3);
  assert.equal(shown?.items[0].properties, "red · L");
  assert.deepEqual([shown?.count, shown?.total, shown?.status], [2, 10, "order.toReceive"]);
  assert.equal(kindOf(11, json({ no: "o1" })), null);
});

test("an order's status is named as the original names it", () => {
  for (const [order, key] of [
    [{ status: 0 }, "order.unpaid"],
    [{ status: 10, deliveryType: 1 }, "order.toShip"],
    [{ status: 10, deliveryType: 2 }, "order.toCollect"],
    [{ status: 20 }, "order.toReceive"],
    [{ status: 30, commentStatus: false }, "order.toReview"],
    [{ status: 30, commentStatus: true }, "order.done"],
    [{ status: 40 }, "order.closed"],
    [{ status: null }, null],
  ]) {
    assert.equal(orderStatus(order), key, json(order));
  }
});

test("money is in fen on the wire and in yuan on the screen", () => {
  assert.equal(money(1990, "en"), "¥19.90");
  assert.equal(money(123_456_789, "zh-CN"), "¥1,234,567.89");
  assert.equal(money(0, "en"), "¥0.00");
  assert.equal(money(null, "en"), "");
});

test("sizes are said shortly", () => {
  assert.equal(bytes(0, "en"), "0 kB");
  assert.equal(bytes(12, "en"), "0.1 kB");
  assert.equal(bytes(2048, "en"), "2 kB");
  assert.equal(bytes(1_500_000, "en"), "1.4 MB");
});

test("a picture's place is known before it is here", () => {
  const max = { width: 256, height: 320 };
  assert.deepEqual(fitted(1024, 512, max), { width: 256, height: 128 });
  assert.deepEqual(fitted(100, 50, max), { width: 100, height: 50 });
  assert.deepEqual(fitted(100, 640, max), { width: 50, height: 320 });
});
