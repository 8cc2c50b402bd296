import assert from "node:assert/strict";
import { test } from "node:test";
import {
  shownTexts,
  steps,
  storedTexts,
  until,
  untilStates,
  untilTexts,
  World,
  write,
} from "./harness.js";
import { desk, member } from "./talk.js";

const conversationOf = (admin) =>
  admin.evaluate(() => Number(new URLSearchParams(location.hash.slice(1)).get("c")));

test("at one desk, customers whose line comes and goes, and one with two tabs", async (t) => {
  const step = steps(t);
  const world = await World.open(t);
  const one = await member(world);
  const context = one.context();
  const said = ["hello", "one", "two", "three", "four"];

  await step(
    "a full outbox survives the server and a reload, and goes out once and in order",
    async () => {
      const [, ...typed] = said;
      await world.server.kill();
      for (const text of typed) await write(one, text);
      await one.route("**/kefu-message/send", (route) => route.abort());
      await world.server.run();
      await one.reload();
      await untilTexts(one, said);
      const waiting = one.locator("message-list li[data-state=pending]");
      assert.equal(await waiting.count(), typed.length);
      await one.unroute("**/kefu-message/send");
      await one.evaluate(() => dispatchEvent(new Event("online")));
      await until(async () => (await waiting.count()) === 0, "all are sent");
      await untilTexts(one, said);
      world.nothingWentWrong();
    },
  );

  const two = await context.newPage();
  await step(
    "what one tab sends, retries or throws away goes from the other tab's list",
    async () => {
      const refusal = { status: 413, json: { code: 413, data: null, msg: "too long" } };
      await context.route("**/kefu-message/send", (route) => route.fulfill(refusal));
      for (const text of ["again", "never"]) await write(one, text);
      const sent = said.map(() => "sent");
      await untilStates(one, [...sent, "failed", "failed"]);
      await one.getByText("too long").first().waitFor();
      await two.goto(`${world.server.origin}/member/`);
      await untilStates(two, [...sent, "failed", "failed"]);
      await context.unroute("**/kefu-message/send");
      await two.getByRole("button", { name: "Delete" }).last().click();
      said.push("again");
      await untilTexts(one, said);
      await one.getByRole("button", { name: "Retry" }).click();
      for (const page of [one, two]) {
        await untilStates(page, [...sent, "sent"]);
        await untilTexts(page, said);
      }
      world.nothingWentWrong();
    },
  );

  const admin = await desk(world);
  await step("two tabs of one customer agree on what was said, sent and read", async () => {
    await write(admin, "how can I help?");
    await Promise.all([write(one, "from one"), write(two, "from two")]);
    const read = [...said, "from one", "from two"].map(() => "read");
    await untilStates(one, read);
    await untilStates(two, read);
    const stored = await storedTexts(admin, await conversationOf(admin));
    assert.deepEqual(stored.slice(0, said.length), said);
    assert.equal(stored.length, said.length + 3);
    await untilTexts(one, stored);
    await untilTexts(two, stored);
    assert.deepEqual(await shownTexts(one), await shownTexts(two));
    world.nothingWentWrong();
  });

  await context.close();
  await step(
    "a minute without a line is said after five seconds, and nothing is lost or doubled",
    async () => {
      const person = await world.person();
      const page = await person.newPage();
      await page.clock.install();
      await page.goto(`${world.server.origin}/member/`);
      await write(page, "hello");
      await untilStates(page, ["sent"]);
      await admin.locator("conversation-list [data-action=choose]").getByText("hello").click();
      await untilTexts(admin, ["hello"]);
      await write(admin, "good morning");
      await untilTexts(page, ["hello", "good morning"]);
      // Both know that it was read before the line is cut.
      await untilStates(page, ["read"]);
      await untilStates(admin, ["read"]);

      const note = page.locator("[data-part=note]");
      await page.clock.pauseAt(await page.evaluate(() => Date.now() + 1000));
      const closed = page.evaluate(
        () => new Promise((resolve) => addEventListener("offline", () => resolve(true))),
      );
      await person.setOffline(true);
      assert.equal(await closed, true);
      // The line is cut for this page only: what the socket asks next is never answered.
      await world.server.kill();
      await world.server.run();
      await page.clock.runFor(4000);
      assert.equal(await note.isVisible(), false);
      await page.clock.runFor(30_000);
      await note.waitFor();
      await write(page, "are you there?");
      await write(page, "I go on typing");
      await untilStates(page, ["read", "pending", "pending"]);
      await write(admin, "while you were away");
      await untilStates(admin, ["read", "sent"]);
      await page.clock.runFor(26_000);

      await person.setOffline(false);
      await page.clock.resume();
      await untilStates(page, ["read", "read", "read"]);
      await note.waitFor({ state: "hidden" });
      const stored = await storedTexts(admin, await conversationOf(admin));
      assert.deepEqual(stored, [
        "hello",
        "good morning",
        "while you were away",
        "are you there?",
        "I go on typing",
      ]);
      await untilTexts(page, stored);
      await untilTexts(admin, stored);
      world.nothingWentWrong();
    },
  );
});

test("a stranger whose first message finds no server is told so, and it goes out later", async (t) => {
  const world = await World.open(t);
  const page = await (await world.person()).newPage();
  await page.clock.install();
  await page.goto(`${world.server.origin}/member/`);
  await page.locator("textarea:enabled").waitFor();
  await world.server.kill();
  await page.clock.pauseAt(await page.evaluate(() => Date.now() + 1000));
  await write(page, "anybody there?");
  await untilStates(page, ["pending"]);
  const note = page.locator("[data-part=note]");
  // The box is there as soon as the message has found nobody, which takes real time; its five seconds begin only then.
  await note.and(page.locator(":not([hidden])")).waitFor({ state: "attached" });
  await page.clock.runFor(4000);
  assert.equal(await note.isVisible(), false);
  await page.clock.runFor(1000);
  await note.getByText("Connection lost").waitFor();
  await world.server.run();
  await page.clock.resume();
  await untilStates(page, ["sent"]);
  await note.waitFor({ state: "hidden" });
  world.nothingWentWrong();
});
