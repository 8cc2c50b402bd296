import assert from "node:assert/strict";
import { test } from "node:test";
import { crowd, endless } from "./crowd.js";
import { steps, until, untilTexts, World, write } from "./harness.js";

const rows = (desk) => desk.locator("conversation-list li");
const row = (desk, text) => rows(desk).filter({ hasText: text });
const open = (desk, text) => row(desk, text).locator("[data-action=choose]").click();

async function remains({ world, desk, people }) {
  await row(desk, "one").waitFor();
  let asked;
  await desk.route("**/kefu-conversation/delete?**", (route) => {
    asked = new URL(route.request().url()).searchParams;
    return route.continue();
  });
  await row(desk, "one").click({ button: "right" });
  await desk.getByRole("menuitem", { name: "Delete" }).click();
  await people[0].write("one more thing");
  await row(desk, "one more thing").waitFor();
  await desk.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await desk.getByText("Not deleted: the customer has just written again.").waitFor();
  // The one that was seen, and not the newest.
  assert.deepEqual(
    [...asked],
    [
      ["id", "1"],
      ["lastId", "1"],
    ],
  );
  await row(desk, "one more thing").waitFor();
  await desk.unroute("**/kefu-conversation/delete?**");
  world.nothingWentWrong();
}

async function isThereAtOnce({ world, desk, people }) {
  await open(desk, "one more thing");
  await untilTexts(desk, ["one", "one more thing"]);
  await open(desk, "parcel");
  await untilTexts(desk, ["where is my parcel"]);
  await people[0].write("one more");
  const one = row(desk, "one more");
  await one.getByLabel("1 unread").waitFor();
  let answer;
  const asked = new Promise((resolve) => {
    desk.route("**/kefu-message/list?**", async (route) => {
      resolve();
      await new Promise((done) => {
        answer = done;
      });
      await route.continue();
    });
  });
  await open(desk, "one more");
  await asked;
  await untilTexts(desk, ["one", "one more thing"]);
  // It is not read before it is seen.
  await one.getByLabel("1 unread").waitFor();
  answer();
  await untilTexts(desk, ["one", "one more thing", "one more"]);
  await desk.unroute("**/kefu-message/list?**");
  await one.getByLabel("1 unread").waitFor({ state: "detached" });
  world.nothingWentWrong();
}

async function comesBack({ world, desk, people }) {
  const heading = desk.getByRole("heading", { level: 1 });
  await people[1].write("is my parcel lost?");
  await row(desk, "lost").getByLabel("1 unread").waitFor();
  await until(async () => (await heading.textContent()) === "Conversations (2)", "two");
  await row(desk, "parcel").click({ button: "right" });
  await desk.getByRole("menuitem", { name: "Delete" }).click();
  const dialog = desk.getByRole("dialog", { name: "Delete the conversation with “Visitor 2”?" });
  await dialog.getByText("Nobody has read 1 of its messages yet.").waitFor();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await until(async () => (await heading.textContent()) === "Conversations (1)", "one");
  await desk.getByRole("searchbox").fill("where is my parcel");
  await desk.locator("found-list li button").click();
  await untilTexts(desk, ["where is my parcel", "is my parcel lost?"]);
  const line = desk.getByText("This conversation was removed from the list.");
  await line.waitFor();
  await write(desk, "It is on its way.");
  await desk.getByRole("searchbox").press("Escape");
  await row(desk, "on its way").waitFor();
  assert.equal(await line.count(), 0);
  // Deleted under one's eyes, it is closed.
  await row(desk, "on its way").click({ button: "right" });
  await desk.getByRole("menuitem", { name: "Delete" }).click();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await until(async () => !(await desk.locator("message-list").isVisible()), "closed");
  await people[1].write("thank you");
  await row(desk, "thank you").waitFor();
  world.nothingWentWrong();
}

