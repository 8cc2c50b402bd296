import assert from "node:assert/strict";
import { test } from "node:test";
import { untilAccessible } from "./accessible.js";
import { ADMIN, DESKTOP, PHONE, steps, until, World } from "./harness.js";
import { openSection, overflow, problemAt } from "./settings-view.js";
import { proof } from "./shop.js";

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

test("at one owner's desk, the shop's settings", async (t) => {
  const step = steps(t);
  const world = await World.open(t, PUBLIC);
  const { page, context } = await world.admin({ colorScheme: "dark" });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);

  await step("every section fits a desktop and a phone, and axe finds nothing", async () => {
    for (const name of SECTIONS) {
      await openSection(page, name);
      assert.equal(await overflow(page), 0, name);
      await untilAccessible(page, `${name}, in the dark`);
      await page.setViewportSize(PHONE);
      assert.equal(await overflow(page), 0, `${name}, on a phone`);
      await page.setViewportSize(DESKTOP);
    }
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize(PHONE);
    // The rest is looked at in the light where staff are added and what is wrong is said.
    for (const name of ["Identity and keys", "Pictures and files", "Shop and look"]) {
      await page.getByRole("button", { name: "Back" }).click();
      await openSection(page, name);
      await untilAccessible(page, `${name}, in the light on a phone`);
    }
    await page.setViewportSize(DESKTOP);
    world.nothingWentWrong();
  });

  await step(
    "name, colour and greeting are seen beside the fields, kept, and shown to customers",
    async () => {
      await openSection(page, "Shop and look");
      const preview = page.getByRole("img", { name: "What customers see" });
      await field(page, "name").getByRole("textbox").fill("Lantern <b>&</b> Pine");
      await field(page, "greetingEn")
        .getByRole("textbox")
        .fill("Good to see you.\nAsk us anything.");
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
    },
  );

  await step("what is not saved is not lost by a careless step", async () => {
    // From there one goes back.
    await openSection(page, "Your website");
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

  await step("limits are checked before they are sent", async () => {
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

  await step("the snippet has the shop's colour and what one chooses, and is copied", async () => {
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

  await step(
    "the page of its own has a link and a code to print, once its address is known",
    async () => {
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
      await page.emulateMedia({ media: null });
      world.nothingWentWrong();
    },
  );

  await step("a new key is shown once, to whoever knows the password, and signs", async () => {
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
      () => shown.getByRole("button", { name: "Close" }).click(),
    ]) {
      await careless();
      await asked.waitFor();
      await asked.getByRole("button", { name: "Go back" }).click();
      await asked.waitFor({ state: "hidden" });
      assert.equal(await shown.locator("code").textContent(), key);
    }
    await page.keyboard.press("Escape");
    await asked.waitFor();
    await untilAccessible(page, "asked before a key is lost");
    await asked.getByRole("button", { name: "Go back" }).click();
    await shown.getByRole("button", { name: "I have stored it" }).click();
    await page.getByText("In use").waitFor();
    assert.equal(await page.getByText(key).count(), 0);

    const token = page.getByRole("textbox", { name: "Token" });
    const hostile = "<img src=x onerror=alert(1)>";
    await token.fill(proof(key, { sub: hostile }));
    await page.getByRole("button", { name: "Test", exact: true }).click();
    await page.getByText(`Good. Member: ${hostile}`).waitFor();
    await token.fill(proof("another key that is long enough for it", { sub: "42" }));
    await page.getByRole("button", { name: "Test", exact: true }).click();
    await page.getByText("signature").waitFor();
    await page.getByRole("tab", { name: "PHP" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("region", { name: "Node.js" }).getByText("createHmac").first().waitFor();
    world.nothingWentWrong();
  });

  await step("the samples for the shop's backend sign what this server takes", async () => {
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
});

test("what the server refuses is said at its field, in one's own language", async (t) => {
  const world = await World.open(t);
  const page = await (await world.person({ locale: "zh-CN" })).newPage();
  await page.goto(`${world.server.origin}/admin/#settings=website`);
  await page.locator("[name=username]").fill(ADMIN.username);
  await page.locator("[name=password]").fill(ADMIN.password);
  await page.locator("[data-view=sign-in] [type=submit]").click();
  // The address that was asked for is the one that is shown.
  await page.getByRole("heading", { level: 1, name: "接入网站" }).waitFor();
  // No address of the server's own was given to this one.
  await page.locator("[data-part=section]").getByText("还不知道店铺的公开地址").first().waitFor();
  const sites = field(page, "sites").getByRole("textbox");
  const keep = page.getByRole("button", { name: "保存" });
  await sites.fill("https://*.shop.test");
  await keep.click();
  await problemAt(page, "sites")
    .getByText(/\p{Script=Han}/u)
    .waitFor();
  assert.equal(await sites.getAttribute("aria-invalid"), "true");
  assert.ok(await sites.evaluate((one) => one.matches(":focus")));
  await untilAccessible(page, "a problem at a field");
  await sites.fill("https://www.shop.test/ http://other.test:8080");
  assert.equal(await problemAt(page, "sites").textContent(), "");
  await keep.click();
  await until(async () => (await sites.inputValue()).startsWith("https://www.shop.test\n"), "kept");
  world.nothingWentWrong();
});
