import assert from "node:assert/strict";
import { test } from "node:test";
import { Caller } from "./caller.js";
import { crowd } from "./crowd.js";
import {
  ADMIN,
  openWidget,
  shownTexts,
  steps,
  storedTexts,
  untilStates,
  untilTexts,
  World,
  write,
} from "./harness.js";

test("a customer and an admin talk through a killed server, and nothing is lost, doubled or out of order", async (t) => {
  const world = await World.open(t, [], { isNew: true });
  const { server } = world;

  // The owner sets the shop up by the printed link.
  const desk = await (await world.person()).newPage();
  await desk.goto(`${server.origin}/admin/#setup=${server.setupCode}`);
  await desk.getByLabel("User name").fill(ADMIN.username);
  await desk.getByLabel("Nickname").fill(ADMIN.nickname);
  await desk.getByLabel("Password").fill(ADMIN.password);
  await desk.getByRole("button", { name: "Create account" }).click();
  await desk.getByText("No conversations yet").waitFor();
  assert.equal(new URL(desk.url()).hash, "");

  // The first message of the first customer shows up at a desk that was empty.
  const { page: shop, ...customer } = await world.customer();
  let { chat } = customer;
  await write(chat, "hello");
  const row = desk.locator("conversation-list li").first();
  await row.getByText("hello").waitFor();
  await row.getByLabel("1 unread").waitFor();
  await row.locator("[data-action=choose]").click();
  await untilTexts(desk, ["hello"]);
  await untilStates(chat, ["read"]);
  await row.getByLabel("1 unread").waitFor({ state: "detached" });

  await write(desk, "how can I help?");
  await untilTexts(chat, ["hello", "how can I help?"]);
  await untilStates(desk, ["read"]);
  await write(chat, "is the lamp\nin stock?");
  await untilTexts(desk, ["hello", "how can I help?", "is the lamp\nin stock?"]);

  await untilStates(chat, ["read", "read"]);

  // The server dies. Both go on writing, and the customer even reloads with a full outbox.
  await server.kill();
  const typed = ["down 1", "down 2", "down 3", "down 4", "down 5"];
  for (const text of typed.slice(0, 4)) await write(chat, text);
  await write(desk, "from the desk while down");
  await untilStates(chat, ["read", "read", "pending", "pending", "pending", "pending"]);
  await untilStates(desk, ["read", "pending"]);
  await chat.getByText("Connection lost").waitFor();

  await server.run();
  await shop.reload();
  chat = await openWidget(shop);
  await write(chat, typed[4]);
  await desk.getByText("down 5", { exact: true }).last().waitFor();
  await untilStates(desk, ["read", "read"]);

  const id = Number(await row.getAttribute("data-id"));
  const stored = await storedTexts(desk, id);
  assert.deepEqual(
    stored.filter((text) => typed.includes(text)),
    typed,
  );
  assert.equal(stored.length, 9);
  await untilTexts(chat, stored);
  await untilTexts(desk, stored);

  // And once more, with the server gone while the admin answers and nobody reloads.
  await server.kill();
  await write(desk, "still here");
  await write(chat, "me too");
  await server.run();
  await untilStates(desk, ["read", "read", "read"]);
  await untilStates(chat, Array(8).fill("read"));
  const all = await storedTexts(desk, id);
  assert.equal(all.length, 11);
  await untilTexts(chat, all);
  await untilTexts(desk, all);

  // A fresh look at both sides shows the same.
  await desk.reload();
  await untilTexts(desk, all);
  await shop.reload();
  await untilTexts(await openWidget(shop), all);
  world.nothingWentWrong();
});

test("what two tabs of one customer write at the same time becomes one conversation", async (t) => {
  const world = await World.open(t);
  const { context, page, chat } = await world.customer();
  const second = await context.newPage();
  await second.goto(page.url());
  const other = await openWidget(second);
  await Promise.all([write(chat, "from one"), write(other, "from the other")]);
  await untilStates(chat, ["sent", "sent"]);
  await untilStates(other, ["sent", "sent"]);
  assert.deepEqual(await shownTexts(chat), await shownTexts(other));
  const all = await Caller.owner(world).ask(
    "GET",
    "/admin-api/promotion/kefu-conversation/list?limit=20",
  );
  assert.equal(all.length, 1);
  world.nothingWentWrong();
});

test("on a visitor's page of its own", async (t) => {
  const step = steps(t);
  const world = await World.open(t);
  const page = await (await world.person()).newPage();
  await page.goto(`${world.server.origin}/member/`);

  await step("an input method's Enter does not send", async () => {
    const box = page.locator("textarea");
    await box.fill("ni hao");
    for (const init of [
      { key: "Enter", isComposing: true },
      { key: "Enter", keyCode: 229 },
      { key: "Enter", shiftKey: true },
    ]) {
      await box.dispatchEvent("keydown", { bubbles: true, cancelable: true, ...init });
    }
    assert.deepEqual(await shownTexts(page), []);
    assert.equal(await box.inputValue(), "ni hao");
    await box.press("Enter");
    await untilTexts(page, ["ni hao"]);
    await untilStates(page, ["sent"]);
    world.nothingWentWrong();
  });

  await step("a session that ended keeps the outbox and gets a new visitor", async () => {
    await page.evaluate(async () => {
      const token = localStorage.getItem("kefu:token");
      const headers = { Authorization: `Bearer ${token}` };
      await fetch("/app-api/member/auth/logout", { method: "POST", headers });
    });
    // The new visitor's conversation holds only what he wrote himself, and that is what is shown.
    await write(page, "second");
    await untilTexts(page, ["second"]);
    await untilStates(page, ["sent"]);
    await page.reload();
    await untilTexts(page, ["second"]);
    world.nothingWentWrong();
  });
});

test("a chat that cannot be loaded says so, and is loaded by a press or by itself", async (t) => {
  const world = await World.open(t);
  await crowd(world.server, ["is anybody there?", "and here?"]);
  const { page: desk } = await world.admin();
  const list = "**/promotion/kefu-message/list*";
  const refusal = { status: 403, json: { code: 403, data: null, msg: "no" } };
  await desk.route(list, (route) => route.fulfill(refusal));
  const people = desk.locator("conversation-list [data-action=choose]");
  await people.getByText("is anybody there?").click();
  const messages = desk.locator("message-list");
  await messages.getByText("could not be loaded").waitFor();
  await desk.unroute(list);
  await messages.getByRole("button", { name: "Retry" }).click();
  await untilTexts(desk, ["is anybody there?"]);
  assert.equal(await messages.getByText("could not be loaded").count(), 0);

  let busy = 2;
  await desk.route(list, (route) => {
    busy -= 1;
    return busy >= 0 ? route.fulfill({ status: 503, body: "busy" }) : route.fallback();
  });
  await people.getByText("and here?").click();
  await untilTexts(desk, ["and here?"]);
  assert.ok(busy < 0, `${busy}`);
  world.nothingWentWrong();
});
