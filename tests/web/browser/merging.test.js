import assert from "node:assert/strict";
import { test } from "node:test";
import { Caller } from "./caller.js";
import { until, untilTexts, World } from "./harness.js";
import { proof } from "./shop.js";

/** The shop's backend, which vouches for its member 42, be he a visitor until then or not. */
function backend({ server }) {
  const key = server.command("key", "rotate", "identity").trim();
  const prove = (token) =>
    Caller.member(server.origin, proof(key, { sub: "42", name: "Mei" }), token);
  return { prove, visitor: () => Caller.visitor(server.origin) };
}

test("an admin who is answering a visitor goes on with the member he turns out to be", async (t) => {
  const world = await World.open(t);
  const shop = backend(world);
  const visitor = await shop.visitor();
  await visitor.say(1, { text: "as a visitor" });
  await (await shop.prove()).say(1, { text: "as a member" });
  const { page: desk } = await world.admin();
  const rows = desk.locator("conversation-list li");
  await rows.getByText("as a visitor").click();
  await untilTexts(desk, ["as a visitor"]);
  const box = desk.locator("message-composer textarea");
  await box.fill("half an answer");
  const address = desk.url();

  await shop.prove(visitor.token);
  await untilTexts(desk, ["as a visitor", "as a member"]);
  assert.equal(await rows.count(), 1);
  assert.equal(await box.inputValue(), "half an answer");
  assert.notEqual(desk.url(), address);
  await box.press("Enter");
  await untilTexts(desk, ["as a visitor", "as a member", "half an answer"]);
  await until(async () => (await rows.getByText("half an answer").count()) === 1, "in the list");
  await desk.goto(address);
  await desk.reload();
  await untilTexts(desk, ["as a visitor", "as a member", "half an answer"]);
  world.nothingWentWrong();
});

test("a member's other device shows what he wrote as a visitor", async (t) => {
  const world = await World.open(t);
  const shop = backend(world);
  const member = await shop.prove();
  const visitor = await shop.visitor();
  await visitor.say(1, { text: "as a visitor" });
  const page = await (await world.person()).newPage();
  await page.addInitScript((token) => localStorage.setItem("kefu:token", token), member.token);
  await page.goto(`${world.server.origin}/member/`);
  await page.locator("textarea").waitFor();

  const here = await shop.prove(visitor.token);
  await untilTexts(page, ["as a visitor"]);
  await here.say(1, { text: "as a member" });
  await untilTexts(page, ["as a visitor", "as a member"]);
  world.nothingWentWrong();
});
