import assert from "node:assert/strict";
import { test } from "node:test";
import { crowd } from "./crowd.js";
import { ADMIN, signIn, until, untilTexts, World } from "./harness.js";
import { chooseInMenu } from "./settings-view.js";

const row = (desk, text) => desk.locator("conversation-list li").filter({ hasText: text });
const open = (desk, text) => row(desk, text).locator("[data-action=choose]").click();
const hash = (desk) => new URL(desk.url()).hash;

async function setUp(t, texts = ["my secret", "another secret"]) {
  const world = await World.open(t, ["--no-limits"]);
  await crowd(world.server, texts);
  const { page: desk } = await world.admin();
  return { world, desk };
}

/** All that can be read in the page, seen or not. */
const content = (desk) =>
  desk.evaluate(() => {
    const fields = [...document.querySelectorAll("input, textarea")].map(({ value }) => value);
    return document.body.textContent + fields.join();
  });

/** The same person ends all sessions from elsewhere, and the server tells the page. */
async function endSessions(world) {
  const { page } = await world.signedIn();
  await chooseInMenu(page, "Sign out everywhere");
  await page.getByRole("dialog").getByRole("button", { name: "Sign out everywhere" }).click();
}

test("after signing out, back and forward show nothing of it, and nothing of it is in the page", async (t) => {
  const { world, desk } = await setUp(t);
  await open(desk, "another secret");
  await untilTexts(desk, ["another secret"]);
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
  await signIn(desk);
  // What was begun waits for whoever began it.
  await row(desk, "[Draft] a secret answer").waitFor();
  world.nothingWentWrong();
});

test("whatever stood open above the desk goes with the session that ends", async (t) => {
  const { world, desk } = await setUp(t);
  const context = desk.context();
  const pages = { menu: desk };
  for (const name of ["confirm", "keys", "bell", "account"]) {
    pages[name] = await context.newPage();
    await pages[name].goto(`${world.server.origin}/admin/`);
    await row(pages[name], "my secret").waitFor();
  }
  const { menu, confirm, keys, bell, account } = pages;
  await row(menu, "my secret").click({ button: "right" });
  await menu.getByRole("menuitem", { name: "Pin" }).waitFor();
  await row(confirm, "my secret").click({ button: "right" });
  await confirm.getByRole("menuitem", { name: "Delete" }).click();
  await confirm.getByRole("dialog").waitFor();
  await keys.keyboard.press("?");
  await keys.getByRole("dialog").waitFor();
  await bell.getByRole("button", { name: "Notifications" }).click();
  await bell.getByRole("dialog").waitFor();
  await account.getByRole("button", { name: "My account" }).click();
  await account.getByRole("menu").waitFor();
  await endSessions(world);
  for (const [name, page] of Object.entries(pages)) {
    await page.getByText("Your session has ended.").waitFor();
    const left = await page.locator("dialog[open], [popover]:popover-open").count();
    assert.equal(left, 0, name);
  }
  world.nothingWentWrong();
});

test("an address that was asked for is shown after signing in", async (t) => {
  const { world, desk } = await setUp(t);
  await open(desk, "my secret");
  await untilTexts(desk, ["my secret"]);
  const address = desk.url();
  const other = await (await world.person()).newPage();
  await other.goto(address);
  await signIn(other);
  await untilTexts(other, ["my secret"]);
  assert.equal(other.url(), address);
  await until(
    () => other.evaluate(() => document.activeElement?.tagName === "TEXTAREA"),
    "one can write",
  );
  world.nothingWentWrong();
});

test("an address of no conversation leads to the list, and back does not lead there again", async (t) => {
  const { world, desk } = await setUp(t);
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
});
