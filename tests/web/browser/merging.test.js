import assert from "node:assert/strict";
import { test } from "node:test";
import { until, untilTexts, World } from "./harness.js";
import { proof } from "./shop.js";

/** The shop's backend and its customers, without a browser. */
class Shop {
  constructor(world) {
    this.origin = world.server.origin;
    this.key = world.server.command("key", "rotate", "identity").trim();
  }

  async ask(path, body, token) {
    const headers = { "content-type": "application/json" };
    if (token) headers.authorization = `Bearer ${token}`;
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    const { code, data, msg } = await (await fetch(this.origin + path, init)).json();
    assert.equal(code, 0, msg);
    return data;
  }

  async visitor() {
    return (await this.ask("/app-api/member/auth/visitor", {})).accessToken;
  }

  async identify(sub, token) {
    const signed = { token: proof(this.key, { sub, name: "Mei" }) };
    return (await this.ask("/app-api/member/auth/identify", signed, token)).accessToken;
  }

  say(token, text) {
    const content = JSON.stringify({ text });
    const message = { contentType: 1, content, clientMessageId: crypto.randomUUID() };
    return this.ask("/app-api/promotion/kefu-message/send", message, token);
  }
}

test("an admin who is answering a visitor goes on with the member he turns out to be", async (t) => {
  const world = await World.open(t);
  const shop = new Shop(world);
  const visitor = await shop.visitor();
  await shop.say(visitor, "as a visitor");
  await shop.say(await shop.identify("42"), "as a member");
  const { page: desk } = await world.admin();
  const rows = desk.locator("conversation-list li");
  await rows.getByText("as a visitor").click();
  await untilTexts(desk, ["as a visitor"]);
  const box = desk.locator("message-composer textarea");
  await box.fill("half an answer");
  const address = desk.url();

  await shop.identify("42", visitor);
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
  const shop = new Shop(world);
  const member = await shop.identify("42");
  const visitor = await shop.visitor();
  await shop.say(visitor, "as a visitor");
  const page = await (await world.person()).newPage();
  await page.addInitScript((token) => localStorage.setItem("kefu:token", token), member);
  await page.goto(`${world.server.origin}/member/`);
  await page.locator("textarea").waitFor();

  const here = await shop.identify("42", visitor);
  await untilTexts(page, ["as a visitor"]);
  await shop.say(here, "as a member");
  await untilTexts(page, ["as a visitor", "as a member"]);
  world.nothingWentWrong();
});
