import assert from "node:assert/strict";
import { test } from "node:test";
import { askShop, keptShop, shopOf } from "../../../assets/member/shop.js";
import { allowPictures, ownPath, smallPicture } from "../../../assets/shared/pictures.js";
import { memoryStore } from "../../../assets/shared/store.js";

const OWN = `/f/${"a".repeat(43)}`;

test("what the shop has not decided, or not in this shape, counts for nothing", () => {
  assert.equal(shopOf(null), null);
  assert.equal(shopOf("x"), null);
  const shop = shopOf({ name: 5, color: null, pictureOrigins: "no", uploadBytesMax: "big" });
  assert.equal(shop.name, "");
  assert.equal(shop.language, "auto");
  assert.deepEqual(shop.pictureOrigins, []);
  assert.equal(shop.uploadBytesMax, 10 * 1024 * 1024);
});

test("what the shop has decided is kept for the next time, and a failure changes nothing", async (t) => {
  const store = memoryStore();
  const answer = { code: 0, data: { name: "Lantern", greetingZh: " 您好 " }, msg: "" };
  t.mock.method(globalThis, "fetch", async () => ({ json: async () => answer }));
  assert.equal(keptShop(store), null);
  assert.equal((await askShop(store)).greeting.zh, "您好");
  assert.equal(keptShop(store).name, "Lantern");
  answer.code = 503;
  assert.equal(await askShop(store), null);
  globalThis.fetch.mock.mockImplementation(async () => {
    throw new TypeError("offline");
  });
  assert.equal(await askShop(store), null);
  assert.equal(keptShop(store).name, "Lantern");
});

test("a picture is loaded from here or from where the shop has said", () => {
  allowPictures(["https://img.shop.test"]);
  assert.equal(smallPicture(`https://any.host${OWN}`), `${OWN}/thumbnail`);
  assert.equal(smallPicture("https://img.shop.test/a.jpg"), "https://img.shop.test/a.jpg");
  for (const url of [
    null,
    "",
    "https://img.shop.test.evil.test/a.jpg",
    "https://img.shop.test:444/a.jpg",
    "http://img.shop.test/a.jpg",
    "https://user@other.test/a.jpg",
    "javascript:alert(1)",
    "data:image/png;base64,AA==",
    "//img.shop.test/a.jpg",
    "/f/short",
  ]) {
    assert.equal(smallPicture(url), null, String(url));
  }
  allowPictures([]);
  assert.equal(smallPicture("https://img.shop.test/a.jpg"), null);
  assert.equal(ownPath("http://["), null);
});
