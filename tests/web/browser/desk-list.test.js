import assert from "node:assert/strict";
import { test } from "node:test";
import { crowd } from "./crowd.js";
import { steps, until, untilTexts, World, write } from "./harness.js";

const rows = (desk) => desk.locator("conversation-list li");
const row = (desk, text) => rows(desk).filter({ hasText: text });
const lines = (desk) => rows(desk).locator("[data-part=last]").allTextContents();
const open = (desk, text) => row(desk, text).locator("[data-action=choose]").click();
const openId = (desk) => Number(new URLSearchParams(new URL(desk.url()).hash.slice(1)).get("c"));
const box = (desk) => desk.locator("message-composer textarea");

/** Those three write once more, so that the list is theirs again, from the last to the first. */
async function writeAgain({ desk, people }, texts) {
  for (const [at, text] of texts.entries()) await people[at].write(text);
  await untilLines(desk, texts.toReversed());
}

const untilLines = (desk, wanted) =>
  until(async () => {
    const shown = await lines(desk);
    return JSON.stringify(shown) === JSON.stringify(wanted) || shown;
  }, "the lines of the list");

async function goByKeys({ world, desk }) {
  await row(desk, "third").waitFor();
  await desk.keyboard.press("Alt+KeyJ");
  await untilTexts(desk, ["third"]);
  await desk.keyboard.press("Alt+KeyJ");
  await untilTexts(desk, ["second"]);
  await desk.keyboard.press("Alt+KeyK");
  await untilTexts(desk, ["third"]);
  // While one writes, signs are signs; and Enter that ends a word of an input method is its own.
  await box(desk).press("/");
  await box(desk).press("?");
  assert.equal(await box(desk).inputValue(), "/?");
  await box(desk).press("Escape");
  assert.ok(openId(desk) > 0);
  const id = openId(desk);
  for (const init of [
    { key: "Enter", isComposing: true },
    { key: "j", code: "KeyJ", altKey: true, isComposing: true },
    { key: "Escape", keyCode: 229 },
  ]) {
    await box(desk).dispatchEvent("keydown", { bubbles: true, cancelable: true, ...init });
  }
  assert.equal(openId(desk), id);
  assert.equal(await box(desk).inputValue(), "/?");
  await box(desk).fill("");
  await box(desk).press("Escape");
  await until(async () => !(await desk.locator("message-list").isVisible()), "closed");
  await desk.keyboard.press("?");
  const dialog = desk.getByRole("dialog", { name: "Keyboard shortcuts" });
  await dialog.waitFor();
  await desk.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await desk.keyboard.press("/");
  assert.equal(await desk.evaluate(() => document.activeElement?.tagName), "INPUT");
  world.nothingWentWrong();
}

async function findsNothing({ world, desk }) {
  await desk.route("**/kefu-conversation/search?**", (route) => route.fulfill({ status: 503 }));
  const field = desk.getByRole("searchbox");
  await field.fill("what is this");
  await desk.getByText("The search did not work.").waitFor();
  await desk.unroute("**/kefu-conversation/search?**");
  await desk.getByRole("button", { name: "Retry" }).click();
  await desk.getByText("Nothing found for “what is this”").waitFor();
  await field.press("Escape");
  assert.equal(await field.inputValue(), "");
  await row(desk, "first").waitFor();
  world.nothingWentWrong();
}

async function keepsDrafts({ world, desk }) {
  await open(desk, "second");
  await untilTexts(desk, ["second"]);
  await box(desk).fill("half a sent");
  await open(desk, "first");
  await untilTexts(desk, ["first"]);
  assert.equal(await box(desk).inputValue(), "");
  await row(desk, "[Draft] half a sent").waitFor();
  await box(desk).fill("another");
  await desk.reload();
  await untilTexts(desk, ["first"]);
  assert.equal(await box(desk).inputValue(), "another");
  await open(desk, "[Draft] half a sent");
  await untilTexts(desk, ["second"]);
  assert.equal(await box(desk).inputValue(), "half a sent");
  await write(desk, "a whole sentence");
  await untilTexts(desk, ["second", "a whole sentence"]);
  await row(desk, "a whole sentence").waitFor();
  await box(desk).fill("gone");
  await box(desk).fill("");
  await open(desk, "another");
  await untilTexts(desk, ["first"]);
  assert.equal(await row(desk, "[Draft]").count(), 0);
  await box(desk).fill("");
  await box(desk).press("Escape");
  world.nothingWentWrong();
}

