import assert from "node:assert/strict";
import { test } from "node:test";
import { crowd, endless } from "./crowd.js";
import { until, untilTexts, World, write } from "./harness.js";

const rows = (desk) => desk.locator("conversation-list li");
const row = (desk, text) => rows(desk).filter({ hasText: text });
const lines = (desk) => rows(desk).locator("[data-part=last]").allTextContents();
const open = (desk, text) => row(desk, text).locator("[data-action=choose]").click();
const openId = (desk) => Number(new URLSearchParams(new URL(desk.url()).hash.slice(1)).get("c"));

async function setUp(t, texts) {
  const world = await World.open(t, ["--no-limits"]);
  const people = await crowd(world.server, texts);
  return { world, people };
}

test("the list is used by the keyboard alone: moved in, opened, pinned and deleted from", async (t) => {
  const { world } = await setUp(t, ["first", "second", "third"]);
  const { page: desk } = await world.admin();
  await row(desk, "first").waitFor();
  const focused = () =>
    desk.evaluate(
      () => document.activeElement?.closest("li")?.querySelector("[data-part=last]")?.textContent,
    );
  await rows(desk).first().locator("[data-action=choose]").focus();
  // One of the rows is on Tab's way, with its menu.
  assert.equal(
    await desk.locator("conversation-list [data-action=choose][tabindex='0']").count(),
    1,
  );
  await desk.keyboard.press("ArrowDown");
  assert.equal(await focused(), "second");
  await desk.keyboard.press("End");
  assert.equal(await focused(), "first");
  await desk.keyboard.press("Shift+F10");
  await desk.getByRole("menuitem", { name: "Pin" }).waitFor();
  await desk.keyboard.press("Enter");
  await until(async () => (await lines(desk))[0] === "first", "pinned");
  // The row has moved under the focus, which stayed with it.
  await until(async () => (await focused()) === "first", "the focus stays");
  await desk.keyboard.press("ArrowDown");
  await desk.keyboard.press("ContextMenu");
  await desk.keyboard.press("ArrowDown");
  await desk.keyboard.press("Enter");
  await desk.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await until(async () => JSON.stringify(await lines(desk)) === '["first","second"]', "deleted");
  await rows(desk).first().locator("[data-action=choose]").focus();
  await desk.keyboard.press("Enter");
  await untilTexts(desk, ["first"]);
  world.nothingWentWrong();
});

test("of ten thousand conversations a few are in the page, however far one scrolls", async (t) => {
  const { world } = await setUp(t, []);
  let asked = [];
  const { page: desk } = await world.admin({}, async (page) => {
    asked = await endless(page, 10_000);
  });
  await row(desk, "message of 10000").waitFor();
  await until(async () => (await desk.title()).startsWith("(999+)"), "all unread are counted");
  const list = desk.locator("conversation-list");
  await desk.evaluate(() => {
    window.longest = 0;
  });
  for (let turn = 0; turn < 60; turn += 1) {
    const before = asked.length;
    await until(async () => {
      await list.evaluate((node) => node.scrollTo({ top: node.scrollHeight }));
      return asked.length > before;
    }, "the next page");
  }
  const shownIds = () =>
    rows(desk).evaluateAll((items) => items.map((item) => Number(item.dataset.id)));
  await until(async () => Math.min(...(await shownIds())) <= 7000, "three thousand further down");
  assert.ok((await rows(desk).count()) < 60, "only what can be seen is in the page");
  t.diagnostic(`longest task while scrolling: ${await desk.evaluate(() => window.longest)} ms`);
  // Each page goes on where the one before ended.
  assert.equal(new Set(asked).size, asked.length);
  // The keys go on from where the focus is, even when it was scrolled out of sight.
  await rows(desk).last().locator("[data-action=choose]").focus();
  await list.evaluate((node) => node.scrollTo({ top: 0 }));
  await row(desk, "message of 10000").waitFor();
  await desk.keyboard.press("Home");
  const text = () => desk.evaluate(() => document.activeElement?.closest("li")?.textContent ?? "");
  await until(async () => (await text()).includes("Customer 10000"), "the first row has the focus");
  world.nothingWentWrong();
});

test("what comes to the top does not move what one is reading further down", async (t) => {
  const texts = Array.from({ length: 60 }, (_, index) => `text ${index}`);
  const { world, people } = await setUp(t, texts);
  const { page: desk } = await world.admin();
  await row(desk, "text 59").waitFor();
  const list = desk.locator("conversation-list");
  await list.evaluate((node) => node.scrollTo({ top: 1000 }));
  const place = async () => (await row(desk, "text 40").boundingBox())?.y;
  await row(desk, "text 40").waitFor();
  const before = await place();
  await people[2].write("I am new");
  await until(async () => (await desk.title()).startsWith("(61)"), "it has come");
  assert.equal(await place(), before);
  await list.evaluate((node) => node.scrollTo({ top: 0 }));
  await rows(desk).first().getByText("I am new").waitFor();
  world.nothingWentWrong();
});

test("the unread are shown alone, and the open one stays while one reads it", async (t) => {
  const { world, people } = await setUp(t, ["one", "two", "three"]);
  const { page: desk } = await world.admin();
  await open(desk, "two");
  await row(desk, "two").getByLabel("1 unread").waitFor({ state: "detached" });
  await desk.locator("[data-view-of-list=unread]").click();
  await until(
    async () => JSON.stringify(await lines(desk)) === '["three","two","one"]',
    "and the open one",
  );
  await open(desk, "one");
  await until(async () => JSON.stringify(await lines(desk)) === '["three","one"]', "read and gone");
  await people[1].write("two again");
  await until(
    async () => JSON.stringify(await lines(desk)) === '["two again","three","one"]',
    "unread again",
  );
  await desk.keyboard.press("Alt+KeyU");
  // One that was left before it could be seen is not read.
  await untilTexts(desk, ["two", "two again"]);
  await until(async () => (await desk.title()) === "(1) Support desk", "one is left");
  await desk.keyboard.press("Alt+KeyU");
  await until(async () => (await desk.title()) === "Support desk", "all read");
  await desk.getByRole("button", { name: "All", exact: true }).click();
  await until(async () => (await rows(desk).count()) === 3, "all");
  world.nothingWentWrong();
});

