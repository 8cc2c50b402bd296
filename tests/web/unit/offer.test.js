import assert from "node:assert/strict";
import { test } from "node:test";
import { offerOfOrder, offerOfProduct } from "../../../assets/member/offer.js";

const call = (number) => `Order ${number}`;

test("a product with a number is asked about with its card", () => {
  const picUrl = "https://img.shop.test/lamp.jpg";
  const offer = offerOfProduct({ spuId: 7, spuName: " Lamp ", picUrl, price: 26800 });
  assert.equal(offer.name, "Lamp");
  assert.equal(offer.contentType, 10);
  assert.deepEqual(offer.content, { spuId: 7, spuName: "Lamp", picUrl, price: 26800 });
});

test("a product without a number is told by its name and address", () => {
  const offer = offerOfProduct({ spuName: "Lamp", url: "https://shop.test/lamp" });
  assert.equal(offer.contentType, 1);
  assert.deepEqual(offer.content, { text: "Lamp\nhttps://shop.test/lamp" });
  assert.equal(offer.price, null);
});

test("what has no name is no product, and a price is a whole number", () => {
  assert.equal(offerOfProduct(null), null);
  assert.equal(offerOfProduct({ spuId: 7, spuName: "  " }), null);
  assert.equal(offerOfProduct({ spuId: 7, spuName: "Lamp", price: -1 }).price, null);
  assert.equal(offerOfProduct({ spuId: 7, spuName: "Lamp", price: 2.5 }).price, null);
});

test("an order of his own is asked about with its card, any other by its number", () => {
  const own = { id: 3, no: "A-3", payPrice: 900, items: [{ picUrl: "/x" }], user: { id: 1 } };
  const known = offerOfOrder({ id: 3 }, [own], call);
  assert.equal(known.contentType, 11);
  assert.equal(known.name, "Order A-3");
  assert.deepEqual(known.content, { id: 3, no: "A-3", payPrice: 900, items: own.items });
  const strange = offerOfOrder({ no: "B-9" }, [own], call);
  assert.equal(strange.contentType, 1);
  assert.deepEqual(strange.content, { text: "Order B-9" });
  assert.equal(offerOfOrder({}, [own], call), null);
  assert.equal(offerOfOrder(null, [own], call), null);
});
