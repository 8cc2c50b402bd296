import assert from "node:assert/strict";
import { test } from "node:test";
import { untilAccessible } from "./accessible.js";
import { ADMIN, DESKTOP, PHONE, signIn, steps, until, World } from "./harness.js";
import { png } from "./sample.js";
import { chooseInMenu, openMenu, overflow, problemAt } from "./settings-view.js";

const heading = (page) => page.getByRole("heading", { name: "Conversations" });
const welcome = (page) => page.getByRole("heading", { name: "Welcome back" });

test("the one-time link makes the owner, who is told what to do next", async (t) => {
  const world = await World.open(t, [], { isNew: true });
  const page = await (await world.person()).newPage();
  await page.goto(`${world.server.origin}/admin/#setup=${world.server.setupCode}`);
  await untilAccessible(page, "setup");
  await page.getByLabel("User name").fill(ADMIN.username);
  await page.getByLabel("Nickname").fill(ADMIN.nickname);
  await page.getByLabel("Password", { exact: false }).first().fill("short");
  await page.getByRole("button", { name: "Create account" }).click();
  assert.equal(await heading(page).isVisible(), false);
  await page.locator("input[name=password]").fill(ADMIN.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await heading(page).waitFor();
  await page.getByRole("heading", { name: "Put the chat on your website" }).waitFor();
  const snippet = await page.getByRole("region", { name: "Embed code" }).textContent();
  assert.match(snippet, /^<script async src="http:\/\/127\.0\.0\.1:\d+\/widget\.js"><\/script>$/);
  await untilAccessible(page, "next steps");
  await page.getByRole("link", { name: "Set the look" }).click();
  await page.getByRole("heading", { level: 1, name: "Shop and look" }).waitFor();
  await page.goBack();
  await page.getByRole("heading", { name: "Bring in your colleagues" }).waitFor();
  // Used up: it makes no second owner.
  const other = await (await world.person()).newPage();
  await other.goto(`${world.server.origin}/admin/#setup=${world.server.setupCode}`);
  await other.getByLabel("User name").fill("second");
  await other.getByLabel("Nickname").fill("Second");
  await other.locator("input[name=password]").fill("long enough for it");
  await other.getByRole("button", { name: "Create account" }).click();
  await other.getByRole("alert").filter({ hasText: /\w/ }).waitFor();
  await other.getByRole("link", { name: "Already have an account?" }).click();
  await welcome(other).waitFor();
  world.nothingWentWrong();
});

test("the owner's account, from the menu behind his own face", async (t) => {
  const step = steps(t);
  const world = await World.open(t);
  const { page } = await world.admin();
  const newPassword = "a new horse battery";

  await step("the menu is worked by the keyboard and gives the focus back", async () => {
    const button = page.getByRole("button", { name: "My account" });
    await button.focus();
    await page.keyboard.press("Enter");
    const item = (name) => page.getByRole("menuitem", { name, exact: true });
    await item("Nickname and avatar").waitFor();
    assert.equal(await button.getAttribute("aria-expanded"), "true");
    await untilAccessible(page, "menu");
    await page.keyboard.press("ArrowDown");
    assert.ok(await item("Change password").evaluate((node) => node.matches(":focus")));
    await page.keyboard.press("End");
    assert.ok(await item("Sign out everywhere").evaluate((node) => node.matches(":focus")));
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Nickname and avatar" }).waitFor();
    await untilAccessible(page, "profile");
    await page.keyboard.press("Escape");
    await until(() => button.evaluate((node) => node.matches(":focus")), "the focus is back");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await until(() => button.evaluate((node) => node.matches(":focus")), "the focus is back again");
    world.nothingWentWrong();
  });

  await step(
    "one's own nickname and picture are changed and seen at once, also on a phone",
    async () => {
      await chooseInMenu(page, "Nickname and avatar");
      const dialog = page.getByRole("dialog");
      await dialog.locator("input[type=file]").setInputFiles({
        name: "notes.txt",
        mimeType: "text/plain",
        buffer: Buffer.from("no picture"),
      });
      await problemAt(page, "avatar").getByText("This is not a picture").waitFor();
      await dialog
        .locator("input[type=file]")
        .setInputFiles({ name: "me.png", mimeType: "image/png", buffer: png(300, 200) });
      await dialog.locator("[data-face] img").waitFor();
      await dialog.getByLabel("Nickname").fill("<img src=x onerror=alert(1)>");
      assert.equal(await overflow(page), 0);
      await page.setViewportSize(PHONE);
      assert.equal(await overflow(page), 0);
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.waitFor({ state: "detached" });
      await page.locator("[data-part=account] img").waitFor();
      await openMenu(page);
      const name = page.locator("[data-part=me] strong");
      assert.equal(await name.textContent(), "<img src=x onerror=alert(1)>");
      await page.reload();
      await page.locator("[data-part=account] img").waitFor();
      await page.setViewportSize(DESKTOP);
      world.nothingWentWrong();
    },
  );

  const other = await world.signedIn();

  await step(
    "the password is changed with the old one, and the other devices are signed out",
    async () => {
      await chooseInMenu(page, "Change password");
      const dialog = page.getByRole("dialog");
      await untilAccessible(page, "change password");
      await dialog.getByLabel("Current password").fill("something else");
      await dialog.getByLabel("New password").fill(newPassword);
      await dialog.getByRole("button", { name: "Save" }).click();
      await problemAt(page, "oldPassword").getByText("This is not your password").waitFor();
      const old = dialog.getByLabel("Current password");
      assert.equal(await old.getAttribute("aria-invalid"), "true");
      assert.ok(await old.evaluate((node) => node.matches(":focus")));
      await old.fill(ADMIN.password);
      await dialog.getByRole("button", { name: "Show" }).first().click();
      assert.equal(await old.getAttribute("type"), "text");
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.waitFor({ state: "detached" });
      await welcome(other.page).waitFor();
      await other.page.getByText("Your session has ended").waitFor();
      await signIn(other.page, { ...ADMIN, password: newPassword });
      assert.ok(await heading(page).isVisible());
      world.nothingWentWrong();
    },
  );

  await step("signing out ends this session, and everywhere ends them all", async () => {
    await chooseInMenu(page, "Sign out");
    await welcome(page).waitFor();
    assert.ok(await heading(other.page).isVisible());
    await signIn(page, { ...ADMIN, password: newPassword });
    await chooseInMenu(page, "Sign out everywhere");
    await page.getByRole("button", { name: "Cancel" }).click();
    assert.ok(await heading(page).isVisible());
    await chooseInMenu(page, "Sign out everywhere");
    await untilAccessible(page, "asked before signing out everywhere");
    await page.getByRole("dialog").getByRole("button", { name: "Sign out everywhere" }).click();
    await welcome(page).waitFor();
    await welcome(other.page).waitFor();
    world.nothingWentWrong();
  });
});
