import assert from "node:assert/strict";
import { test } from "node:test";
import { openWidget, PHONE, until, untilStates, World, write } from "./harness.js";
import { rows } from "./talk.js";

const LAMP = { spuId: 7, spuName: "Paper lantern", price: 26800 };
const VASE = { spuId: 8, spuName: "Bud vase", price: 4900 };

const chipOf = (chat) => chat.locator("ask-chip");
const look = (page, product) => page.evaluate((one) => window.kefu("product", one), product);

async function shows(chat, name) {
  await chipOf(chat).getByText(name).waitFor();
}

test("what the customer looks at is asked about with one press, and never by itself", async (t) => {
  const world = await World.open(t);
  const { page, chat } = await world.customer({ viewport: PHONE });
  await look(page, LAMP);
  await shows(chat, "Paper lantern");
  await write(chat, "hello");
  await untilStates(chat, ["sent"]);
  assert.equal(await rows(chat, "product").count(), 0);
  await chipOf(chat).getByRole("button", { name: "Ask about this product" }).click();
  await untilStates(chat, ["sent", "sent"]);
  await rows(chat, "product").getByText("Paper lantern").waitFor();
  await chipOf(chat).waitFor({ state: "hidden" });

  // The next product is another question; one that was waved away stays away through a reload.
  await look(page, VASE);
  await shows(chat, "Bud vase");
  await chipOf(chat).getByRole("button", { name: "No, thank you" }).click();
  await chipOf(chat).waitFor({ state: "hidden" });
  assert.equal(await rows(chat, "product").count(), 1);
  await page.reload();
  const again = await openWidget(page);
  await look(page, VASE);
  await rows(again, "product").waitFor();
  await until(async () => (await chipOf(again).getByText("Bud vase").count()) === 0, "it is back");
  await look(page, LAMP);
  await shows(again, "Paper lantern");
  world.nothingWentWrong();
});

test("a phone's keyboard does not come up unasked", async (t) => {
  const world = await World.open(t);
  const context = await world.person({ viewport: PHONE, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  await page.goto(`${world.server.origin}/demo/`);
  await look(page, LAMP);
  const chat = await openWidget(page);
  await shows(chat, "Paper lantern");
  const writing = () => chat.evaluate(() => document.activeElement?.localName === "textarea");
  assert.equal(await writing(), false);
  await chipOf(chat).getByRole("button", { name: "No, thank you" }).tap();
  await chipOf(chat).waitFor({ state: "hidden" });
  assert.equal(await writing(), false);
  await chat.locator("textarea").tap();
  assert.equal(await writing(), true);
  world.nothingWentWrong();
});

test("the staff are told where the customer is once he has written, and only what is news", async (t) => {
  const world = await World.open(t);
  const { page, chat } = await world.customer();
  const told = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/member/visit/update")) told.push(request.postDataJSON());
  });
  await look(page, LAMP);
  await shows(chat, "Paper lantern");
  assert.deepEqual(told, []);
  await write(chat, "hello");
  await until(async () => told.length > 0, "the first visit");
  assert.equal(told[0].pageUrl, page.url());
  assert.equal(told[0].product.spuName, "Paper lantern");
  // The same once more is no news: what is told next is the next product.
  await look(page, LAMP);
  await look(page, VASE);
  await until(async () => told.length > 1, "the second visit");
  assert.equal(told[1].product.spuName, "Bud vase");
  assert.equal(told.length, 2);
  world.nothingWentWrong();
});
