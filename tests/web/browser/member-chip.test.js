import assert from "node:assert/strict";
import { test } from "node:test";
import { openWidget, PHONE, steps, until, untilStates, World, write } from "./harness.js";
import { rows } from "./talk.js";

const LAMP = { spuId: 7, spuName: "Paper lantern", price: 26800 };
const VASE = { spuId: 8, spuName: "Bud vase", price: 4900 };
const BOWL = { spuId: 9, spuName: "Tea bowl", price: 12800 };

const chipOf = (chat) => chat.locator("ask-chip");
const look = (page, product) => page.evaluate((one) => window.kefu("product", one), product);

async function shows(chat, name) {
  await chipOf(chat).getByText(name).waitFor();
}

test("in the widget on a phone", async (t) => {
  const step = steps(t);
  const world = await World.open(t);
  const context = await world.person({ viewport: PHONE, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  const told = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/member/visit/update")) told.push(request.postDataJSON());
  });
  await page.goto(`${world.server.origin}/demo/`);
  await look(page, LAMP);
  const chat = await openWidget(page);
  const box = chat.locator("textarea");

  await step("the keyboard does not come up unasked", async () => {
    await shows(chat, "Paper lantern");
    // Both are as wide as the phone, and not pages for a desk made small.
    assert.equal(await page.evaluate(() => innerWidth), PHONE.width);
    assert.equal(await chat.evaluate(() => document.body.clientWidth), PHONE.width);
    const writing = () => chat.evaluate(() => document.activeElement?.localName === "textarea");
    assert.equal(await writing(), false);
    await look(page, VASE);
    await shows(chat, "Bud vase");
    await chipOf(chat).getByRole("button", { name: "No, thank you" }).tap();
    await chipOf(chat).waitFor({ state: "hidden" });
    assert.equal(await writing(), false);
    await box.tap();
    assert.equal(await writing(), true);
    world.nothingWentWrong();
  });

  await step(
    "the staff are told where the customer is once he has written, and only what is news",
    async () => {
      await look(page, LAMP);
      await shows(chat, "Paper lantern");
      assert.deepEqual(told, []);
      await write(chat, "hello");
      await untilStates(chat, ["sent"]);
      await until(async () => told.length > 0, "the first visit");
      assert.equal(told[0].pageUrl, page.url());
      assert.equal(told[0].product.spuName, "Paper lantern");
      // The same once more is no news: what is told next is the next product.
      await look(page, LAMP);
      await look(page, BOWL);
      await until(async () => told.length > 1, "the second visit");
      assert.equal(told[1].product.spuName, "Tea bowl");
      assert.equal(told.length, 2);
      world.nothingWentWrong();
    },
  );

  await step(
    "what the customer looks at is asked about with one press, and never by itself",
    async () => {
      await shows(chat, "Tea bowl");
      assert.equal(await rows(chat, "product").count(), 0);
      await chipOf(chat).getByRole("button", { name: "Ask about this product" }).click();
      await untilStates(chat, ["sent", "sent"]);
      await rows(chat, "product").getByText("Tea bowl").waitFor();
      await chipOf(chat).waitFor({ state: "hidden" });
      world.nothingWentWrong();
    },
  );

  await step("what was waved away stays away through a reload, and a draft stays", async () => {
    // The next product is another question.
    await look(page, LAMP);
    await shows(chat, "Paper lantern");
    await chipOf(chat).getByRole("button", { name: "No, thank you" }).click();
    await chipOf(chat).waitFor({ state: "hidden" });
    assert.equal(await rows(chat, "product").count(), 1);
    await box.pressSequentially("in the widget");
    const kept = () => page.evaluate(() => localStorage.getItem("kefu:draft:member:text"));
    await until(async () => (await kept()) === "in the widget", "the widget keeps it");
    await page.reload();
    const again = await openWidget(page);
    const value = () => again.locator("textarea").inputValue();
    await until(async () => (await value()) === "in the widget", "the draft");
    // The chip is there for another product: that it goes is the answer to the lantern.
    await look(page, BOWL);
    await shows(again, "Tea bowl");
    await look(page, LAMP);
    await chipOf(again).waitFor({ state: "hidden" });
    assert.equal(await chipOf(again).getByText("Paper lantern").count(), 0);
    await rows(again, "product").waitFor();
    world.nothingWentWrong();
  });
});
