import assert from "node:assert/strict";
import { test } from "node:test";
import { crowd, visitor } from "./crowd.js";
import { until, untilStates, untilTexts, World, write } from "./harness.js";

const MEI = { username: "agent1", password: "another horse", nickname: "Mei" };

const rows = (desk) => desk.locator("conversation-list li");
const row = (desk, text) => rows(desk).filter({ hasText: text });
const lines = (desk) => rows(desk).locator("[data-part=last]").allTextContents();
const open = (desk, text) => row(desk, text).locator("[data-action=choose]").click();

/** Mei signs in on a browser of her own. */
async function colleague(world, prepare = async () => {}) {
  const { page } = await world.signedIn(MEI, {}, prepare);
  return page;
}

async function setUp(t, texts) {
  const world = await World.open(t, ["--no-limits"]);
  world.server.addAdmin(MEI);
  const people = await crowd(world.server, texts);
  return { world, people };
}

test("what one of the staff reads, pins or deletes is so for the other at once", async (t) => {
  const { world, people } = await setUp(t, ["one", "two"]);
  const { page: lin } = await world.admin();
  const mei = await colleague(world);
  await row(mei, "one").getByLabel("1 unread").waitFor();
  assert.equal(await mei.title(), "(2) Support desk");
  await open(lin, "one");
  await row(mei, "one").getByLabel("1 unread").waitFor({ state: "detached" });
  await until(async () => (await mei.title()) === "(1) Support desk", "counted");
  await row(lin, "one").click({ button: "right" });
  await lin.getByRole("menuitem", { name: "Pin" }).click();
  await until(async () => (await lines(mei))[0] === "one", "pinned");
  await row(lin, "two").click({ button: "right" });
  await lin.getByRole("menuitem", { name: "Delete" }).click();
  await lin.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await until(async () => (await rows(mei).count()) === 1, "deleted");
  await until(async () => (await mei.title()) === "Support desk", "and not counted");
  await people[1].write("I am back");
  await row(mei, "I am back").getByLabel("2 unread").waitFor();
  world.nothingWentWrong();
});

test("when a colleague has answered while one was writing, that is said before the second answer", async (t) => {
  const { world } = await setUp(t, ["is it in stock?", "another"]);
  const { page: lin } = await world.admin();
  const mei = await colleague(world);
  for (const desk of [lin, mei]) {
    await open(desk, "is it in stock?");
    await untilTexts(desk, ["is it in stock?"]);
  }
  const hint = mei.locator("[data-part=colleague] [role=status]");
  // Nothing is being written: an answer is simply there.
  await write(lin, "let me look");
  await untilTexts(mei, ["is it in stock?", "let me look"]);
  assert.equal(await hint.textContent(), "");
  await mei.locator("message-composer textarea").fill("I think it");
  await write(lin, "Yes, it is.");
  await hint.getByText(": “Yes, it is.”").waitFor();
  assert.equal(await mei.locator("message-composer textarea").inputValue(), "I think it");
  await mei.getByRole("button", { name: "Got it" }).click();
  assert.equal(await hint.textContent(), "");
  // And while one was looking after somebody else.
  await open(mei, "another");
  await untilTexts(mei, ["another"]);
  await write(lin, "And here is a picture of it.");
  await until(async () => (await lines(mei)).includes("[Draft] I think it"), "the draft is kept");
  await row(mei, "I think it").locator("[data-action=choose]").click();
  await hint.getByText("“And here is a picture of it.”").waitFor();
  await mei.locator("message-composer textarea").press("Enter");
  await until(async () => (await hint.textContent()) === "", "sent all the same");
  await mei.locator("message-list").getByText("I think it").waitFor();
  world.nothingWentWrong();
});

