import assert from "node:assert/strict";
import { test } from "node:test";
import { crowd } from "./crowd.js";
import { ADMIN, signIn, steps, until, untilTexts, World } from "./harness.js";
import { chooseInMenu, openMenu } from "./settings-view.js";

const row = (desk, text) => desk.locator("conversation-list li").filter({ hasText: text });
const open = (desk, text) => row(desk, text).locator("[data-action=choose]").click();
const hash = (desk) => new URL(desk.url()).hash;

/** All that can be read in the page, seen or not. */
const content = (desk) =>
  desk.evaluate(() => {
    const fields = [...document.querySelectorAll("input, textarea")].map(({ value }) => value);
    return document.body.textContent + fields.join();
  });

async function leadsToTheList({ world, desk }) {
  await desk.goto(`${world.server.origin}/admin/#c=12345`);
  await desk.reload();
  await row(desk, "my secret").waitFor();
  await until(async () => hash(desk) === "", "the list");
  await open(desk, "my secret");
  await untilTexts(desk, ["my secret"]);
  await desk.goBack();
  await until(async () => hash(desk) === "", "the list again");
  assert.equal(await desk.locator("message-list").isVisible(), false);
  world.nothingWentWrong();
}

async function leavesNothing({ world, desk }) {
  await open(desk, "another secret");
  await untilTexts(desk, ["another secret"]);
  const address = desk.url();
  await open(desk, "my secret");
  await untilTexts(desk, ["my secret"]);
  await desk.locator("message-composer textarea").fill("a secret answer");
  await desk.locator("member-pane").getByText("Visitor 1").first().waitFor();
  await desk.getByRole("searchbox").fill("secret");
  await desk.locator("found-list li").first().waitFor();
  await chooseInMenu(desk, "Sign out");
  await desk.getByLabel("User name").waitFor();
  assert.equal(hash(desk), "");
  for (let step = 0; step < 2; step += 1) {
    await desk.goBack();
    await desk.locator("[data-view=sign-in]").waitFor();
    assert.equal(await desk.locator("[data-view=desk]").isVisible(), false);
  }
  await desk.goForward();
  assert.equal(await desk.locator("[data-view=desk]").isVisible(), false);
  const text = await content(desk);
  assert.doesNotMatch(text, /secret|Visitor \d/);
  assert.ok(!text.includes(ADMIN.nickname), text);
  world.nothingWentWrong();
  return address;
}

async function comesBack({ world, desk }, address) {
  await desk.goto(address);
  await desk.reload();
  await desk.getByLabel("User name").fill(ADMIN.username);
  await desk.getByLabel("Password").fill("not the password");
  await desk.getByRole("button", { name: "Sign in" }).click();
  await desk.getByRole("alert").waitFor();
  await signIn(desk);
  await untilTexts(desk, ["another secret"]);
  assert.equal(desk.url(), address);
  await until(
    () => desk.evaluate(() => document.activeElement?.tagName === "TEXTAREA"),
    "one can write",
  );
  // What was begun waits for whoever began it.
  await row(desk, "[Draft] a secret answer").waitFor();
  world.nothingWentWrong();
}

/** In each of five tabs something else stands open above the desk. */
async function closesAll({ world, desk }) {
  const pages = { menu: desk };
  for (const name of ["confirm", "bell", "keys", "account"]) {
    pages[name] = await desk.context().newPage();
    await pages[name].goto(`${world.server.origin}/admin/`);
    await row(pages[name], "another secret").waitFor();
  }
  const { menu, confirm, bell, keys, account } = pages;
  await row(menu, "another secret").click({ button: "right" });
  await menu.getByRole("menuitem", { name: "Pin" }).waitFor();
  await row(confirm, "another secret").click({ button: "right" });
  await confirm.getByRole("menuitem", { name: "Delete" }).click();
  await confirm.getByRole("dialog").waitFor();
  await bell.getByRole("button", { name: "Notifications" }).click();
  await bell.getByRole("dialog").waitFor();
  await keys.keyboard.press("?");
  await keys.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await openMenu(account);
  // All sessions are ended, and the server tells the pages.
  await desk.evaluate(() => fetch("/admin-api/system/auth/logout-all", { method: "POST" }));
  for (const [name, page] of Object.entries(pages)) {
    await page.getByText("Your session has ended.").waitFor();
    const left = await page.locator("dialog[open], [popover]:popover-open").count();
    assert.equal(left, 0, name);
  }
  world.nothingWentWrong();
}

test("at one desk, of which nothing is left to the next", async (t) => {
  const step = steps(t);
  const world = await World.open(t, ["--no-limits"]);
  await crowd(world.server, ["my secret", "another secret"]);
  const { page: desk } = await world.admin();
  let address;

  await step(
    "an address of no conversation leads to the list, and back does not lead there again",
    () => leadsToTheList({ world, desk }),
  );
  await step(
    "after signing out, back and forward show nothing of it, and nothing of it is in the page",
    async () => {
      address = await leavesNothing({ world, desk });
    },
  );
  await step(
    "an address that was asked for is shown after signing in, and a wrong password is refused",
    () => comesBack({ world, desk }, address),
  );
  await step("whatever stood open above the desk goes with the session that ends", () =>
    closesAll({ world, desk }),
  );
});
