import assert from "node:assert/strict";
import { test } from "node:test";
import {
  PLAIN_HOST,
  signIn,
  steps,
  until,
  untilStates,
  untilTexts,
  World,
  write,
} from "./harness.js";
import { chooseInMenu, openSection } from "./settings-view.js";

/** The same server by an address on which browsers keep back their clipboard, their locks and more. */
async function visit(world, path) {
  const page = await (await world.person()).newPage();
  await page.goto(`http://${PLAIN_HOST}:${new URL(world.server.origin).port}${path}`);
  assert.equal(await page.evaluate(() => isSecureContext), false);
  return page;
}

test("on plain HTTP", async (t) => {
  const step = steps(t);
  const world = await World.open(t);
  world.hosts.add(`http://${PLAIN_HOST}:${new URL(world.server.origin).port}`);
  const desk = await visit(world, "/admin/");
  await signIn(desk);

  await step("things are copied all the same", async () => {
    await openSection(desk, "Your website");
    const embed = desk.locator("section").filter({ hasText: "Where the button stands" });
    await embed.getByRole("button", { name: "Copy" }).click();
    await embed.getByRole("button", { name: "Copied" }).waitFor();
    await desk.getByRole("button", { name: "Back" }).click();
    await chooseInMenu(desk, "Nickname and avatar");
    const field = desk.getByRole("dialog").getByLabel("Nickname");
    await field.fill("");
    await field.press("Control+v");
    assert.match(await field.inputValue(), /^<script async src/);
    await field.press("Escape");
    world.nothingWentWrong();
  });

  await step("customer and staff talk, a remark is kept, and sign-in lasts", async () => {
    const customer = await visit(world, "/member/");
    await write(customer, "hello");
    await untilStates(customer, ["sent"]);
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
});
