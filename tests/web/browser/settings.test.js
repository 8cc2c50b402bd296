import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { untilAccessible } from "./accessible.js";
import { ADMIN, PHONE, until, World } from "./harness.js";
import { openSection, overflow, problemAt } from "./settings-view.js";

const PUBLIC = ["--public-url", "https://chat.shop.test"];
const SECTIONS = [
  "Shop and look",
  "Your website",
  "Pictures and files",
  "Identity and keys",
  "Staff",
];
const field = (page, name) => page.locator(`[data-field=${name}]`);
const save = (page) => page.getByRole("button", { name: "Save" }).click();
const saved = (page) => page.getByRole("status").filter({ hasText: "Saved" }).waitFor();

async function owner(t, flags = [], options = {}) {
  const world = await World.open(t, flags);
  const { page, context } = await world.admin(options);
  return { world, page, context };
}

function proof(key, claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
}

for (const [width, colorScheme, viewport] of [
  ["desktop", "dark", undefined],
  ["phone", "light", PHONE],
]) {
  test(`every section fits, and axe finds nothing: ${width}, ${colorScheme}`, async (t) => {
    const more = viewport ? { viewport } : {};
    const { world, page } = await owner(t, PUBLIC, { colorScheme, ...more });
    for (const name of SECTIONS) {
      await openSection(page, name);
      assert.equal(await overflow(page), 0, name);
      await untilAccessible(page, name);
      if (viewport) await page.getByRole("button", { name: "Back" }).click();
    }
    world.nothingWentWrong();
  });
}

test("name, colour and greeting are seen beside the fields, kept, and shown to customers", async (t) => {
  const { world, page } = await owner(t);
  await openSection(page, "Shop and look");
  const preview = page.getByRole("img", { name: "What customers see" });
  await field(page, "name").getByRole("textbox").fill("Lantern <b>&</b> Pine");
  await field(page, "greetingEn").getByRole("textbox").fill("Good to see you.\nAsk us anything.");
  await preview.getByText("Lantern <b>&</b> Pine").waitFor();
  await preview.getByText("Good to see you.").waitFor();
  await page.getByRole("textbox", { name: /^Colour code/ }).fill("#ffe680");
  await page.getByText("Rather faint").waitFor();
  await page.getByRole("button", { name: "#2f6b57" }).click();
  await page.getByText("Easy to see").waitFor();
  const shown = await preview.locator("[data-bubble=mine]").evaluate((one) => {
    const { backgroundColor, color } = getComputedStyle(one);
    return [backgroundColor, color];
  });
  assert.deepEqual(shown, ["rgb(47, 107, 87)", "rgb(255, 255, 255)"]);
  await untilAccessible(page, "changes that are not saved");
  await save(page);
  await saved(page);
  await page.reload();
  await until(
    async () => (await field(page, "name").getByRole("textbox").inputValue()) !== "",
    "the name is kept",
  );
  const customer = await (await world.person()).newPage();
  await customer.goto(`${world.server.origin}/member/`);
  await customer.getByRole("heading", { name: "Lantern <b>&</b> Pine" }).waitFor();
  await customer.getByText("Good to see you.").waitFor();
  world.nothingWentWrong();
});

test("what the server refuses is said at its field, in both languages", async (t) => {
  for (const [locale, nav, button] of [
    ["en", "Your website", "Save"],
    ["zh-CN", "接入网站", "保存"],
  ]) {
    const world = await World.open(t);
    const page = await (await world.person({ locale })).newPage();
    await page.goto(`${world.server.origin}/admin/#settings=website`);
    await page.locator("[name=username]").fill(ADMIN.username);
    await page.locator("[name=password]").fill(ADMIN.password);
    await page.locator("[data-view=sign-in] [type=submit]").click();
    // The address that was asked for is the one that is shown.
    await page.getByRole("heading", { level: 1, name: nav }).waitFor();
    const sites = field(page, "sites").getByRole("textbox");
    await sites.fill("https://*.shop.test");
    await page.getByRole("button", { name: button }).click();
    await until(async () => (await problemAt(page, "sites").textContent()) !== "", "a problem");
    assert.equal(await sites.getAttribute("aria-invalid"), "true");
    assert.ok(await sites.evaluate((one) => one.matches(":focus")));
    await untilAccessible(page, "a problem at a field");
    await sites.fill("https://www.shop.test/ http://other.test:8080");
    assert.equal(await problemAt(page, "sites").textContent(), "");
    await page.getByRole("button", { name: button }).click();
    await until(
      async () => (await sites.inputValue()).startsWith("https://www.shop.test\n"),
      "kept",
    );
    world.nothingWentWrong();
  }
});

