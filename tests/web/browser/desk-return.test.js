import assert from "node:assert/strict";
import { test } from "node:test";
import { crowd } from "./crowd.js";
import { steps, until, untilTexts, World } from "./harness.js";
import { cuttable } from "./line.js";

const rows = (desk) => desk.locator("conversation-list li");
const row = (desk, text) => rows(desk).filter({ hasText: text });
const open = (desk, text) => row(desk, text).locator("[data-action=choose]").click();

/** As another window of the same person does it: a desk without a line does not hear of it. */
async function elsewhere(desk, method, path, body) {
  const code = await desk.evaluate(
    async ([how, where, what]) => {
      const headers = { "Content-Type": "application/json" };
      const response = await fetch(where, { method: how, headers, body: JSON.stringify(what) });
      return (await response.json()).code;
    },
    [method, `/admin-api${path}`, body],
  );
  assert.equal(code, 0);
}

const remove = (desk, id) =>
  elsewhere(desk, "DELETE", `/promotion/kefu-conversation/delete?id=${id}`);
const openId = (desk) => Number(new URLSearchParams(new URL(desk.url()).hash.slice(1)).get("c"));

async function findsWhatWasMissed({ world, desk }) {
  const [person] = await crowd(world.server, ["one"]);
  await open(desk, "one");
  await untilTexts(desk, ["one"]);
  // Somebody else's is newer than what the desk has seen, or it would begin anew instead of resuming.
  await crowd(world.server, ["elsewhere"]);
  await row(desk, "elsewhere").waitFor();
  await desk.cut();
  await person.write("two");
  await remove(desk, openId(desk));
  // The socket is back while it is hidden; it comes up before the list is answered.
  let answer;
  const asked = new Promise((resolve) => {
    desk.route("**/kefu-conversation/list?**", async (route) => {
      resolve();
      await new Promise((done) => {
        answer = done;
      });
      await route.continue();
    });
  });
  desk.mend();
  await asked;
  await person.write("three");
  answer();
  await untilTexts(desk, ["one", "two", "three"]);
  await desk.unroute("**/kefu-conversation/list?**");
  world.nothingWentWrong();
}

async function isClosed({ world, desk }) {
  await crowd(world.server, ["soon deleted"]);
  await open(desk, "soon deleted");
  await untilTexts(desk, ["soon deleted"]);
  await desk.cut();
  await remove(desk, openId(desk));
  desk.mend();
  await until(async () => (await desk.locator("message-list").isVisible()) === false, "closed");
  await row(desk, "soon deleted").waitFor({ state: "detached" });
  world.nothingWentWrong();
}

async function findsNames({ world, desk }) {
  await crowd(world.server, ["a lamp"]);
  await row(desk, "a lamp").waitFor();
  await desk.getByRole("searchbox").fill("lamp");
  const found = desk.locator("found-list li");
  await until(async () => (await found.count()) === 1, "one is found");
  await found.locator("button").focus();
  await desk.cut();
  await crowd(world.server, ["another lamp"]);
  await elsewhere(desk, "PUT", "/system/user/profile/update", { nickname: "Lin Two" });
  desk.mend();
  await until(async () => (await found.count()) === 2, "both are found");
  // The hands stay where they were.
  const focused = () =>
    desk.evaluate(() => document.activeElement?.closest("li")?.textContent ?? "");
  assert.match(await focused(), /a lamp/);
  const name = desk.locator("[data-part=account-menu] strong");
  await until(async () => (await name.textContent()) === "Lin Two", "his name");
  world.nothingWentWrong();
}

test("a desk comes back after a time without a line", async (t) => {
  const step = steps(t);
  const world = await World.open(t, ["--no-limits"]);
  const { page: desk } = await world.admin({}, cuttable);

  await step("what was missed of a hidden conversation is there when it comes back", () =>
    findsWhatWasMissed({ world, desk }),
  );
  await step("a conversation that was deleted meanwhile is closed", () =>
    isClosed({ world, desk }),
  );
  await step(
    "whoever comes back finds his own name, the shop's and what he searched as they are now",
    () => findsNames({ world, desk }),
  );
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
