// The customer's page in browsers that miss what is young: those inside shopping and chat apps.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Caller } from "./caller.js";
import { PHONE, shownTexts, steps, until, untilStates, World, write } from "./harness.js";
import { png } from "./sample.js";
import { choose, file, rows, sendRaw } from "./talk.js";

/** Takes away what Chrome 92 does not have. */
function becomeOld() {
  const young = [
    [AbortSignal, "timeout", "any"],
    [URL, "canParse", "parse"],
    [HTMLElement.prototype, "showPopover", "hidePopover", "togglePopover", "popover"],
    [Array.prototype, "findLast", "findLastIndex", "toSorted", "toReversed", "toSpliced", "with"],
    [Object, "groupBy", "hasOwn"],
    [Map, "groupBy"],
    [Promise, "withResolvers", "try"],
    [Array, "fromAsync"],
    [Set.prototype, "union", "intersection", "difference"],
    [Element.prototype, "checkVisibility", "ariaBusy", "moveBefore"],
    [Crypto.prototype, "randomUUID"],
    [Navigator.prototype, "locks"],
    [window, "structuredClone", "CloseWatcher", "navigation", "CSSLayerBlockRule"],
  ];
  for (const [owner, ...names] of young) for (const name of names) delete owner[name];
}

/** A person whose browser passes over all that stands in a layer, and misses the rest too. */
async function oldTimer(world, options) {
  const context = await world.person(options);
  await context.addInitScript(becomeOld);
  await context.route("**/*.css", async (route) => {
    if (route.request().resourceType() !== "stylesheet") return route.fallback();
    const response = await route.fetch();
    const css = (await response.text())
      .replace(/@layer/g, "@unheard-of")
      .replace(/\bdvh\b/g, "xyz");
    return route.fulfill({ response, body: css.replace(/:has\(/g, ":unheard-of(") });
  });
  return context;
}

test("in an old browser one talks, with links, pictures, faces and emoji", async (t) => {
  const world = await World.open(t);
  const page = await (await oldTimer(world, { viewport: PHONE })).newPage();
  await page.goto(`${world.server.origin}/member/`);
  await write(page, "hello");
  await untilStates(page, ["sent"]);
  const pictureSites = ["https://img.shop.test"];
  await Caller.owner(world).ask("PUT", "/admin-api/promotion/kefu-shop/update", { pictureSites });
  const [{ id }] = await Caller.owner(world).ask(
    "GET",
    "/admin-api/promotion/kefu-conversation/list?limit=1",
  );
  await Caller.owner(world).say(1, { text: "see https://shop.test/lamp [爱心]" }, id);
  await page.locator("message-list a", { hasText: "https://shop.test/lamp" }).waitFor();
  await choose(page, file("lamp.png", "image/png", png(320, 240)));
  await untilStates(page, ["sent", "sent"]);
  await until(
    () =>
      rows(page, "image")
        .locator("img")
        .evaluate((image) => image.naturalWidth > 0),
    "the picture",
  );
  const read = `/admin-api/promotion/kefu-message/update-read-status?conversationId=${id}`;
  await Caller.owner(world).ask("PUT", read);
  await untilStates(page, ["read", "read"]);

  await page.getByRole("button", { name: "Emoji" }).click();
  const panel = page.getByRole("dialog", { name: "Emoji" });
  await panel.getByRole("button").nth(1).click();
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
  await page.locator("textarea").press("Enter");
  await untilStates(page, ["read", "read", "sent"]);
  await rows(page, "text").last().getByText("🥰").waitFor();

  await rows(page, "image").locator("a").click();
  await page.getByRole("dialog").locator("img:not([data-loading])").waitFor();
  await page.keyboard.press("Escape");

  // It looks as it does elsewhere: the composer at the foot of the screen, own words on the right.
  const { y, height } = await page.locator("message-composer").boundingBox();
  assert.ok(Math.abs(y + height - PHONE.height) < 2, `${y + height}`);
  const bubble = await rows(page, "text").first().locator("[data-part=bubble]").boundingBox();
  assert.ok(bubble.x > PHONE.width / 2, `${bubble.x}`);
  const ground = (part) => part.evaluate((node) => getComputedStyle(node).backgroundColor);
  const own = page.locator("li[data-side=mine] [data-part=bubble]").first();
  assert.notEqual(await ground(own), "rgba(0, 0, 0, 0)");
  world.nothingWentWrong();
});

test("where a part of the page is lost or missing, the rest goes on", async (t) => {
  const step = steps(t);
  const world = await World.open(t, ["--no-limits"]);
  const page = await (await world.person()).newPage();

  for (const lost of ["message-parts.css", "message-parts.js"]) {
    await step(`pictures, links and emoji come when ${lost} was lost once`, async () => {
      let times = 0;
      await page.route(`**/${lost}*`, (route) => {
        times += 1;
        return times === 1 ? route.abort() : route.fallback();
      });
      // With each a page that has loaded neither.
      await page.goto(`${world.server.origin}/member/`);
      await write(page, "see https://one.test/");
      await until(() => times > 0 || times, "asked for");
      await write(page, `see https://two.test/${lost}`);
      await page.locator("message-list a", { hasText: `https://two.test/${lost}` }).waitFor();
      // With all that was said before, the picture of the round before is here too, and is not this one.
      await page.locator("message-list[data-complete]").waitFor();
      const row = rows(page, "image").nth(await rows(page, "image").count());
      await choose(page, file(`${lost}.png`, "image/png", png(320, 240)));
      const picture = row.locator("[data-part=picture]");
      await picture.locator("img").waitFor();
      await until(
        () => picture.evaluate((node) => getComputedStyle(node).position === "relative"),
        "the style",
      );
      assert.ok(times >= 2, `${times}`);
      await row.and(page.locator("[data-state=sent]")).waitFor();
      world.nothingWentWrong();
    });
  }

  await step("emoji that cannot be had are said so, and come at the next press", async () => {
    await page.route("**/emoji-panel.js*", (route) => route.abort());
    const button = page.getByRole("button", { name: "Emoji" });
    await button.click();
    await page.getByRole("alert").getByText("That did not work").waitFor();
    await page.unroute("**/emoji-panel.js*");
    await button.click();
    await page.getByRole("dialog", { name: "Emoji" }).waitFor();
    await page.keyboard.press("Escape");
    world.nothingWentWrong();
  });

  await step("a row that cannot be drawn shows its kind, and those after it are seen", async () => {
    // Whatever a browser misses: numbers of money, here.
    await page.evaluate(() => {
      const { NumberFormat } = Intl;
      Intl.NumberFormat = (locale, options) => {
        if (options?.style === "currency") throw new RangeError("no money");
        return new NumberFormat(locale, options);
      };
    });
    assert.equal(await sendRaw(page, 10, { spuId: 7, spuName: "Lamp", price: 100 }), 0);
    assert.equal(await sendRaw(page, 1, { text: "and this" }), 0);
    const shows = async () => (await shownTexts(page)).slice(-2).join();
    await until(async () => (await shows()) === "[Product],and this" || shows(), "both rows");
    world.nothingWentWrong();
  });

  // What the browser's own viewer of pictures complains of is not ours: this is the last one.
  await step("a picture that cannot be looked at closely is opened as the link it is", async () => {
    await page.route("**/picture-viewer.js*", (route) => route.abort());
    const [opened] = await Promise.all([
      page.context().waitForEvent("page"),
      rows(page, "image").last().locator("a").click(),
    ]);
    await opened.waitForURL(/\/f\/[A-Za-z0-9]{43}$/);
    assert.deepEqual(
      world.wrongs.splice(0).filter((wrong) => wrong.startsWith("error")),
      [],
    );
  });
});
