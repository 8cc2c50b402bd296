import assert from "node:assert/strict";
import { test } from "node:test";
import { ADMIN, steps, until, World } from "./harness.js";
import { openSection } from "./settings-view.js";

const field = (page, name) => page.locator(`[data-field=${name}]`);
const save = (page) => page.getByRole("button", { name: "Save" }).click();
const saved = (page) => page.getByRole("status").filter({ hasText: "Saved" }).waitFor();

test("at one owner's desk, what is being saved", async (t) => {
  const step = steps(t);
  const world = await World.open(t);
  const { page, context } = await world.admin();

  await step(
    "a key that was copied closes without a question, and one that is thrown away is asked about",
    async () => {
      await context.grantPermissions(["clipboard-read", "clipboard-write"]);
      await openSection(page, "Identity and keys");
      const makeKey = async () => {
        await page.getByRole("button", { name: "Make a new API key" }).click();
        const dialog = page.getByRole("dialog", { name: "Make a new API key" });
        await dialog.getByLabel("Your own password").fill(ADMIN.password);
        await dialog.getByRole("button", { name: "Make a new API key" }).click();
        const shown = page.getByRole("dialog", { name: "New key" });
        await shown.locator("code").waitFor();
        return shown;
      };
      const first = await makeKey();
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Close anyway" }).click();
      await first.waitFor({ state: "detached" });
      const second = await makeKey();
      await second.getByRole("button", { name: "Copy" }).click();
      await second.getByRole("button", { name: "Copied" }).waitFor();
      await page.keyboard.press("Escape");
      await second.waitFor({ state: "detached" });
      world.nothingWentWrong();
    },
  );

  await step(
    "what is typed while a change is being saved stays, and is still to be saved",
    async () => {
      await openSection(page, "Shop and look");
      const name = field(page, "name").getByRole("textbox");
      let answer;
      await page.route("**/kefu-shop/update", async (route) => {
        await new Promise((resolve) => {
          answer = resolve;
        });
        await route.continue();
      });
      await name.fill("Lantern");
      await name.press("Enter");
      await until(() => answer !== undefined, "it is on its way");
      await name.pressSequentially(" & Pine");
      answer();
      await saved(page);
      assert.equal(await name.inputValue(), "Lantern & Pine");
      await page.getByText("Changes are not saved yet").waitFor();
      await page.unroute("**/kefu-shop/update");
      await save(page);
      await until(() => page.getByText("Changes are not saved yet").isHidden(), "all is saved");
      world.nothingWentWrong();
    },
  );

  await step("the Enter that ends a Chinese word saves nothing", async () => {
    await openSection(page, "Shop and look");
    const name = field(page, "name").getByRole("textbox");
    let asked = 0;
    page.on("request", (request) => {
      if (request.url().endsWith("/kefu-shop/update")) asked += 1;
    });
    await name.fill("songdeng");
    await name.dispatchEvent("compositionstart");
    await name.press("Enter");
    await name.dispatchEvent("compositionend");
    await page.getByText("Changes are not saved yet").waitFor();
    assert.equal(asked, 0);
    await name.press("Enter");
    await until(() => page.getByText("Changes are not saved yet").isHidden(), "it is saved");
    assert.equal(asked, 1);
    world.nothingWentWrong();
  });
});