test("drafts survive switching and a reload, show in the list, and go when they are sent", async (t) => {
  const { world } = await setUp(t, ["one", "two"]);
  const { page: desk } = await world.admin();
  await open(desk, "one");
  await untilTexts(desk, ["one"]);
  const box = desk.locator("message-composer textarea");
  await box.fill("half a sent");
  await open(desk, "two");
  await untilTexts(desk, ["two"]);
  assert.equal(await box.inputValue(), "");
  await rows(desk).nth(1).getByText("[Draft] half a sent").waitFor();
  await box.fill("another");
  await desk.reload();
  await untilTexts(desk, ["two"]);
  assert.equal(await box.inputValue(), "another");
  await rows(desk).nth(1).locator("[data-action=choose]").click();
  await untilTexts(desk, ["one"]);
  assert.equal(await box.inputValue(), "half a sent");
  await write(desk, "a whole sentence");
  await untilTexts(desk, ["one", "a whole sentence"]);
  await row(desk, "a whole sentence").waitFor();
  await box.fill("gone");
  await box.fill("");
  await open(desk, "another");
  await untilTexts(desk, ["two"]);
  assert.equal(await row(desk, "[Draft]").count(), 0);
  world.nothingWentWrong();
});

test("keys go from one conversation to the next, and an input method is never disturbed", async (t) => {
  const { world } = await setUp(t, ["first", "second", "third"]);
  const { page: desk } = await world.admin();
  await row(desk, "third").waitFor();
  await desk.keyboard.press("Alt+KeyJ");
  await untilTexts(desk, ["third"]);
  await desk.keyboard.press("Alt+KeyJ");
  await untilTexts(desk, ["second"]);
  await desk.keyboard.press("Alt+KeyK");
  await untilTexts(desk, ["third"]);
  // While one writes, signs are signs; and Enter that ends a word of an input method is its own.
  const box = desk.locator("message-composer textarea");
  await box.press("/");
  await box.press("?");
  assert.equal(await box.inputValue(), "/?");
  await box.press("Escape");
  assert.ok(openId(desk) > 0);
  const id = openId(desk);
  for (const init of [
    { key: "Enter", isComposing: true },
    { key: "j", code: "KeyJ", altKey: true, isComposing: true },
    { key: "Escape", keyCode: 229 },
  ]) {
    await box.dispatchEvent("keydown", { bubbles: true, cancelable: true, ...init });
  }
  assert.equal(openId(desk), id);
  assert.equal(await box.inputValue(), "/?");
  await box.fill("");
  await box.press("Escape");
  await until(async () => !(await desk.locator("message-list").isVisible()), "closed");
  await desk.keyboard.press("?");
  const dialog = desk.getByRole("dialog", { name: "Keyboard shortcuts" });
  await dialog.waitFor();
  await desk.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await desk.keyboard.press("/");
  assert.equal(await desk.evaluate(() => document.activeElement?.tagName), "INPUT");
  world.nothingWentWrong();
});

test("a search that finds nothing, or does not work, says so; Escape leaves it", async (t) => {
  const { world } = await setUp(t, ["one", "two"]);
  const { page: desk } = await world.admin();
  await row(desk, "one").waitFor();
  await desk.route("**/kefu-conversation/search?**", (route) => route.fulfill({ status: 503 }));
  const field = desk.getByRole("searchbox");
  await field.fill("what is this");
  await desk.getByText("The search did not work.").waitFor();
  await desk.unroute("**/kefu-conversation/search?**");
  await desk.getByRole("button", { name: "Retry" }).click();
  await desk.getByText("Nothing found for “what is this”").waitFor();
  await field.press("Escape");
  assert.equal(await field.inputValue(), "");
  await row(desk, "one").waitFor();
  world.nothingWentWrong();
});

test("a search finds text and names, marks them as text, and opens what is chosen", async (t) => {
  const payload = "<b>lamp</b> & <img src=x onerror=alert(1)>";
  const { world, people } = await setUp(t, ["is the lamp in stock?", "something else", payload]);
  await people[0].write("hello?");
  const { page: desk } = await world.admin();
  await row(desk, "hello?").waitFor();
  await desk.keyboard.press("/");
  await desk.keyboard.type("LAMP");
  const found = desk.locator("found-list li");
  await until(async () => (await found.count()) === 2, "both are found");
  const texts = await found.locator("[data-part=last]").allTextContents();
  assert.deepEqual(texts.sort(), [payload, "is the lamp in stock?"].sort());
  assert.deepEqual(await found.locator("mark").allTextContents(), ["lamp", "lamp"]);
  assert.equal(await found.locator("b, img").count(), 0);
  await desk.keyboard.press("ArrowDown");
  await desk.keyboard.press("ArrowDown");
  await desk.keyboard.press("ArrowUp");
  await desk.keyboard.press("ArrowUp");
  assert.equal(await desk.evaluate(() => document.activeElement?.tagName), "INPUT");
  await found.filter({ hasText: "in stock" }).locator("button").click();
  await untilTexts(desk, ["is the lamp in stock?", "hello?"]);
  await desk.getByRole("searchbox").press("Escape");
  await row(desk, "something else").waitFor();
  world.nothingWentWrong();
});
