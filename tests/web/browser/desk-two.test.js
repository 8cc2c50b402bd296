import assert from "node:assert/strict";
import { test } from "node:test";
import { crowd, visitor } from "./crowd.js";
import { steps, until, untilStates, untilTexts, World, write } from "./harness.js";
import { cuttable } from "./line.js";

const MEI = { username: "agent1", password: "another horse", nickname: "Mei" };

const rows = (desk) => desk.locator("conversation-list li");
const row = (desk, text) => rows(desk).filter({ hasText: text });
const lines = (desk) => rows(desk).locator("[data-part=last]").allTextContents();
const open = (desk, text) => row(desk, text).locator("[data-action=choose]").click();

/** Lin's page, whose clock the test moves, whose line it cuts, and which is looked at or not, as it says. */
async function prepare(page) {
  await page.clock.install();
  await page.addInitScript(() => {
    window.looking = true;
    document.hasFocus = () => window.looking;
    window.look = (now) => {
      window.looking = now;
      dispatchEvent(new Event(now ? "focus" : "blur"));
    };
  });
  await cuttable(page);
}

async function readsWhatIsSeen({ world, lin }) {
  const person = await visitor(world.server);
  // More than fits a screen.
  await person.write("line\n".repeat(60));
  await person.write("the end");
  await open(lin, "the end");
  await until(async () => (await lin.title()) === "Support desk", "read");
  await lin.evaluate(() => window.look(false));
  await person.write("nobody looks");
  await until(async () => (await lin.title()) === "(1) Support desk", "unread");
  await lin.locator("message-list").getByText("nobody looks").waitFor();
  assert.equal(await lin.title(), "(1) Support desk");
  await lin.evaluate(() => window.look(true));
  await until(async () => (await lin.title()) === "Support desk", "looked at");
  await lin.locator("message-list [data-part=view]").evaluate((view) => view.scrollTo({ top: 0 }));
  await lin.getByRole("button", { name: "Back to the latest" }).waitFor();
  await person.write("below");
  await lin.getByRole("button", { name: "New messages" }).waitFor();
  await until(async () => (await lin.title()) === "(1) Support desk", "unread below");
  await lin.getByRole("button", { name: "New messages" }).click();
  await until(async () => (await lin.title()) === "Support desk", "seen");
  world.nothingWentWrong();
}

async function sharesAll({ world, lin, mei }) {
  const people = await crowd(world.server, ["one", "two"]);
  await row(mei, "one").getByLabel("1 unread").waitFor();
  await until(async () => (await mei.title()) === "(2) Support desk", "both are counted");
  await open(lin, "one");
  await row(mei, "one").getByLabel("1 unread").waitFor({ state: "detached" });
  await until(async () => (await mei.title()) === "(1) Support desk", "counted");
  await row(lin, "one").click({ button: "right" });
  await lin.getByRole("menuitem", { name: "Pin" }).click();
  await until(async () => (await lines(mei))[0] === "one", "pinned");
  await row(lin, "two").click({ button: "right" });
  await lin.getByRole("menuitem", { name: "Delete" }).click();
  await lin.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await row(mei, "two").waitFor({ state: "detached" });
  await until(async () => (await mei.title()) === "Support desk", "and not counted");
  await people[1].write("I am back");
  await row(mei, "I am back").getByLabel("2 unread").waitFor();
  await open(lin, "I am back");
  await until(async () => (await mei.title()) === "Support desk", "and read");
  await row(lin, "one").click({ button: "right" });
  await lin.getByRole("menuitem", { name: "Unpin" }).click();
  await until(async () => (await lines(mei))[0] === "I am back", "unpinned");
  world.nothingWentWrong();
}

async function warns({ world, lin, mei }) {
  await crowd(world.server, ["is it in stock?", "another"]);
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
  await open(mei, "I think it");
  await hint.getByText("“And here is a picture of it.”").waitFor();
  await mei.locator("message-composer textarea").press("Enter");
  await until(async () => (await hint.textContent()) === "", "sent all the same");
  await mei.locator("message-list").getByText("I think it").waitFor();
  world.nothingWentWrong();
}

async function beginsAnew({ world, lin, mei }) {
  const texts = ["stays", "is pinned", "is deleted", "is read", "is open"];
  const people = await crowd(world.server, texts);
  await open(lin, "is open");
  await untilTexts(lin, ["is open"]);
  await row(lin, "is read").getByLabel("1 unread").waitFor();
  await lin.cut();
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
  await lin.clock.fastForward(120_000);
  await lin.getByText("Connection lost").waitFor();
  assert.equal(await row(lin, "came meanwhile").count(), 0);
  lin.mend();
  // Whoever opens the lid again waits for no timer.
  await lin.evaluate(() => dispatchEvent(new Event("online")));
  await untilTexts(lin, ["is open", "answered meanwhile", "thank you"]);
  await until(
    async () => JSON.stringify(await lines(lin)) === JSON.stringify(await lines(mei)),
    "the same list",
  );
  // Below them is who wrote before.
  assert.deepEqual((await lines(lin)).slice(0, texts.length), [
    "is pinned",
    "came meanwhile",
    "stays, and writes",
    "thank you",
    "is read",
  ]);
  assert.equal(await row(lin, "is deleted").count(), 0);
  await row(lin, "stays, and writes").getByLabel("2 unread").waitFor();
  assert.equal(await row(lin, "is read").getByLabel("unread").count(), 0);
  await until(async () => (await lin.title()) === (await mei.title()), "the same count");
  await lin.getByText("Connection lost").waitFor({ state: "hidden" });
  world.nothingWentWrong();
}

test("at the desks of two of the staff", async (t) => {
  const step = steps(t);
  const world = await World.open(t, ["--no-limits"]);
  world.server.addAdmin(MEI);
  const { page: lin } = await world.admin({}, prepare);
  await step("a message counts as read only when it was seen: looked at, and at the end", () =>
    readsWhatIsSeen({ world, lin }),
  );

  const { page: mei } = await world.signedIn(MEI);
  const desks = { world, lin, mei };
  await step("what one of the staff reads, pins or deletes is so for the other at once", () =>
    sharesAll(desks),
  );
  await step(
    "when a colleague has answered while one was writing, that is said before the second answer",
    () => warns(desks),
  );
  await step("after two minutes without a line nothing at the desk is of before", () =>
    beginsAnew(desks),
  );
});
