import assert from "node:assert/strict";
import { test } from "node:test";
import {
  clickLauncher,
  openWidget,
  PHONE,
  shownTexts,
  until,
  untilStates,
  untilTexts,
  World,
  write,
} from "./harness.js";
import { chooseInMenu } from "./settings-view.js";

const rows = (desk) => desk.locator("conversation-list li");
const names = (desk) => rows(desk).locator("strong").allTextContents();

async function menu(desk, row, item) {
  await row.hover();
  await row.getByRole("button", { name: "Conversation actions" }).click();
  await desk.getByRole("menuitem", { name: item }).click();
}

/** Lets a test cut the page's socket, and keep it from coming back for a while. */
async function cuttable(page) {
  let socket;
  let held = null;
  let letThrough = () => {};
  await page.routeWebSocket("**/infra/ws?**", (route) => {
    socket = route;
    route.connectToServer();
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

test("conversations are pinned, unpinned, deleted, and come back with the next message", async (t) => {
  const world = await World.open(t);
  const first = await world.customer();
  await write(first.chat, "I am first");
  await untilStates(first.chat, ["sent"]);
  const second = await world.customer();
  await write(second.chat, "I am second");
  await untilStates(second.chat, ["sent"]);
  const { page: desk } = await world.admin();
  const colleague = await world.admin();
  await rows(desk).nth(1).waitFor();
  const [newest, oldest] = await names(desk);

  await menu(desk, rows(desk).nth(1), "Pin");
  await rows(desk).first().getByLabel("Pinned").waitFor();
  assert.deepEqual(await names(desk), [oldest, newest]);
  await rows(colleague.page).first().getByLabel("Pinned").waitFor();
  await menu(desk, rows(desk).first(), "Unpin");
  await until(async () => (await names(desk))[0] === newest, "unpinned");

  await menu(desk, rows(desk).nth(1), "Delete");
  await desk.getByRole("button", { name: "Cancel" }).click();
  assert.equal(await rows(desk).count(), 2);
  await menu(desk, rows(desk).nth(1), "Delete");
  await desk.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await until(async () => (await rows(desk).count()) === 1, "deleted");
  await until(async () => (await rows(colleague.page).count()) === 1, "deleted at the colleague's");

  await write(first.chat, "I am back");
  await rows(desk).first().getByText("I am back").waitFor();
  await rows(desk).first().locator("[data-action=choose]").click();
  await untilTexts(desk, ["I am first", "I am back"]);
  world.nothingWentWrong();
});

test("an answer waits on the launcher of a closed chat, and is read when it is opened", async (t) => {
  const world = await World.open(t);
  const { page: shop, chat } = await world.customer();
  await shop.evaluate(() => {
    window.unreadSeen = [];
    window.kefu("on", "unread", (count) => window.unreadSeen.push(count));
  });
  await write(chat, "anybody there?");
  await untilStates(chat, ["sent"]);
  await clickLauncher(shop);
  const { page: desk } = await world.admin();
  await rows(desk).first().locator("[data-action=choose]").click();
  await untilStates(chat, ["read"]);
  await write(desk, "yes");
  await write(desk, "here I am");
  await until(() => shop.evaluate(() => window.unreadSeen.at(-1) === 2), "two unread");
  await untilStates(desk, ["sent", "sent"]);

  // The badge survives a reload, before the chat is opened.
  await shop.reload();
  await shop.evaluate(() => {
    window.unreadSeen = [];
    window.kefu("on", "unread", (count) => window.unreadSeen.push(count));
  });
  await until(() => shop.evaluate(() => window.unreadSeen.at(-1) === 2), "two unread again");
  await openWidget(shop);
  await until(() => shop.evaluate(() => window.unreadSeen.at(-1) === 0), "read");
  await untilStates(desk, ["read", "read"]);
  world.nothingWentWrong();
});

test("a click that comes while the chat is still loading opens it for good", async (t) => {
  const world = await World.open(t);
  const { page: shop, chat } = await world.customer();
  await write(chat, "hello");
  const { page: desk } = await world.admin();
  await rows(desk).first().locator("[data-action=choose]").click();
  await untilStates(chat, ["read"]);
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
  await untilStates(desk, ["sent"]);
  speak();
  await untilStates(desk, ["read"]);
  world.nothingWentWrong();
});

test("what was missed of a hidden conversation is there when it comes back", async (t) => {
  const world = await World.open(t);
  const { chat } = await world.customer();
  await write(chat, "one");
  const { page: desk } = await world.admin({}, cuttable);
  const { page: colleague } = await world.admin();
  await rows(desk).first().locator("[data-action=choose]").click();
  await untilTexts(desk, ["one"]);
  // Somebody else's is newer than what the desk has seen, or it would begin anew instead of resuming.
  const { chat: other } = await world.customer();
  await write(other, "elsewhere");
  await rows(desk).nth(1).waitFor();
  await desk.cut();
  await write(chat, "two");
  await untilStates(chat, ["read", "sent"]);
  await rows(colleague).first().getByText("two").waitFor();
  await menu(colleague, rows(colleague).first(), "Delete");
  await colleague.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await until(async () => (await rows(colleague).count()) === 1, "deleted");
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
  await write(chat, "three");
  await rows(colleague).first().getByText("three").waitFor();
  answer();
  await untilTexts(desk, ["one", "two", "three"]);
  world.nothingWentWrong();
});

test("a conversation that was deleted meanwhile is closed", async (t) => {
  const world = await World.open(t);
  const { chat } = await world.customer();
  await write(chat, "one");
  const { page: desk } = await world.admin({}, cuttable);
  const { page: colleague } = await world.admin();
  await rows(desk).first().locator("[data-action=choose]").click();
  await untilTexts(desk, ["one"]);
  await desk.cut();
  await menu(colleague, rows(colleague).first(), "Delete");
  await colleague.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await until(async () => (await rows(colleague).count()) === 0, "deleted");
  desk.mend();
  await until(async () => (await desk.locator("message-list").isVisible()) === false, "closed");
  world.nothingWentWrong();
});

test("history loads upward and keeps its place, and new messages wait below", async (t) => {
  const world = await World.open(t, ["--no-limits"]);
  const { chat, page: shop } = await world.customer();
  await write(chat, "message 0");
  await untilStates(chat, ["sent"]);
  await shop.evaluate(async () => {
    const headers = {
      Authorization: `Bearer ${localStorage.getItem("kefu:token")}`,
      "Content-Type": "application/json",
    };
    for (let index = 1; index < 100; index += 1) {
      const body = JSON.stringify({
        contentType: 1,
        content: JSON.stringify({ text: `message ${index}` }),
        clientMessageId: `history-of-this-test-${index}`,
      });
      await fetch("/app-api/promotion/kefu-message/send", { method: "POST", headers, body });
    }
  });
  const { page: desk } = await world.admin();
  await rows(desk).first().locator("[data-action=choose]").click();
  const view = desk.locator("message-list [data-part=view]");
  await desk.locator("message-list").getByText("message 99", { exact: true }).waitFor();
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
    const before = JSON.stringify(seen);
    await view.evaluate(async () => {
      for (let frame = 0; frame < 10; frame += 1) await new Promise(requestAnimationFrame);
    });
    seen = await place();
    return JSON.stringify(seen) === before;
  }, "the list rests");
  await write(chat, "while you read");
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
  await desk.getByRole("button", { name: "New messages" }).click();
  await untilStates(chat, Array(await chat.locator("li[data-side=mine]").count()).fill("read"));
  world.nothingWentWrong();
});

test("on a phone the chat fills the screen, and the desk shows the list, then the chat", async (t) => {
  const world = await World.open(t);
  const phone = { viewport: PHONE, hasTouch: true, isMobile: true };
  const { page: shop, chat } = await world.customer(phone);
  const frame = await shop.evaluate(() => innerWidth);
  assert.equal(frame, PHONE.width);
  assert.equal(await chat.locator("body").evaluate((body) => body.clientWidth), PHONE.width);
  await write(chat, "from my phone");
  const { page: desk } = await world.admin(phone);
  await desk.getByText("from my phone").tap();
  await untilTexts(desk, ["from my phone"]);
  assert.equal(await desk.locator("conversation-list").isVisible(), false);
  await write(desk, "to your phone");
  await untilTexts(chat, ["from my phone", "to your phone"]);
  await desk.getByRole("button", { name: "Back to the conversations" }).tap();
  await desk.locator("conversation-list li").first().waitFor();
  assert.equal(await desk.locator("message-list").isVisible(), false);
  await chat.getByRole("button", { name: "Close the chat" }).tap();
  await until(() => shop.locator("h1").isVisible(), "the shop is back");
  world.nothingWentWrong();
});

test("signing out ends the desk, and another may sign in", async (t) => {
  const world = await World.open(t);
  const { page: desk } = await world.admin();
  await chooseInMenu(desk, "Sign out");
  await desk.getByLabel("User name").fill("owner1");
  await desk.getByLabel("Password").fill("not the password");
  await desk.getByRole("button", { name: "Sign in" }).click();
  await desk.getByRole("alert").waitFor();
  await desk.getByLabel("Password").fill("correct horse");
  await desk.getByRole("button", { name: "Sign in" }).click();
  await desk.getByRole("heading", { name: "Conversations" }).waitFor();
  world.nothingWentWrong();
});

test("markup in a message is shown as text, on both sides", async (t) => {
  const world = await World.open(t);
  const payload = '<img src=x onerror="window.__xss=1"><script>window.__xss=1</script>{{7*7}}';
  const { page: shop, chat } = await world.customer();
  await write(chat, payload);
  const { page: desk } = await world.admin();
  await rows(desk).first().locator("[data-action=choose]").click();
  await untilTexts(desk, [payload]);
  await write(desk, payload);
  await untilTexts(chat, [payload, payload]);
  for (const page of [shop, desk, ...shop.frames()]) {
    assert.equal(await page.evaluate(() => window.__xss), undefined);
  }
  world.nothingWentWrong();
});