test("a message counts as read only when it was seen: looked at, and at the end", async (t) => {
  const { world, people } = await setUp(t, []);
  const person = await visitor(world.server);
  for (let index = 0; index < 40; index += 1) await person.write(`line ${index}`);
  people.push(person);
  const { page: desk } = await world.admin({}, async (page) => {
    await page.addInitScript(() => {
      window.looking = true;
      document.hasFocus = () => window.looking;
      window.look = (now) => {
        window.looking = now;
        dispatchEvent(new Event(now ? "focus" : "blur"));
      };
    });
  });
  await open(desk, "line 39");
  await until(async () => (await desk.title()) === "Support desk", "read");
  await desk.evaluate(() => window.look(false));
  await person.write("nobody looks");
  await until(async () => (await desk.title()) === "(1) Support desk", "unread");
  await desk.locator("message-list").getByText("nobody looks").waitFor();
  assert.equal(await desk.title(), "(1) Support desk");
  await desk.evaluate(() => window.look(true));
  await until(async () => (await desk.title()) === "Support desk", "looked at");
  await desk.locator("message-list [data-part=view]").evaluate((view) => view.scrollTo({ top: 0 }));
  await desk.getByRole("button", { name: "Back to the latest" }).waitFor();
  await person.write("below");
  await desk.getByRole("button", { name: "New messages" }).waitFor();
  await until(async () => (await desk.title()) === "(1) Support desk", "unread below");
  await desk.getByRole("button", { name: "New messages" }).click();
  await until(async () => (await desk.title()) === "Support desk", "seen");
  world.nothingWentWrong();
});

test("after two minutes without a line nothing at the desk is of before", async (t) => {
  const { world, people } = await setUp(t, [
    "stays",
    "is pinned",
    "is deleted",
    "is read",
    "is open",
  ]);
  let socket;
  let held = null;
  let mend;
  const { page: desk } = await world.admin({}, async (page) => {
    await page.clock.install();
    await page.routeWebSocket("**/infra/ws?**", (route) => {
      socket = route;
      route.connectToServer();
    });
    await page.route("**/infra/ws-ticket", async (route) => {
      await held;
      await route.continue();
    });
  });
  const mei = await colleague(world);
  await open(desk, "is open");
  await untilTexts(desk, ["is open"]);
  await row(desk, "is read").getByLabel("1 unread").waitFor();
  held = new Promise((resolve) => {
    mend = resolve;
  });
  await socket.close({ code: 1012 });
  await row(mei, "is pinned").click({ button: "right" });
  await mei.getByRole("menuitem", { name: "Pin" }).click();
  await row(mei, "is deleted").click({ button: "right" });
  await mei.getByRole("menuitem", { name: "Delete" }).click();
  await mei.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await open(mei, "is read");
  await untilTexts(mei, ["is read"]);
  await open(mei, "is open");
  await write(mei, "answered meanwhile");
  await untilStates(mei, ["sent"]);
  await people[4].write("thank you");
  await people[0].write("stays, and writes");
  await (await visitor(world.server)).write("came meanwhile");
  await row(mei, "came meanwhile").waitFor();
  await desk.clock.fastForward(120_000);
  await desk.getByText("Connection lost").waitFor();
  assert.equal(await row(desk, "came meanwhile").count(), 0);
  mend();
  // Whoever opens the lid again waits for no timer.
  await desk.evaluate(() => dispatchEvent(new Event("online")));
  await untilTexts(desk, ["is open", "answered meanwhile", "thank you"]);
  await until(
    async () => JSON.stringify(await lines(desk)) === JSON.stringify(await lines(mei)),
    "the same list",
  );
  assert.deepEqual(await lines(desk), [
    "is pinned",
    "came meanwhile",
    "stays, and writes",
    "thank you",
    "is read",
  ]);
  await row(desk, "stays, and writes").getByLabel("2 unread").waitFor();
  assert.equal(await row(desk, "is read").getByLabel("unread").count(), 0);
  await until(async () => (await desk.title()) === (await mei.title()), "the same count");
  await desk.getByText("Connection lost").waitFor({ state: "hidden" });
  world.nothingWentWrong();
});
