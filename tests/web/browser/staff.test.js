import assert from "node:assert/strict";
import { test } from "node:test";
import { untilAccessible } from "./accessible.js";
import { ADMIN, PHONE, signIn, until, World } from "./harness.js";
import { png } from "./sample.js";
import { chooseInMenu, openMenu, openSection, overflow, problemAt } from "./settings-view.js";

const HOSTILE = '"><img src=x onerror=alert(1)>';

/** Adds one of the staff by the dialog, and gives the password that was suggested. */
async function add(page, username, nickname) {
  await page.getByRole("button", { name: "Add staff" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Add staff" });
  await dialog.getByLabel("User name").fill(username);
  await dialog.getByLabel("Nickname").fill(nickname);
  const password = await dialog
    .getByRole("textbox", { name: "Password", exact: true })
    .inputValue();
  assert.match(password, /^\w{4}(-\w{4}){3}$/);
  return { dialog, password, done: dialog.getByRole("button", { name: "Add staff" }) };
}

async function openStaff(world, options) {
  const { page } = await world.admin(options);
  await chooseInMenu(page, "Staff");
  await page.locator("[data-part=staff-list] li").first().waitFor();
  return page;
}

const row = (page, name) => page.locator("[data-part=staff-list] li").filter({ hasText: name });

test("the owner adds a colleague, who signs in with what was handed over and sees no settings", async (t) => {
  const world = await World.open(t);
  const page = await openStaff(world);
  await untilAccessible(page, "staff");
  const taken = await add(page, "owner1", "Again");
  await untilAccessible(page, "adding");
  await taken.done.click();
  await until(async () => (await problemAt(page, "username").textContent()) !== "", "a problem");
  assert.ok(await taken.dialog.getByLabel("User name").evaluate((one) => one.matches(":focus")));
  await page.keyboard.press("Escape");
  const { dialog, password, done } = await add(page, "anna", HOSTILE);
  await done.click();
  const handed = page.getByRole("region", { name: "To sign in with" });
  await handed.getByText(password).waitFor();
  await dialog.waitFor({ state: "detached" });
  await untilAccessible(page, "handing over");
  await page.getByRole("button", { name: "Done" }).click();
  await row(page, HOSTILE).getByText("Not signed in yet").waitFor();
  const { page: colleague } = await world.signedIn({ username: "anna", password });
  await openMenu(colleague);
  assert.equal(await colleague.getByRole("menuitem", { name: "Shop settings" }).count(), 0);
  assert.equal(await colleague.getByRole("menuitem", { name: "Staff" }).count(), 0);
  await colleague.goto(`${world.server.origin}/admin/#settings=staff`);
  await colleague.reload();
  await colleague.getByText("The shop’s owner looks after the settings.").waitFor();
  world.nothingWentWrong();
});

test("disabling ends a colleague's sessions at once, and enabling lets him in again", async (t) => {
  const world = await World.open(t);
  const page = await openStaff(world);
  const { password, done } = await add(page, "anna", "Anna");
  await done.click();
  await page.getByRole("button", { name: "Done" }).click();
  const { page: colleague } = await world.signedIn({ username: "anna", password });

  await row(page, "Anna").getByRole("button", { name: "Disable Anna" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await row(page, "Anna").getByRole("button", { name: "Disable Anna" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
  await row(page, "Anna").getByText("Disabled").waitFor();
  await untilAccessible(page, "somebody is disabled");
  await colleague.getByRole("heading", { name: "Welcome back" }).waitFor();
  await row(page, "Anna").getByRole("button", { name: "Enable Anna" }).click();
  await row(page, "Anna").getByRole("button", { name: "Disable Anna" }).waitFor();
  await signIn(colleague, { username: "anna", password });

  await row(page, "Anna").getByRole("button", { name: "Reset password: Anna" }).click();
  const dialog = page.getByRole("dialog");
  const fresh = await dialog.getByRole("textbox", { name: "Password", exact: true }).inputValue();
  await dialog.getByRole("button", { name: "Reset password" }).click();
  await page.getByRole("region", { name: "To sign in with" }).getByText(fresh).waitFor();
  await page.getByRole("button", { name: "Done" }).click();
  await colleague.getByRole("heading", { name: "Welcome back" }).waitFor();
  await signIn(colleague, { username: "anna", password: fresh });
  world.nothingWentWrong();
});

test("nickname and role are changed, an owner is made by a password only, and the last owner stays one", async (t) => {
  const world = await World.open(t);
  const page = await openStaff(world);
  const { done } = await add(page, "anna", "Anna");
  await done.click();
  await page.getByRole("button", { name: "Done" }).click();
  await row(page, "Anna").getByRole("button", { name: "Edit Anna" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Nickname").fill("Anna B.");
  const own = dialog.getByLabel("Your own password");
  assert.equal(await own.isVisible(), false);
  await dialog.getByText("Owner", { exact: true }).click();
  await own.fill("not this one");
  await untilAccessible(page, "an owner is made");
  await dialog.getByRole("button", { name: "Save" }).click();
  await problemAt(page, "ownPassword").getByText("This is not your password").waitFor();
  await own.fill(ADMIN.password);
  await dialog.getByRole("button", { name: "Save" }).click();
  await row(page, "Anna B.").getByText("Owner", { exact: true }).waitFor();
  await until(
    () => page.evaluate(() => document.activeElement?.textContent === "Edit"),
    "the focus is at the row again",
  );
  await row(page, "Anna B.").getByRole("button", { name: "Reset password" }).click();
  await dialog.getByLabel("Your own password").fill(ADMIN.password);
  await dialog.getByRole("button", { name: "Reset password" }).click();
  await page.getByRole("region", { name: "To sign in with" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Go back" }).click();
  await page.getByRole("button", { name: "Done" }).click();
  await row(page, "Anna B.").getByRole("button", { name: "Edit" }).click();
  await page.getByRole("dialog").getByText("Agent", { exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await row(page, "Anna B.").getByText("Agent", { exact: true }).waitFor();
  await row(page, "Lin").getByRole("button", { name: "Edit Lin" }).click();
  await page.getByRole("dialog").getByText("Agent", { exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await until(async () => (await problemAt(page, "role").textContent()) !== "", "a problem");
  world.nothingWentWrong();
});

test("an owner is added with one's own password, and who gives up the role leaves the settings", async (t) => {
  const world = await World.open(t);
  const page = await openStaff(world);
  const { dialog, done } = await add(page, "anna", "Anna");
  await dialog.getByText("Owner", { exact: true }).click();
  await dialog.getByLabel("Your own password").fill(ADMIN.password);
  await done.click();
  await page.getByRole("button", { name: "Done" }).click();
  await row(page, "Anna").getByText("Owner", { exact: true }).waitFor();
  await row(page, "Lin").getByRole("button", { name: "Edit Lin" }).click();
  await page.getByRole("dialog").getByText("Agent", { exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await page.getByText("The shop’s owner looks after the settings.").waitFor();
  assert.equal(await page.locator("[data-part=staff-list]").count(), 0);
  world.nothingWentWrong();
});

test("what cannot be asked about the staff is said, and one stays where one is", async (t) => {
  const world = await World.open(t);
  const page = await openStaff(world);
  const { done } = await add(page, "anna", "Anna");
  await done.click();
  await page.route("**/system/user/page?**", (route) => route.abort());
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("alert").filter({ hasText: /\w/ }).waitFor();
  await page.unroute("**/system/user/page?**");
  assert.ok(await row(page, "Lin").isVisible());
  world.nothingWentWrong();
});

test("who was here, however long ago he signed out, is not said to have never been", async (t) => {
  const world = await World.open(t);
  const page = await openStaff(world);
  const { password, done } = await add(page, "anna", "Anna");
  await done.click();
  await page.getByRole("button", { name: "Done" }).click();
  await row(page, "Anna").getByText("Not signed in yet").waitFor();
  const { page: colleague } = await world.signedIn({ username: "anna", password });
  await chooseInMenu(colleague, "Sign out");
  await colleague.getByRole("heading", { name: "Welcome back" }).waitFor();
  await page.reload();
  await row(page, "Anna").getByText("Last here").waitFor();
  world.nothingWentWrong();
});

test("the owner gives a colleague a picture, and it is seen in the list", async (t) => {
  const world = await World.open(t);
  const page = await openStaff(world);
  const { done } = await add(page, "anna", "Anna");
  await done.click();
  await page.getByRole("button", { name: "Done" }).click();
  await row(page, "Anna").getByRole("button", { name: "Edit Anna" }).click();
  const dialog = page.getByRole("dialog");
  const picture = { name: "anna.png", mimeType: "image/png", buffer: png(300, 200) };
  await dialog.locator("input[type=file]").setInputFiles(picture);
  await dialog.locator("[data-face] img").waitFor();
  await untilAccessible(page, "a colleague with a picture");
  await dialog.getByRole("button", { name: "Save" }).click();
  const face = row(page, "Anna").locator("[data-part=face] img");
  await until(() => face.evaluate((image) => image.naturalWidth > 0), "his picture");
  assert.equal(await row(page, "Lin").locator("[data-part=face] img").count(), 0);
  world.nothingWentWrong();
});

test("in Chinese and in the dark, on a phone too, everybody can use the menu and its dialogs", async (t) => {
  const world = await World.open(t);
  for (const viewport of [undefined, PHONE]) {
    const look = { locale: "zh-CN", colorScheme: "dark", ...(viewport && { viewport }) };
    const page = await (await world.owner(look)).newPage();
    await page.goto(`${world.server.origin}/admin/`);
    const menu = page.getByRole("button", { name: "我的账号" });
    await menu.click();
    await untilAccessible(page, "菜单");
    await page.keyboard.press("Escape");
    for (const name of ["昵称与头像", "修改密码"]) {
      await menu.click();
      await page.getByRole("menuitem", { name }).click();
      await page.getByRole("dialog", { name }).waitFor();
      assert.equal(await overflow(page), 0);
      await untilAccessible(page, name);
      await page.keyboard.press("Escape");
    }
    await menu.click();
    await page.getByRole("menuitem", { name: "客服人员" }).click();
    await page.locator("[data-part=staff-list] li").first().waitFor();
    await untilAccessible(page, "客服人员");
    await page.getByRole("button", { name: "添加客服" }).click();
    await page.getByRole("dialog").getByText("店主", { exact: true }).click();
    assert.equal(await overflow(page), 0);
    await untilAccessible(page, "添加客服");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "编辑 Lin" }).click();
    assert.equal(await overflow(page), 0);
    await untilAccessible(page, "编辑");
    await page.context().close();
  }
  world.nothingWentWrong();
});

test("on a phone the staff are cards that fit, in light and dark", async (t) => {
  const world = await World.open(t);
  for (const colorScheme of ["light", "dark"]) {
    const { page } = await world.admin({ viewport: PHONE, colorScheme });
    await openSection(page, "Staff");
    await page.locator("[data-part=staff-list] li").first().waitFor();
    assert.equal(await overflow(page), 0);
    await untilAccessible(page, `staff on a phone, ${colorScheme}`);
    await page.getByRole("button", { name: "Back" }).click();
    await page.getByRole("heading", { level: 1, name: "Shop settings" }).waitFor();
    await untilAccessible(page, `the sections on a phone, ${colorScheme}`);
  }
  world.nothingWentWrong();
});
