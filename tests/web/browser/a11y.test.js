import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import {
  DESKTOP,
  PHONE,
  shownTexts,
  until,
  untilStates,
  untilTexts,
  World,
  write,
} from "./harness.js";
import { png, wav } from "./sample.js";
import { choose, desk, file, member, rows, sendRaw } from "./talk.js";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds on the page as it is now, after everything has stopped moving. */
async function check(page, state, faults) {
  const found = await page.evaluate(async (values) => {
    await Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {})));
    const { violations } = await window.axe.run(document, { runOnly: values });
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(" ")}`,
    );
  }, LEVELS);
  faults.push(...found.map((fault) => `${state}: ${fault}`));
}

/** One of everything a customer can see. */
async function fill(page, admin) {
  await sendRaw(page, 10, { spuId: 7, spuName: "Paper lantern", price: 26800 });
  const items = [{ spuId: 7, spuName: "Paper lantern", count: 2, price: 26800 }];
  await sendRaw(page, 11, { id: 3, no: "A-3", status: 20, payPrice: 53600, items });
  await sendRaw(page, 2, { picUrl: "https://elsewhere.test/a.png" });
  await sendRaw(page, 3, { url: "https://elsewhere.test/a.mp3", duration: 9 });
  await choose(page, file("lamp.png", "image/png", png(320, 240)));
  await choose(page, file("prices.csv", "text/csv", Buffer.from("a,b")));
  await choose(page, file("hello.wav", "audio/wav", wav(1)));
  await write(admin, "See https://shop.test/lamp, please [爱心]");
  await rows(page, "file").nth(1).waitFor();
  await page.getByRole("log").getByText("shop.test/lamp").waitFor();
}

for (const [locale, colorScheme, viewport] of [
  ["en", "light", PHONE],
  ["en", "dark", DESKTOP],
  ["zh-CN", "light", DESKTOP],
  ["zh-CN", "dark", PHONE],
]) {
  test(`axe finds nothing on any state of the customer's page: ${locale}, ${colorScheme}, ${viewport.width} px`, async (t) => {
    const world = await World.open(t);
    world.server.addAdmin();
    const faults = [];
    const context = await world.person({ locale, colorScheme, viewport });
    await context.addInitScript({ path: AXE });
    const page = await context.newPage();
    await page.goto(`${world.server.origin}/member/`);
    await page.locator("textarea:enabled").waitFor();
    await check(page, "empty", faults);
    await write(page, "hello");
    await untilStates(page, ["sent"]);
    const admin = await desk(world);
    await fill(page, admin);
    await check(page, "all kinds", faults);
    await page.locator("[data-tool=emoji]").click();
    await page.locator("[data-part=emoji]").waitFor();
    await check(page, "emoji", faults);
    await page.keyboard.press("Escape");
    await rows(page, "image").locator("a[data-part=picture]").click();
    await page.locator("[data-part=viewer] img:not([data-loading])").waitFor();
    await check(page, "viewer", faults);
    await page.keyboard.press("Escape");
    const refusal = { status: 413, json: { code: 413, data: null, msg: "too long" } };
    await page.route("**/kefu-message/send", (route) => route.fulfill(refusal));
    await write(page, "refused");
    await page.locator("li[data-state=failed]").waitFor();
    await check(page, "failed", faults);
    await world.server.kill();
    await write(page, "offline");
    await page.locator("[data-part=note]").waitFor();
    await check(page, "offline", faults);
    assert.deepEqual(faults, []);
  });
}

