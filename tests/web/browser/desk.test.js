import assert from "node:assert/strict";
import { test } from "node:test";
import { crowd, visitor } from "./crowd.js";
import {
  clickLauncher,
  openWidget,
  shownTexts,
  steps,
  until,
  untilStates,
  untilTexts,
  World,
  write,
} from "./harness.js";

const rows = (desk) => desk.locator("conversation-list li");
const names = (desk) => rows(desk).locator("strong").allTextContents();
const openFirst = (desk) => rows(desk).first().locator("[data-action=choose]").click();

async function menu(desk, row, item) {
  await row.hover();
  await row.getByRole("button", { name: "Conversation actions" }).click();
  await desk.getByRole("menuitem", { name: item }).click();
}

async function readsUpward({ world, desk, person }) {
  await openFirst(desk);
  const view = desk.locator("message-list [data-part=view]");
  await desk.locator("message-list").getByText("message 99", { exact: true }).waitFor();
  await until(async () => (await desk.title()) === "Support desk", "all are read");
  const count = async () => (await shownTexts(desk)).length;
  const before = await count();
  await view.hover();
  await until(async () => {
    await desk.mouse.wheel(0, -400);
    return (await count()) > before;
  }, "older messages");
  const place = async () =>
    view.evaluate((node) => {
      const edge = node.getBoundingClientRect().top;
      const seen = [...node.querySelectorAll("li:not([data-day])")].find(
        (item) => item.getBoundingClientRect().top >= edge,
      );
      return [seen.textContent, Math.round(seen.getBoundingClientRect().top - edge)];
    });
  // The wheel rolls on for a moment.
  let seen = await place();
  await until(async () => {
    const last = JSON.stringify(seen);
    await view.evaluate(async () => {
      for (let frame = 0; frame < 10; frame += 1) await new Promise(requestAnimationFrame);
    });
    seen = await place();
    return JSON.stringify(seen) === last;
  }, "the list rests");
  await person.write("while you read");
  await desk.getByRole("button", { name: "New messages" }).waitFor();
  assert.deepEqual(await place(), seen);
  await until(async () => {
    await desk.mouse.wheel(0, -1500);
    return (await count()) === 101;
  }, "all history");
  const texts = await shownTexts(desk);
  assert.deepEqual(texts, [
    ...Array.from({ length: 100 }, (_, index) => `message ${index}`),
    "while you read",
  ]);
  assert.equal(await desk.title(), "(1) Support desk");
  await desk.getByRole("button", { name: "New messages" }).click();
  await until(async () => (await desk.title()) === "Support desk", "the last is read as well");
  world.nothingWentWrong();
}

async function tidies({ world, desk }) {
  const [first] = await crowd(world.server, ["I am first", "I am second"]);
  await rows(desk).first().getByText("I am second").waitFor();
  const [newest, oldest] = await names(desk);
  await menu(desk, rows(desk).nth(1), "Pin");
  await rows(desk).first().getByLabel("Pinned").waitFor();
  assert.deepEqual((await names(desk)).slice(0, 2), [oldest, newest]);
  await menu(desk, rows(desk).first(), "Unpin");
  await until(async () => (await names(desk))[0] === newest, "unpinned");

  await menu(desk, rows(desk).nth(1), "Delete");
  await desk.getByRole("button", { name: "Cancel" }).click();
  assert.equal(await rows(desk).count(), 3);
  await menu(desk, rows(desk).nth(1), "Delete");
  await desk.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await until(async () => (await rows(desk).count()) === 2, "deleted");

  await first.write("I am back");
  await rows(desk).first().getByText("I am back").waitFor();
  await openFirst(desk);
  await untilTexts(desk, ["I am first", "I am back"]);
  world.nothingWentWrong();
}

/** Notes in the shop's page how many unread messages it was told of; anew after each reload. */
const countUnread = (shop) =>
  shop.evaluate(() => {
    window.unreadSeen = [];
    window.kefu("on", "unread", (count) => window.unreadSeen.push(count));
  });

const untilUnread = (shop, count) =>
  until(() => shop.evaluate((wanted) => window.unreadSeen.at(-1) === wanted, count), `${count}`);

async function waitsOnTheLauncher({ world, desk, shop, chat }) {
  await countUnread(shop);
  await write(chat, "anybody there?");
  await untilStates(chat, ["sent"]);
  await clickLauncher(shop);
  await rows(desk).first().getByText("anybody there?").waitFor();
  await openFirst(desk);
  await untilStates(chat, ["read"]);
  await write(desk, "yes");
  await write(desk, "here I am");
  await untilUnread(shop, 2);
  await untilStates(desk, ["sent", "sent"]);

  // The badge survives a reload, before the chat is opened.
  await shop.reload();
  await countUnread(shop);
  await untilUnread(shop, 2);
  await openWidget(shop);
  await untilUnread(shop, 0);
  await untilStates(desk, ["read", "read"]);
  world.nothingWentWrong();
}

async function opensForGood({ world, desk, shop }) {
  // The words of the page come late: the frame has said it is ready, and cannot speak yet.
  let speak;
  const asked = new Promise((resolve) => {
    shop.route("**/shared/en.js", async (route) => {
      resolve();
      await new Promise((done) => {
        speak = done;
      });
      await route.continue();
    });
  });
  await shop.reload();
  await asked;
  await clickLauncher(shop);
  await write(desk, "still there?");
  await untilStates(desk, ["read", "read", "sent"]);
  speak();
  await untilStates(desk, ["read", "read", "read"]);
  world.nothingWentWrong();
}

test("at one desk", async (t) => {
  const step = steps(t);
  const world = await World.open(t, ["--no-limits"]);
  // They are there before the desk, which would draw each as it comes.
  const person = await visitor(world.server);
  for (let index = 0; index < 100; index += 1) await person.write(`message ${index}`);
  const { page: desk } = await world.admin();

  await step("history loads upward and keeps its place, and new messages wait below", () =>
    readsUpward({ world, desk, person }),
  );
  await step(
    "conversations are pinned, unpinned, deleted, and come back with the next message",
    () => tidies({ world, desk }),
  );

  // One customer in a shop's page: his chat is open, the first of them closes it, and the second loads the page anew.
  const { page: shop, chat } = await world.customer();
  await step(
    "an answer waits on the launcher of a closed chat, and is read when it is opened",
    () => waitsOnTheLauncher({ world, desk, shop, chat }),
  );
  await step("a click that comes while the chat is still loading opens it for good", () =>
    opensForGood({ world, desk, shop }),
  );
});
