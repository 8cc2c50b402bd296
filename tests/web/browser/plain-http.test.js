import assert from "node:assert/strict";
import { test } from "node:test";
import { PLAIN_HOST, signIn, until, untilStates, untilTexts, World, write } from "./harness.js";
import { chooseInMenu, openSection } from "./settings-view.js";

/** The same server by an address on which browsers keep back their clipboard, their locks and more. */
async function open(t) {
  const world = await World.open(t);
  const origin = `http://${PLAIN_HOST}:${new URL(world.server.origin).port}`;
  world.hosts.add(origin);
  const visit = async (path) => {
    const page = await (await world.person()).newPage();
    await page.goto(origin + path);
    assert.equal(await page.evaluate(() => isSecureContext), false);
    return page;
  };
  return { world, visit };
}

test("on plain HTTP customer and staff talk, a remark is kept, and sign-in lasts", async (t) => {
  const { world, visit } = await open(t);
  const customer = await visit("/member/");
  await write(customer, "hello");
  await untilStates(customer, ["sent"]);
  const desk = await visit("/admin/");
  await signIn(desk);
  await desk.locator("conversation-list [data-action=choose]").first().click();
  await untilTexts(desk, ["hello"]);
  await write(desk, "good day");
  await untilTexts(customer, ["hello", "good day"]);
  const remark = desk.getByRole("textbox", { name: "Remark" });
  await remark.fill("on plain HTTP");
  await remark.press("Control+Enter");
  await desk.locator("member-pane").getByText("Saved", { exact: true }).waitFor();
  await desk.reload();
  await until(async () => (await remark.inputValue()) === "on plain HTTP", "kept");
  world.nothingWentWrong();
});

test("on plain HTTP things are copied all the same", async (t) => {
  const { world, visit } = await open(t);
  const page = await visit("/admin/");
  await signIn(page);
  await openSection(page, "Your website");
  const embed = page.locator("section").filter({ hasText: "Where the button stands" });
  await embed.getByRole("button", { name: "Copy" }).click();
  await embed.getByRole("button", { name: "Copied" }).waitFor();
  await page.getByRole("button", { name: "Back" }).click();
  await chooseInMenu(page, "Nickname and avatar");
  const field = page.getByRole("dialog").getByLabel("Nickname");
  await field.fill("");
  await field.press("Control+v");
  assert.match(await field.inputValue(), /^<script async src/);
  world.nothingWentWrong();
});