test("the whole way goes by keyboard alone", async (t) => {
  const world = await World.open(t);
  world.server.addAdmin();
  const page = await (await world.person()).newPage();
  await page.goto(`${world.server.origin}/member/`);
  await page.locator("textarea:enabled").waitFor();
  const box = page.locator("textarea");
  /** As somebody does who looks for it. */
  const tabTo = async (locator, key = "Tab") => {
    for (let presses = 0; presses < 30; presses += 1) {
      if (await locator.evaluate((node) => node === document.activeElement)) return;
      await page.keyboard.press(key);
    }
    assert.fail("the keyboard does not get there");
  };
  await tabTo(box);
  await page.keyboard.type("hello");
  await page.keyboard.press("Enter");
  await untilStates(page, ["sent"]);

  await tabTo(page.getByRole("button", { name: "Emoji" }));
  await page.keyboard.press("Enter");
  const panel = page.getByRole("dialog", { name: "Emoji" });
  await panel.waitFor();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
  assert.equal(await box.inputValue(), "🥰");
  await tabTo(page.getByRole("button", { name: "Send", exact: true }));
  await page.keyboard.press("Enter");
  await untilStates(page, ["sent", "sent"]);

  const refusal = { status: 413, json: { code: 413, data: null, msg: "too long" } };
  await page.route("**/kefu-message/send", (route) => route.fulfill(refusal));
  await page.keyboard.type("again");
  await page.keyboard.press("Enter");
  await untilStates(page, ["sent", "sent", "failed"]);
  await page.unroute("**/kefu-message/send");
  await tabTo(page.getByRole("button", { name: "Retry" }), "Shift+Tab");
  await page.keyboard.press("Enter");
  await untilStates(page, ["sent", "sent", "sent"]);
  assert.deepEqual(await shownTexts(page), ["hello", "🥰", "again"]);
  await tabTo(page.getByRole("region", { name: "Messages" }), "Shift+Tab");
  world.nothingWentWrong();
});

test("a new message is told once, and what changes about it later is not told again", async (t) => {
  const world = await World.open(t);
  world.server.addAdmin();
  const page = await member(world);
  const admin = await desk(world);
  await untilStates(page, ["read"]);
  const log = page.getByRole("log");
  assert.equal(await log.getAttribute("aria-live"), "polite");
  // What a screen reader is given to say: added nodes, but for those that ask to be left out.
  await log.evaluate((list) => {
    window.told = [];
    new MutationObserver((changes) => {
      for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
        const quiet = (one) => one?.closest?.("[aria-live=off], [aria-hidden=true]");
        if (!quiet(node) && node.textContent.trim()) window.told.push(node.textContent);
      }
    }).observe(list, { childList: true, subtree: true });
  });
  await write(admin, "first answer");
  await untilTexts(page, ["hello", "first answer"]);
  await write(admin, "second answer");
  await untilTexts(page, ["hello", "first answer", "second answer"]);
  await write(page, "thank you");
  await untilStates(page, ["read", "read"]);
  const told = await page.evaluate(() => window.told);
  for (const text of ["first answer", "second answer", "thank you"]) {
    assert.equal(told.filter((one) => one.includes(text)).length, 1, `${text}: ${told}`);
  }
  assert.equal(told.length, 3, JSON.stringify(told));
  world.nothingWentWrong();
});

test("at four times the size nothing is cut off, and one can still write", async (t) => {
  const world = await World.open(t);
  world.server.addAdmin();
  // 1280 by 1024 points, seen at 400 %.
  const page = await member(world, { viewport: { width: 320, height: 256 } });
  await sendRaw(page, 10, { spuId: 7, spuName: "Paper lantern", price: 26800 });
  await write(page, `https://shop.test/${"long".repeat(60)}`);
  await untilStates(page, ["sent", "sent", "sent"]);
  const seen = await page.evaluate(() => {
    const view = document.querySelector("[data-part=view]");
    return {
      wide: document.documentElement.scrollWidth,
      inner: view.scrollWidth - view.clientWidth,
      list: view.clientHeight,
      box: document.querySelector("message-composer").getBoundingClientRect().bottom,
    };
  });
  assert.equal(seen.wide, 320);
  assert.equal(seen.inner, 0);
  assert.ok(seen.list > 60, `${seen.list} px of messages`);
  assert.ok(seen.box <= 256.5, `${seen.box}`);
  world.nothingWentWrong();
});

test("right-to-left text runs its own way, colours may be forced, and motion taken out", async (t) => {
  const world = await World.open(t);
  const page = await member(world, { forcedColors: "active", reducedMotion: "reduce" });
  await write(page, "مرحبا، هل المصباح متوفر؟");
  await untilStates(page, ["sent", "sent"]);
  const bubbles = page.locator("message-list [data-part=bubble]");
  const style = (name) =>
    bubbles.last().evaluate((node, key) => getComputedStyle(node).getPropertyValue(key), name);
  assert.equal(await style("direction"), "rtl");
  assert.notEqual(await style("border-top-width"), "0px");
  const moving = page.locator("message-list li[data-fresh]").last();
  const duration = await moving.evaluate((node) => getComputedStyle(node).animationDuration);
  assert.ok(Number.parseFloat(duration) < 0.001, duration);
  await until(
    async () => (await page.evaluate(() => document.getAnimations().length)) === 0,
    "still",
  );
  world.nothingWentWrong();
});