test("what is not saved is not lost by a careless step", async (t) => {
  const { world, page } = await owner(t);
  await openSection(page, "Pictures and files");
  const hosts = field(page, "pictureSites").getByRole("textbox");
  await hosts.fill("https://img.shop.test");
  const ask = page.getByRole("dialog");
  const stay = () => ask.getByRole("button", { name: "Keep editing" }).click();
  await page.getByRole("link", { name: "Staff" }).click();
  await stay();
  await page.goBack();
  await stay();
  await page.getByRole("button", { name: "Back" }).click();
  await stay();
  assert.equal(await hosts.inputValue(), "https://img.shop.test");
  assert.match(page.url(), /#settings=files$/);
  await page.getByRole("button", { name: "Discard" }).click();
  assert.equal(await hosts.inputValue(), "");
  await hosts.fill("https://img.shop.test");
  await page.goBack();
  await ask.getByRole("button", { name: "Discard" }).click();
  await until(async () => !page.url().endsWith("#settings=files"), "left");
  world.nothingWentWrong();
});

test("limits are checked before they are sent", async (t) => {
  const { world, page } = await owner(t);
  await openSection(page, "Pictures and files");
  const size = field(page, "uploadBytesMax").getByRole("spinbutton");
  await size.fill("11");
  await save(page);
  await until(
    async () => (await problemAt(page, "uploadBytesMax").textContent()) !== "",
    "a problem",
  );
  await size.fill("2.5");
  await save(page);
  await saved(page);
  await page.reload();
  await until(async () => (await size.inputValue()) === "2.5", "kept");
  world.nothingWentWrong();
});

test("the snippet has the shop's colour and what one chooses, and is copied", async (t) => {
  const { world, page, context } = await owner(t, PUBLIC);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await openSection(page, "Shop and look");
  await page.getByRole("button", { name: "#0f766e" }).click();
  await save(page);
  await saved(page);
  await openSection(page, "Your website");
  const options = page.locator("section").filter({ hasText: "Where the button stands" });
  await options.getByLabel("Title of the chat").fill('Ask "us" <now>');
  await options.getByText("Bottom left").click();
  await options.getByRole("button", { name: "Copy" }).click();
  await options.getByRole("button", { name: "Copied" }).waitFor();
  const lines = [
    '<script async src="https://chat.shop.test/widget.js"',
    'data-color="#0f766e"',
    'data-title="Ask &quot;us&quot; &lt;now>"',
    'data-position="left"></script>',
  ];
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, lines.join("\n  "));
  // Choosing here changes nothing that would have to be saved.
  assert.equal(await page.getByText("Changes are not saved yet").isVisible(), false);
  world.nothingWentWrong();
});

test("the page of its own has a link and a code to print, once its address is known", async (t) => {
  const { world, page } = await owner(t, PUBLIC);
  await openSection(page, "Your website");
  const code = page.getByRole("img", { name: "QR code of the chat page" });
  await until(() => code.evaluate((image) => image.naturalWidth > 0), "the code is drawn");
  await page.getByRole("link", { name: "https://chat.shop.test/member/" }).waitFor();
  const coming = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download" }).click();
  assert.equal((await coming).suggestedFilename(), "chat-qr.svg");
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.getByText("Scan to chat with us").isVisible());
  assert.equal(await page.getByRole("heading", { name: "Embed code" }).isVisible(), false);
  const other = await owner(t);
  await openSection(other.page, "Your website");
  await other.page.getByText("public address is not known yet").waitFor();
  world.nothingWentWrong();
});

test("a new key is shown once, to whoever knows the password, and signs", async (t) => {
  const { world, page } = await owner(t);
  await openSection(page, "Identity and keys");
  await page.getByRole("button", { name: "Make a new identity key" }).click();
  const dialog = page.getByRole("dialog", { name: "Make a new identity key" });
  await untilAccessible(page, "the password is asked");
  await dialog.getByLabel("Your own password").fill("not this one");
  await dialog.getByRole("button", { name: "Make a new identity key" }).click();
  await problemAt(page, "password").getByText("This is not your password").waitFor();
  await dialog.getByLabel("Your own password").fill(ADMIN.password);
  await dialog.getByRole("button", { name: "Make a new identity key" }).click();
  const shown = page.getByRole("dialog", { name: "New key" });
  const key = (await shown.locator("code").textContent()) ?? "";
  assert.ok(key.length >= 32);
  await untilAccessible(page, "the new key");
  // It is in nobody's clipboard and in nobody's configuration yet: a careless key does not throw it away.
  const asked = page.getByRole("dialog").filter({ hasText: "The key is not copied yet" });
  for (const careless of [
    () => page.keyboard.press("Escape"),
    () => page.keyboard.press("Escape"),
    () => shown.getByRole("button", { name: "Close" }).click(),
  ]) {
    await careless();
    await asked.waitFor();
    await untilAccessible(page, "asked before a key is lost");
    await asked.getByRole("button", { name: "Go back" }).click();
    await asked.waitFor({ state: "hidden" });
    assert.equal(await shown.locator("code").textContent(), key);
  }
  await shown.getByRole("button", { name: "I have stored it" }).click();
  await page.getByText("In use").waitFor();
  assert.equal(await page.getByText(key).count(), 0);

  const exp = Math.floor(Date.now() / 1000) + 300;
  const token = page.getByRole("textbox", { name: "Token" });
  const hostile = "<img src=x onerror=alert(1)>";
  await token.fill(proof(key, { sub: hostile, exp }));
  await page.getByRole("button", { name: "Test", exact: true }).click();
  await page.getByText(`Good. Member: ${hostile}`).waitFor();
  await token.fill(proof("another key that is long enough for it", { sub: "42", exp }));
  await page.getByRole("button", { name: "Test", exact: true }).click();
  await page.getByText("signature").waitFor();
  await page.getByRole("tab", { name: "PHP" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("region", { name: "Node.js" }).getByText("createHmac").first().waitFor();
  world.nothingWentWrong();
});

test("the samples for the shop's backend sign what this server takes", async (t) => {
  const { world, page } = await owner(t);
  const key = world.server.command("key", "rotate", "identity").trim();
  await openSection(page, "Identity and keys");
  await page.getByRole("tab", { name: "Node.js" }).click();
  const text = await page.getByRole("region", { name: "Node.js" }).textContent();
  process.env.KEFU_IDENTITY_KEY = key;
  const { kefuToken } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  await page.getByRole("textbox", { name: "Token" }).fill(kefuToken(42, "Mei"));
  await page.getByRole("button", { name: "Test", exact: true }).click();
  await page.getByText("Good. Member: 42").waitFor();
  world.nothingWentWrong();
});