test("what one desk knows of two conversations", async (t) => {
  const step = steps(t);
  const world = await World.open(t, ["--no-limits"]);
  const people = await crowd(world.server, ["one", "where is my parcel"]);
  const { page: desk } = await world.admin();
  const shop = { world, desk, people };

  await step("what a customer writes while one is asked about deleting is not hidden unread", () =>
    remains(shop),
  );
  await step(
    "to go back to a conversation shows it at once, and what came meanwhile a moment later",
    () => isThereAtOnce(shop),
  );
  await step(
    "a conversation that was removed is found and shown, and comes back with the next message",
    () => comesBack(shop),
  );
});

async function countsFarEnough({ world, desk }) {
  await row(desk, "message of 9999").getByLabel("150 unread").waitFor();
  const badges = await desk
    .locator("conversation-list [data-part=unread]")
    .evaluateAll((all) => [...new Set(all.map(({ textContent }) => textContent))]);
  assert.deepEqual(badges, ["99+"]);
  const count = desk.locator("conversation-finder [data-part=count]");
  await until(async () => (await count.textContent()) === "999+", "all are counted");
  await until(async () => (await desk.title()).startsWith("(999+)"), "in the title too");
  world.nothingWentWrong();
}

async function drawsFew(t, { world, desk, asked }) {
  const list = desk.locator("conversation-list");
  await desk.evaluate(() => {
    window.longest = 0;
  });
  for (let turn = 0; turn < 8; turn += 1) {
    const before = asked.length;
    await until(async () => {
      await list.evaluate((node) => node.scrollTo({ top: node.scrollHeight }));
      return asked.length > before;
    }, "the next page");
  }
  const shownIds = () =>
    rows(desk).evaluateAll((items) => items.map((item) => Number(item.dataset.id)));
  await until(async () => Math.min(...(await shownIds())) <= 9600, "four hundred further down");
  assert.ok((await rows(desk).count()) < 60, "only what can be seen is in the page");
  t.diagnostic(`longest task while scrolling: ${await desk.evaluate(() => window.longest)} ms`);
  // Each page goes on where the one before ended.
  assert.equal(new Set(asked).size, asked.length);
  // The keys go on from where the focus is, even when it was scrolled out of sight.
  await rows(desk).last().locator("[data-action=choose]").focus();
  await list.evaluate((node) => node.scrollTo({ top: 0 }));
  await row(desk, "message of 10000").waitFor();
  await desk.keyboard.press("Home");
  const text = () => desk.evaluate(() => document.activeElement?.closest("li")?.textContent ?? "");
  await until(async () => (await text()).includes("Customer 10000"), "the first row has the focus");
  world.nothingWentWrong();
}

async function promisesNothing({ world, desk }) {
  let answer;
  await desk.route("**/kefu-conversation/list?**unread=true**", async (route) => {
    await new Promise((resolve) => {
      answer = resolve;
    });
    await route.fulfill({ json: { code: 0, data: [], msg: "" } });
  });
  await desk.locator("[data-view-of-list=unread]").click();
  await until(async () => answer !== undefined, "the rest is asked for");
  assert.equal(await desk.getByText("All caught up").isVisible(), false);
  assert.ok((await rows(desk).count()) > 10, "what is known is shown");
  assert.equal(await desk.locator("[data-part=total]").textContent(), "");
  answer();
  world.nothingWentWrong();
}

test("a list of ten thousand", async (t) => {
  const step = steps(t);
  const world = await World.open(t);
  let asked = [];
  const { page: desk } = await world.admin({}, async (page) => {
    asked = await endless(page, 10_000, 150);
  });

  await step(
    "of very many unread messages ninety-nine are shown, and of very many conversations a thousand",
    () => countsFarEnough({ world, desk }),
  );
  await step("of ten thousand conversations a few are in the page, however far one scrolls", () =>
    drawsFew(t, { world, desk, asked }),
  );
  await step("nobody is told that all is read while that is not known", () =>
    promisesNothing({ world, desk }),
  );
});