async function showsTheUnread({ world, desk, people }) {
  await writeAgain({ desk, people }, ["one", "two", "three"]);
  await open(desk, "two");
  await row(desk, "two").getByLabel("1 unread").waitFor({ state: "detached" });
  await desk.locator("[data-view-of-list=unread]").click();
  // And the open one.
  await untilLines(desk, ["three", "two", "one"]);
  await open(desk, "one");
  await untilLines(desk, ["three", "one"]);
  await people[1].write("two again");
  await untilLines(desk, ["two again", "three", "one"]);
  await desk.keyboard.press("Alt+KeyU");
  // One that was left before it could be seen is not read.
  await untilTexts(desk, ["second", "a whole sentence", "two", "two again"]);
  await until(async () => (await desk.title()) === "(1) Support desk", "one is left");
  await desk.keyboard.press("Alt+KeyU");
  await until(async () => (await desk.title()) === "Support desk", "all read");
  await desk.getByRole("button", { name: "All", exact: true }).click();
  await until(async () => (await rows(desk).count()) === 3, "all");
  world.nothingWentWrong();
}

async function needsNoMouse({ world, desk, people }) {
  await writeAgain({ desk, people }, ["1st", "2nd", "3rd"]);
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
  assert.equal(await focused(), "2nd");
  await desk.keyboard.press("End");
  assert.equal(await focused(), "1st");
  await desk.keyboard.press("Shift+F10");
  await desk.getByRole("menuitem", { name: "Pin" }).waitFor();
  await desk.keyboard.press("Enter");
  await until(async () => (await lines(desk))[0] === "1st", "pinned");
  // The row has moved under the focus, which stayed with it.
  await until(async () => (await focused()) === "1st", "the focus stays");
  await desk.keyboard.press("ArrowDown");
  await desk.keyboard.press("ContextMenu");
  await desk.keyboard.press("ArrowDown");
  await desk.keyboard.press("Enter");
  await desk.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await untilLines(desk, ["1st", "2nd"]);
  await rows(desk).first().locator("[data-action=choose]").focus();
  await desk.keyboard.press("Enter");
  await untilTexts(desk, ["first", "one", "1st"]);
  await box(desk).press("Escape");
  world.nothingWentWrong();
}

async function finds({ world, desk }) {
  const payload = "<b>lamp</b> & <img src=x onerror=alert(1)>";
  const [person] = await crowd(world.server, ["is the lamp in stock?", payload]);
  await person.write("hello?");
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
  await row(desk, "2nd").waitFor();
  world.nothingWentWrong();
}

async function staysInPlace({ world, desk }) {
  // A low window is filled by few.
  await desk.setViewportSize({ width: 1280, height: 500 });
  const texts = Array.from({ length: 15 }, (_, index) => `text ${index}`);
  const people = await crowd(world.server, texts);
  await row(desk, "text 14").waitFor();
  const list = desk.locator("conversation-list");
  await list.evaluate((node) => node.scrollTo({ top: 500 }));
  const place = async () => (await row(desk, "text 7").boundingBox())?.y;
  await row(desk, "text 7").waitFor();
  const before = await place();
  // Those that came before are counted by now, each of them.
  const untilCounted = (count) =>
    until(async () => {
      const title = await desk.title();
      return title === `(${count}) Support desk` || title;
    }, "the number of unread messages");
  await untilCounted(17);
  await people[2].write("I am new");
  await untilCounted(18);
  assert.equal(await place(), before);
  await list.evaluate((node) => node.scrollTo({ top: 0 }));
  // Below the one that is pinned.
  await until(async () => (await lines(desk))[1] === "I am new", "it is at the top");
  world.nothingWentWrong();
}

test("the list of one desk", async (t) => {
  const step = steps(t);
  const world = await World.open(t, ["--no-limits"]);
  const people = await crowd(world.server, ["first", "second", "third"]);
  const { page: desk } = await world.admin();
  const shop = { world, desk, people };

  await step(
    "keys go from one conversation to the next, and an input method is never disturbed",
    () => goByKeys(shop),
  );
  await step("a search that finds nothing, or does not work, says so; Escape leaves it", () =>
    findsNothing(shop),
  );
  await step(
    "drafts survive switching and a reload, show in the list, and go when they are sent",
    () => keepsDrafts(shop),
  );
  await step("the unread are shown alone, and the open one stays while one reads it", () =>
    showsTheUnread(shop),
  );
  await step(
    "the list is used by the keyboard alone: moved in, opened, pinned and deleted from",
    () => needsNoMouse(shop),
  );
  await step("a search finds text and names, marks them as text, and opens what is chosen", () =>
    finds(shop),
  );
  await step("what comes to the top does not move what one is reading further down", () =>
    staysInPlace(shop),
  );
});
