import assert from "node:assert/strict";
import { test } from "node:test";
import { crowd, endless } from "./crowd.js";
import { until, untilTexts, World, write } from "./harness.js";

const rows = (desk) => desk.locator("conversation-list li");
const row = (desk, text) => rows(desk).filter({ hasText: text });
const open = (desk, text) => row(desk, text).locator("[data-action=choose]").click();

async function setUp(t, texts) {
  const world = await World.open(t, ["--no-limits"]);
  const people = await crowd(world.server, texts);
  return { world, people };
}

test("a conversation that was removed is found and shown, and comes back with the next message", async (t) => {
  const { world, people } = await setUp(t, ["where is my parcel", "else"]);
  const { page: desk } = await world.admin();
  const heading = desk.getByRole("heading", { level: 1 });
  await until(async () => (await heading.textContent()) === "Conversations (2)", "two");
  await row(desk, "parcel").click({ button: "right" });
  await desk.getByRole("menuitem", { name: "Delete" }).click();
  const dialog = desk.getByRole("dialog", { name: "Delete the conversation with “Visitor 1”?" });
  await dialog.getByText("Nobody has read 1 of its messages yet.").waitFor();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await until(async () => (await heading.textContent()) === "Conversations (1)", "one");
  await desk.getByRole("searchbox").fill("parcel");
  await desk.locator("found-list li button").click();
  await untilTexts(desk, ["where is my parcel"]);
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
  await people[0].write("thank you");
  await row(desk, "thank you").waitFor();
  world.nothingWentWrong();
});

test("what a customer writes while one is asked about deleting is not hidden unread", async (t) => {
  const { world, people } = await setUp(t, ["one", "two"]);
  const { page: desk } = await world.admin();
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
  world.nothingWentWrong();
});

test("nobody is told that all is read while that is not known", async (t) => {
  const { world } = await setUp(t, []);
  let answer;
  const { page: desk } = await world.admin({}, async (page) => {
    await endless(page, 200);
    await page.route("**/kefu-conversation/list?**unread=true**", async (route) => {
      await new Promise((resolve) => {
        answer = resolve;
      });
      await route.fulfill({ json: { code: 0, data: [], msg: "" } });
    });
  });
  await row(desk, "message of 200").waitFor();
  await desk.locator("[data-view-of-list=unread]").click();
  await until(async () => answer !== undefined, "the rest is asked for");
  assert.equal(await desk.getByText("All caught up").isVisible(), false);
  assert.ok((await rows(desk).count()) > 10, "what is known is shown");
  assert.equal(await desk.locator("[data-part=total]").textContent(), "");
  answer();
  world.nothingWentWrong();
});

test("of very many unread messages ninety-nine are shown, and of very many conversations a thousand", async (t) => {
  const { world } = await setUp(t, []);
  const { page: desk } = await world.admin({}, async (page) => {
    await endless(page, 100, 150);
  });
  await row(desk, "message of 99").getByLabel("150 unread").waitFor();
  const badges = await desk
    .locator("conversation-list [data-part=unread]")
    .evaluateAll((all) => [...new Set(all.map(({ textContent }) => textContent))]);
  assert.deepEqual(badges, ["99+"]);
  await until(
    async () =>
      (await desk.locator("conversation-finder [data-part=count]").textContent()) === "999+",
    "all are counted",
  );
  world.nothingWentWrong();
});

test("to go back to a conversation shows it at once, and what came meanwhile a moment later", async (t) => {
  const { world, people } = await setUp(t, ["one", "two"]);
  const { page: desk } = await world.admin();
  for (const text of ["one", "two"]) {
    await open(desk, text);
    await untilTexts(desk, [text]);
  }
  await people[0].write("one more");
  await row(desk, "one more").waitFor();
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
  await untilTexts(desk, ["one"]);
  // It is not read before it is seen.
  await row(desk, "one more").getByLabel("1 unread").waitFor();
  answer();
  await untilTexts(desk, ["one", "one more"]);
  await row(desk, "one more").getByLabel("1 unread").waitFor({ state: "detached" });
  world.nothingWentWrong();
});
