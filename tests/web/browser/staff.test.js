import assert from "node:assert/strict";
import { test } from "node:test";
import { untilAccessible } from "./accessible.js";
import { ADMIN, PHONE, signIn, steps, until, World } from "./harness.js";
import { png } from "./sample.js";
import { chooseInMenu, openMenu, overflow, problemAt } from "./settings-view.js";

const HOSTILE = '"><svg onload=alert(1)>';

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

const row = (page, name) => page.locator("[data-part=staff-list] li").filter({ hasText: name });

/** A colleague whose name is markup, in her own browser. */
async function comes({ world, page, anna }) {
  const taken = await add(page, "owner1", "Again");
  await untilAccessible(page, "adding");
  await taken.done.click();
  await until(async () => (await problemAt(page, "username").textContent()) !== "", "a problem");
  assert.ok(await taken.dialog.getByLabel("User name").evaluate((one) => one.matches(":focus")));
  await page.keyboard.press("Escape");
  const { dialog, password, done } = await add(page, "anna", `Anna ${HOSTILE}`);
  await done.click();
  const handed = page.getByRole("region", { name: "To sign in with" });
  await handed.getByText(password).waitFor();
  await dialog.waitFor({ state: "detached" });
  await untilAccessible(page, "handing over");
  await page.getByRole("button", { name: "Done" }).click();
  await row(page, HOSTILE).getByText("Not signed in yet").waitFor();
  anna.password = password;
  anna.page = (await world.signedIn({ username: "anna", password })).page;
  await openMenu(anna.page);
  assert.equal(await anna.page.getByRole("menuitem", { name: "Shop settings" }).count(), 0);
  assert.equal(await anna.page.getByRole("menuitem", { name: "Staff" }).count(), 0);
  await anna.page.goto(`${world.server.origin}/admin/#settings=staff`);
  // Nothing but its hash has changed: what a page makes of it that begins there is seen after a reload.
  await anna.page.reload();
  await anna.page.getByText("The shop’s owner looks after the settings.").waitFor();
  await anna.page.goBack();
  world.nothingWentWrong();
}

async function isShutOut({ world, page, anna }) {
  const welcome = anna.page.getByRole("heading", { name: "Welcome back" });
  await row(page, "Anna").getByRole("button", { name: "Disable Anna" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await row(page, "Anna").getByRole("button", { name: "Disable Anna" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
  await row(page, "Anna").getByText("Disabled").waitFor();
  await untilAccessible(page, "somebody is disabled");
  await welcome.waitFor();
  await row(page, "Anna").getByRole("button", { name: "Enable Anna" }).click();
  await row(page, "Anna").getByRole("button", { name: "Disable Anna" }).waitFor();
  await signIn(anna.page, { username: "anna", password: anna.password });

  await row(page, "Anna").getByRole("button", { name: "Reset password: Anna" }).click();
  const dialog = page.getByRole("dialog");
  const fresh = await dialog.getByRole("textbox", { name: "Password", exact: true }).inputValue();
  await dialog.getByRole("button", { name: "Reset password" }).click();
  await page.getByRole("region", { name: "To sign in with" }).getByText(fresh).waitFor();
  await page.getByRole("button", { name: "Done" }).click();
  await welcome.waitFor();
  await signIn(anna.page, { username: "anna", password: fresh });
  world.nothingWentWrong();
}

async function wasHere({ world, page, anna }) {
  await chooseInMenu(anna.page, "Sign out");
  await anna.page.getByRole("heading", { name: "Welcome back" }).waitFor();
  await page.reload();
  await row(page, "Anna").getByText("Last here").waitFor();
  world.nothingWentWrong();
}

async function saysWhatFails({ world, page }) {
  await row(page, "Anna").getByRole("button", { name: "Edit Anna" }).click();
  await page.route("**/system/user/page?**", (route) => route.abort());
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").filter({ hasText: /\w/ }).waitFor();
  await page.unroute("**/system/user/page?**");
  assert.ok(await row(page, "Lin").isVisible());
  world.nothingWentWrong();
}

async function isChanged({ world, page }) {
  await row(page, "Anna").getByRole("button", { name: "Edit Anna" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Nickname").fill("Anna B.");
  const picture = { name: "anna.png", mimeType: "image/png", buffer: png(300, 200) };
  await dialog.locator("input[type=file]").setInputFiles(picture);
  await dialog.locator("[data-face] img").waitFor();
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
  const face = row(page, "Anna B.").locator("[data-part=face] img");
  await until(() => face.evaluate((image) => image.naturalWidth > 0), "her picture");
  assert.equal(await row(page, "Lin").locator("[data-part=face] img").count(), 0);
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
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  world.nothingWentWrong();
}

async function givesUp({ world, page }) {
  const { dialog, done } = await add(page, "berta", "Berta");
  await dialog.getByText("Owner", { exact: true }).click();
  await dialog.getByLabel("Your own password").fill(ADMIN.password);
  await done.click();
  await page.getByRole("button", { name: "Done" }).click();
  await row(page, "Berta").getByText("Owner", { exact: true }).waitFor();
  await row(page, "Lin").getByRole("button", { name: "Edit Lin" }).click();
  await page.getByRole("dialog").getByText("Agent", { exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await page.getByText("The shop’s owner looks after the settings.").waitFor();
  assert.equal(await page.locator("[data-part=staff-list]").count(), 0);
  world.nothingWentWrong();
}

test("an owner and a colleague, from the day she comes", async (t) => {
  const step = steps(t);
  const world = await World.open(t);
  const { page } = await world.admin();
  await chooseInMenu(page, "Staff");
  await page.locator("[data-part=staff-list] li").first().waitFor();
  const people = { world, page, anna: {} };

  await step(
    "the owner adds a colleague, who signs in with what was handed over and sees no settings",
    () => comes(people),
  );
  await step("disabling ends a colleague's sessions at once, and enabling lets him in again", () =>
    isShutOut(people),
  );
  await step("who was here, however long ago he signed out, is not said to have never been", () =>
    wasHere(people),
  );
  await step("what cannot be asked about the staff is said, and one stays where one is", () =>
    saysWhatFails(people),
  );
  await step(
    "nickname, picture and role are changed, an owner is made by a password only, and the last owner stays one",
    () => isChanged(people),
  );
  await step(
    "an owner is added with one's own password, and who gives up the role leaves the settings",
    () => givesUp(people),
  );
});

test("in Chinese, in the dark and on a phone everybody can use the menu, its dialogs and the staff's cards", async (t) => {
  const world = await World.open(t);
  const look = { locale: "zh-CN", colorScheme: "dark", viewport: PHONE };
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
  assert.equal(await overflow(page), 0);
  await untilAccessible(page, "客服人员");
  await page.emulateMedia({ colorScheme: "light" });
  await untilAccessible(page, "客服人员, in the light");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.getByRole("button", { name: "添加客服" }).click();
  await page.getByRole("dialog").getByText("店主", { exact: true }).click();
  assert.equal(await overflow(page), 0);
  await untilAccessible(page, "添加客服");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "编辑 Lin" }).click();
  assert.equal(await overflow(page), 0);
  await untilAccessible(page, "编辑");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "返回" }).click();
  await page.getByRole("heading", { level: 1, name: "店铺设置" }).waitFor();
  await untilAccessible(page, "店铺设置");
  world.nothingWentWrong();
});
