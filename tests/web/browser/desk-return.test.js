import assert from "node:assert/strict";
import { test } from "node:test";
import { crowd } from "./crowd.js";
import { until, untilTexts, World } from "./harness.js";

const row = (desk, text) => desk.locator("conversation-list li").filter({ hasText: text });

/** Lets a test cut the page's socket and keep it from coming back, and change what the server says first. */
async function cuttable(page) {
  let socket;
  let held = null;
  let letThrough = () => {};
  page.hello = (hello) => hello;
  await page.routeWebSocket("**/infra/ws?**", (route) => {
    socket = route;
    const server = route.connectToServer();
    server.onMessage((text) => {
      const frame = text.startsWith("{") ? JSON.parse(text) : {};
      if (frame.type !== "kefu_hello") return route.send(text);
      const content = JSON.stringify(page.hello(JSON.parse(frame.content)));
      return route.send(JSON.stringify({ ...frame, content }));
    });
  });
  await page.route("**/infra/ws-ticket", async (route) => {
    await held;
    await route.continue();
  });
  page.cut = async () => {
    held = new Promise((resolve) => {
      letThrough = resolve;
    });
    await socket.close({ code: 1012 });
  };
  page.mend = () => letThrough();
}

test("whoever comes back finds his own name, the shop's and what he searched as they are now", async (t) => {
  const world = await World.open(t, ["--no-limits"]);
  await crowd(world.server, ["a lamp", "else"]);
  const { page: desk } = await world.admin({}, cuttable);
  const { page: other } = await world.admin();
  await row(desk, "else").waitFor();
  await desk.getByRole("searchbox").fill("lamp");
  const found = desk.locator("found-list li");
  await until(async () => (await found.count()) === 1, "one is found");
  await found.locator("button").focus();
  await desk.cut();
  await crowd(world.server, ["another lamp"]);
  const changed = await other.evaluate(async () => {
    const headers = { "Content-Type": "application/json" };
    const path = "/admin-api/system/user/profile/update";
    const body = JSON.stringify({ nickname: "Lin Two" });
    return (await (await fetch(path, { method: "PUT", headers, body })).json()).code;
  });
  assert.equal(changed, 0);
  desk.mend();
  await until(async () => (await found.count()) === 2, "both are found");
  // The hands stay where they were.
  const focused = () =>
    desk.evaluate(() => document.activeElement?.closest("li")?.textContent ?? "");
  assert.match(await focused(), /a lamp/);
  const name = desk.locator("[data-part=account-menu] strong");
  await until(async () => (await name.textContent()) === "Lin Two", "his name");
  world.nothingWentWrong();
});

test("when a restored database answers, what the desk knew of the other counts for nothing", async (t) => {
  const world = await World.open(t, ["--no-limits"]);
  await crowd(world.server, ["one", "two"]);
  const { page: desk } = await world.admin({}, async (page) => {
    await cuttable(page);
    // Before, there was more than the copy has.
    await page.route("**/kefu-conversation/list?**", async (route) => {
      const response = await route.fetch();
      const envelope = await response.json();
      for (const conversation of envelope.data) {
        conversation.version += 1000;
        conversation.lastMessageContent = JSON.stringify({ text: "of a lost day" });
      }
      await route.fulfill({ response, json: envelope });
    });
    await page.route("**/kefu-conversation/get?**", (route) => route.abort());
  });
  await until(async () => (await row(desk, "of a lost day").count()) === 2, "as it was");
  await row(desk, "of a lost day").first().locator("[data-action=choose]").click();
  await untilTexts(desk, ["two"]);
  await desk.unroute("**/kefu-conversation/list?**");
  await desk.unroute("**/kefu-conversation/get?**");
  await desk.cut();
  desk.hello = (hello) => ({ ...hello, epoch: "another", resumed: false });
  desk.mend();
  await row(desk, "one").waitFor();
  await row(desk, "two").waitFor();
  await untilTexts(desk, ["two"]);
  world.nothingWentWrong();
});
