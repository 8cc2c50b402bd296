import assert from "node:assert/strict";
import { test } from "node:test";
import { crowd } from "./crowd.js";
import { PHONE, steps, until, untilTexts, World, write } from "./harness.js";
import { chooseInMenu } from "./settings-view.js";

const rows = (desk) => desk.locator("conversation-list li");
const row = (desk, text) => rows(desk).filter({ hasText: text });

/** The text of what has the focus, or what it is. */
const focused = (desk) =>
  desk.evaluate(() => {
    const { activeElement: element } = document;
    const line = element?.closest("li")?.querySelector("[data-part=last]");
    return line?.textContent ?? element?.dataset.part ?? element?.tagName;
  });

const untilFocused = (desk, what) =>
  until(async () => {
    const now = await focused(desk);
    return now === what || now;
  }, `the focus is not on ${what}`);

async function namesMenus({ world, desk }) {
  const names = await desk
    .locator("conversation-list [data-action=menu]")
    .evaluateAll((buttons) => buttons.map((button) => button.getAttribute("aria-label")));
  assert.deepEqual(names.sort(), [
    "Conversation actions: Visitor 1",
    "Conversation actions: Visitor 2",
    "Conversation actions: Visitor 3",
  ]);
  world.nothingWentWrong();
}

async function keepsTheFocus({ world, desk }) {
  await untilFocused(desk, "H1");
  // A row that is deleted leaves it to its neighbour.
  await row(desk, "second").locator("[data-action=choose]").focus();
  await desk.keyboard.press("Shift+F10");
  await desk.keyboard.press("ArrowDown");
  await desk.keyboard.press("Enter");
  await desk.getByRole("dialog").getByRole("button", { name: "Delete" }).press("Enter");
  await row(desk, "second").waitFor({ state: "detached" });
  await untilFocused(desk, "first");
  // From the chat one is back at the row one came from.
  await desk.keyboard.press("ArrowUp");
  await desk.keyboard.press("Enter");
  await untilTexts(desk, ["third"]);
  await untilFocused(desk, "TEXTAREA");
  await desk.keyboard.press("Escape");
  await untilFocused(desk, "third");
  await desk.keyboard.press("ArrowDown");
  await untilFocused(desk, "first");
  // And from the settings at what leads there.
  await chooseInMenu(desk, "Shop settings");
  await untilFocused(desk, "H1");
  await desk.goBack();
  await untilFocused(desk, "account");
  world.nothingWentWrong();
}

async function turnsKeysOff({ world, desk }) {
  await desk.keyboard.press("?");
  const toggle = desk.getByRole("dialog").getByRole("switch", { name: "Single keys / and ?" });
  await toggle.click();
  await desk.keyboard.press("Escape");
  await desk.getByRole("dialog").waitFor({ state: "detached" });
  await desk.reload();
  await row(desk, "first").waitFor();
  await desk.keyboard.press("/");
  await desk.keyboard.press("?");
  assert.equal(await desk.getByRole("dialog").count(), 0);
  assert.notEqual(await focused(desk), "INPUT");
  await desk.keyboard.press("Alt+KeyJ");
  await untilTexts(desk, ["third"]);
  world.nothingWentWrong();
}

async function followsTheEye({ world, desk }) {
  await row(desk, "first").locator("[data-action=choose]").tap();
  await untilTexts(desk, ["first"]);
  assert.equal(await desk.locator("conversation-list").isVisible(), false);
  await untilFocused(desk, "H2");
  await write(desk, "to your phone");
  await untilTexts(desk, ["first", "to your phone"]);
  await desk.getByRole("button", { name: "Back to the conversations" }).tap();
  await untilFocused(desk, "to your phone");
  assert.equal(await desk.locator("message-list").isVisible(), false);
  world.nothingWentWrong();
}

test("where the focus is and what the keys do", async (t) => {
  const step = steps(t);
  const world = await World.open(t, ["--no-limits"]);
  await crowd(world.server, ["first", "second", "third"]);
  const { page: desk } = await world.admin();
  await row(desk, "first").waitFor();

  await step("the menu of each row is named after its customer", () => namesMenus({ world, desk }));
  await step("whoever works with the keys is never left without a focus", () =>
    keepsTheFocus({ world, desk }),
  );
  await step("the keys of a single sign can be turned off, and that is kept", () =>
    turnsKeysOff({ world, desk }),
  );

  const { page: phone } = await world.admin({ viewport: PHONE, hasTouch: true, isMobile: true });
  await step(
    "on a phone it is the list, then the chat; the focus goes with the eye, and no keyboard comes over what is read",
    () => followsTheEye({ world, desk: phone }),
  );
});
