// A frame that does not come: the customer is never caught behind the panel.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Caller } from "./caller.js";
import {
  chatOf,
  clickLauncher,
  PHONE,
  steps,
  until,
  untilStates,
  World,
  write,
} from "./harness.js";
import { openShadows, Shop } from "./shop.js";

/** A frame that is loaded and says nothing is given 3 s: before that, nobody is told of a failure. */
const TOO_SOON_MS = 2900;
/** From then on, a little more than the 15 s of one that may still be on a slow way. */
const AFTER_THAT_MS = 12_200;

const changeSites = (world, sites) =>
  Caller.owner(world).ask("PUT", "/admin-api/promotion/kefu-shop/update", { sites });

/** Why a frame does not come: what puts that in the way gives what takes it away again, where a customer can see that. */
const REASONS = {
  "the site may not carry the chat": async ({ world }) => {
    await changeSites(world, ["https://another.shop.example"]);
    return () => changeSites(world, []);
  },
  "a blocker is at work": async ({ context }) => {
    const blocker = (route) => route.abort();
    await context.route("**/member/**", blocker);
    return () => context.unroute("**/member/**", blocker);
  },
  "the shop's policy has no word of the frame": async ({ world, shop }) => {
    shop.policy = `default-src 'none'; script-src 'self' ${world.server.origin}; img-src data:`;
    return null;
  },
};

test("of frames that do not come, or come late", async (t) => {
  const step = steps(t);
  const world = await World.open(t);
  await step(
    "while one is on its way the panel has its own way to close, and gives the focus on",
    async () => {
      const shop = await Shop.open(t, world, { attributes: 'data-locale="zh"' });
      const context = await world.person();
      await context.addInitScript(openShadows);
      let come;
      const held = new Promise((resolve) => {
        come = resolve;
      });
      await context.route("**/member/main.js*", async (route) => {
        await held;
        await route.continue();
      });
      const page = await shop.visit("/", { context });
      await clickLauncher(page);
      const close = page.getByRole("dialog").getByRole("button", { name: "关闭" });
      await until(() => close.evaluate((one) => one.matches(":focus")), "the focus");
      come();
      const chat = await chatOf(page);
      await close.waitFor({ state: "hidden" });
      await until(() => chat.evaluate(() => document.hasFocus()), "the frame has the focus");
      world.nothingWentWrong();
    },
  );

  for (const [reason, block] of Object.entries(REASONS)) {
    await step(`on a phone, where ${reason}, the panel can be closed and tried again`, async () => {
      const shop = await Shop.open(t, world);
      const context = await world.person({ viewport: PHONE });
      await context.addInitScript(openShadows);
      const free = await block({ world, context, shop });
      const page = await shop.visit("/", { context });
      // It stands still until the test moves it on, so that a slow machine does not use up what the frame is given.
      await page.clock.install();
      await page.clock.pauseAt(Date.now() + 60_000);
      await clickLauncher(page);
      const panel = page.getByRole("dialog");
      const close = panel.getByRole("button", { name: "Close" });
      const overflow = () => page.evaluate(() => getComputedStyle(document.body).overflowY);
      await close.click();
      await panel.waitFor({ state: "hidden" });
      assert.equal(await overflow(), "visible");
      await page.getByRole("button", { name: "Open the chat" }).click();
      // By keyboard too.
      await until(() => close.evaluate((one) => one.matches(":focus")), "the focus");
      const sentence = panel.getByText("The chat could not be loaded.");
      await page.clock.fastForward(TOO_SOON_MS);
      assert.equal(await sentence.count(), 0);
      await page.clock.fastForward(AFTER_THAT_MS);
      await sentence.waitFor();
      const { x, width } = await sentence.boundingBox();
      assert.ok(Math.abs(x + width / 2 - PHONE.width / 2) < 1, "it stands in the middle");
      assert.equal(await panel.locator("iframe").isVisible(), false);
      if (free) {
        await free();
        await page.clock.resume();
        await panel.getByRole("button", { name: "Try again" }).click();
        const chat = await chatOf(page);
        await panel.locator("iframe").waitFor();
        assert.equal(await close.isVisible(), false);
        await chat.locator("textarea").click();
        await write(chat, "here at last");
        await untilStates(chat, ["sent"]);
        await chat.locator("[data-part=close]").click();
      } else {
        await page.keyboard.press("Escape");
      }
      await panel.waitFor({ state: "hidden" });
      await page.getByRole("button", { name: "Open the chat" }).waitFor();
      await context.close();
      // That the browser says so is right.
      const others = world.wrongs.splice(0).filter((wrong) => !/frame/i.test(wrong));
      assert.deepEqual(others, []);
    });
  }
});
