import assert from "node:assert/strict";
import { test } from "node:test";
import {
  shownTexts,
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

test("a full outbox survives the server and a reload, and goes out once and in order", async (t) => {
  const world = await World.open(t);
  const page = await member(world);
  const admin = await desk(world);
  const typed = ["one", "two", "three", "four", "five", "six"];
  await world.server.kill();
  for (const text of typed) await write(page, text);
  await page.route("**/kefu-message/send", (route) => route.abort());
  await world.server.run();
  await page.reload();
  await untilTexts(page, ["hello", ...typed]);
  const waiting = page.locator("message-list li[data-state=pending]");
  assert.equal(await waiting.count(), typed.length);
  await page.unroute("**/kefu-message/send");
  await page.reload();
  await until(async () => (await waiting.count()) === 0, "all are sent");
  await untilTexts(page, ["hello", ...typed]);
  await untilTexts(admin, ["hello", ...typed]);
  assert.deepEqual(await storedTexts(admin, await conversationOf(admin)), ["hello", ...typed]);
  world.nothingWentWrong();
});

test("a minute without a line is said after five seconds, and nothing is lost or doubled", async (t) => {
  const world = await World.open(t);
  const context = await world.person();
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(`${world.server.origin}/member/`);
  await write(page, "hello");
  await untilStates(page, ["sent"]);
  const admin = await desk(world);
  await write(admin, "good morning");
  await untilTexts(page, ["hello", "good morning"]);

  const note = page.locator("[data-part=note]");
  const sockets = [];
  page.on("websocket", (socket) => sockets.push(socket));
  await page.clock.pauseAt(await page.evaluate(() => Date.now() + 1000));
  const closed = page.evaluate(
    () => new Promise((resolve) => addEventListener("offline", () => resolve(true))),
  );
  await context.setOffline(true);
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

  await context.setOffline(false);
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
});

test("a restart of the server loses nothing, and the page finds back by itself", async (t) => {
  const world = await World.open(t);
  const page = await member(world);
  const admin = await desk(world);
  await world.server.kill();
  await world.server.run();
  await write(page, "still here?");
  await untilTexts(admin, ["hello", "still here?"]);
  await write(admin, "yes");
  await untilTexts(page, ["hello", "still here?", "yes"]);
  await page.locator("[data-part=note]").waitFor({ state: "hidden" });
  world.nothingWentWrong();
});

test("two tabs of one customer agree on what was said, sent and read", async (t) => {
  const world = await World.open(t);
  const one = await member(world);
  const two = await one.context().newPage();
  await two.goto(`${world.server.origin}/member/`);
  await untilTexts(two, ["hello"]);
  const admin = await desk(world);
  await write(admin, "how can I help?");
  await Promise.all([write(one, "from one"), write(two, "from two")]);
  await untilStates(one, ["read", "read", "read"]);
  await untilStates(two, ["read", "read", "read"]);
  const stored = await storedTexts(admin, await conversationOf(admin));
  assert.equal(stored.length, 4);
  await untilTexts(one, stored);
  await untilTexts(two, stored);
  assert.deepEqual(await shownTexts(one), await shownTexts(two));
  world.nothingWentWrong();
});

test("a stranger whose first message finds no server is told so, and it goes out later", async (t) => {
  const world = await World.open(t);
  const page = await (await world.person()).newPage();
  await page.goto(`${world.server.origin}/member/`);
  await page.locator("textarea:enabled").waitFor();
  await world.server.kill();
  await write(page, "anybody there?");
  await untilStates(page, ["pending"]);
  const note = page.locator("[data-part=note]");
  assert.equal(await note.isVisible(), false);
  await note.getByText("Connection lost").waitFor();
  await world.server.run();
  await untilStates(page, ["sent"]);
  await note.waitFor({ state: "hidden" });
});

test("what one tab sends, retries or throws away goes from the other tab's list", async (t) => {
  const world = await World.open(t);
  const one = await member(world);
  const refusal = { status: 413, json: { code: 413, data: null, msg: "too long" } };
  await one.context().route("**/kefu-message/send", (route) => route.fulfill(refusal));
  for (const text of ["again", "never"]) await write(one, text);
  await untilStates(one, ["sent", "failed", "failed"]);
  const two = await one.context().newPage();
  await two.goto(`${world.server.origin}/member/`);
  await untilStates(two, ["sent", "failed", "failed"]);
  await one.context().unroute("**/kefu-message/send");
  await two.getByRole("button", { name: "Delete" }).last().click();
  await untilTexts(one, ["hello", "again"]);
  await one.getByRole("button", { name: "Retry" }).click();
  for (const page of [one, two]) {
    await untilStates(page, ["sent", "sent"]);
    await untilTexts(page, ["hello", "again"]);
  }
  world.nothingWentWrong();
});
