import assert from "node:assert/strict";
import { test } from "node:test";
import { faultsOf, untilAccessible } from "./accessible.js";
import {
  DESKTOP,
  openWidget,
  PHONE,
  shownTexts,
  until,
  untilStates,
  untilTexts,
  World,
  write,
} from "./harness.js";
import { png, wav } from "./sample.js";
import { openShadows } from "./shop.js";
import { choose, desk, file, member, rows, sendRaw } from "./talk.js";

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

/** He has looked at things and has an order, so that both are offered to him. */
async function offerCards(page) {
  const items = [{ spuName: "Paper lantern", count: 2, price: 26800, properties: [] }];
  const order = { id: 3, no: "A-3", status: 20, payPrice: 53600, productCount: 2, items };
  const viewed = { spuId: 7, spuName: "Paper lantern", price: 26800 };
  for (const [path, row] of Object.entries({
    "trade/order": order,
    "product/browse-history": viewed,
  })) {
    await page.route(`**/${path}/page*`, (route) =>
      route.fulfill({ json: { code: 0, msg: "", data: { total: 1, list: [row] } } }),
    );
  }
}

/** What axe finds in one state after another. */
function examine(page) {
  const faults = [];
  const check = async (state) => {
    for (const fault of await faultsOf(page)) faults.push(`${state}: ${fault}`);
  };
  return { faults, check };
}

/** Each size, light and language once: what depends on two of them at once the pictures of `make screens` show. */
const MANNERS = [
  ["en", "dark", DESKTOP],
  ["zh-CN", "light", PHONE],
];

for (const [locale, colorScheme, viewport] of MANNERS) {
  const manner = `${locale}, ${colorScheme}, ${viewport.width} px`;

  test(`axe finds nothing in what is read and chosen on the customer's page: ${manner}`, async (t) => {
    const world = await World.open(t);
    const page = await (await world.person({ locale, colorScheme, viewport })).newPage();
    await offerCards(page);
    const { faults, check } = examine(page);
    await page.goto(`${world.server.origin}/member/`);
    await page.locator("textarea:enabled").waitFor();
    await check("empty");
    await write(page, "hello");
    await untilStates(page, ["sent"]);
    const admin = await desk(world);
    await fill(page, admin);
    await check("all kinds");
    await page.locator("[data-tool=emoji]").click();
    await page.locator("[data-part=emoji]").waitFor();
    await check("emoji");
    await page.keyboard.press("Escape");
    await rows(page, "image").locator("a[data-part=picture]").click();
    await page.locator("[data-part=viewer] img:not([data-loading])").waitFor();
    await check("viewer");
    await page.keyboard.press("Escape");
    for (const tool of ["products", "orders"]) {
      await page.locator(`[data-tool=${tool}]`).click();
      await page.locator("[data-part=choices] > li").waitFor();
      await check(tool);
      await page.keyboard.press("Escape");
    }
    await page.locator("[data-part=view]").evaluate((view) => view.scrollTo(0, 0));
    await page.locator("[data-part=pill]").waitFor();
    await check("the way back to the latest");
    await write(admin, "one more");
    await page.locator("[data-part=pill][data-news]").waitFor();
    await check("new messages");
    assert.deepEqual(faults, []);
    world.nothingWentWrong();
  });

  test(`axe finds nothing in what fails on the customer's page: ${manner}`, async (t) => {
    const world = await World.open(t);
    const page = await member(world, { locale, colorScheme, viewport });
    const { faults, check } = examine(page);
    let refusal = { status: 413, json: { code: 413, data: null, msg: "too long" } };
    await page.route("**/kefu-message/send", (route) => route.fulfill(refusal));
    await write(page, "refused");
    await page.locator("li[data-state=failed]").waitFor();
    await check("refused");
    let answer = () => {};
    await page.route("**/infra/file/upload", (route) => answer(route));
    await choose(page, file("a.txt", "text/plain", Buffer.from("a")));
    await page.getByRole("progressbar").waitFor();
    await check("on its way up");
    await page.locator("[data-action=cancel]").click();
    refusal = { status: 507, json: { code: 507, data: null, msg: "no room" } };
    answer = (route) => route.fulfill(refusal);
    await choose(page, file("b.png", "image/png", png(200, 100)));
    await page.getByText("no room").waitFor();
    await check("an upload that failed");
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["x"], "x.txt"));
      const init = { bubbles: true, cancelable: true, dataTransfer };
      const list = document.querySelector("message-list");
      // The page listens when the first file is over it, and some time after.
      list.dispatchEvent(new DragEvent("dragenter", init));
      window.dragging = setInterval(() => list.dispatchEvent(new DragEvent("dragover", init)), 50);
    });
    await page.locator("[data-dropping]").waitFor();
    await check("a file over the page");
    await page.evaluate(() => {
      clearInterval(window.dragging);
      document.dispatchEvent(new DragEvent("dragleave", { relatedTarget: null }));
    });
    await page.route("**/emoji-panel.js*", (route) => route.abort());
    await page.locator("[data-tool=emoji]").click();
    await page.locator("[data-part=toast]").waitFor();
    await check("a few words that something did not work");
    await world.server.kill();
    await write(page, "offline");
    await page.locator("[data-part=note]").waitFor();
    await check("offline");
    assert.deepEqual(faults, []);
  });
}

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing on the launcher, its panel and the chip: ${colorScheme}`, async (t) => {
    const world = await World.open(t);
    const context = await world.person({ colorScheme });
    await context.addInitScript(openShadows);
    const page = await context.newPage();
    await page.goto(`${world.server.origin}/demo/`);
    await page.locator("kefu-widget button").waitFor();
    await untilAccessible(page, "the launcher");
    const chat = await openWidget(page);
    await page.evaluate(() => window.kefu("product", { spuId: 7, spuName: "Lamp", price: 100 }));
    await chat.locator("ask-chip").getByText("Lamp").waitFor();
    await untilAccessible(page, "the panel around the chat, and the chip inside");
    world.nothingWentWrong();
  });
}

test("the whole way goes by keyboard alone", async (t) => {
  const world = await World.open(t);
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
  await page.keyboard.type("never");
  await page.keyboard.press("Enter");
  await untilStates(page, ["sent", "sent", "failed", "failed"]);
  await page.unroute("**/kefu-message/send");
  const messages = page.getByRole("region", { name: "Messages" });
  const isHere = () => messages.evaluate((node) => node === document.activeElement);
  await tabTo(page.getByRole("button", { name: "Delete" }).last(), "Shift+Tab");
  await page.keyboard.press("Enter");
  await untilStates(page, ["sent", "sent", "failed"]);
  assert.ok(await isHere(), "the focus is lost with the button");
  await tabTo(page.getByRole("button", { name: "Retry" }));
  await page.keyboard.press("Enter");
  await untilStates(page, ["sent", "sent", "sent"]);
  assert.deepEqual(await shownTexts(page), ["hello", "🥰", "again"]);
  assert.ok(await isHere(), "the focus is lost with the button");
  world.nothingWentWrong();
});

/** Notes what a screen reader is given to say: what comes into a part of the page that is live. */
function listen() {
  window.told = [];
  const isLive = (node) => {
    for (let one = node; one; one = one.parentElement) {
      if (one.hidden || one.ariaHidden === "true") return false;
      if (one.ariaLive) return one.ariaLive !== "off";
      if (["log", "status", "alert"].includes(one.role)) return true;
    }
    return false;
  };
  new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      if (!isLive(target)) continue;
      for (const { textContent } of addedNodes)
        if (textContent.trim()) window.told.push(textContent);
    }
  }).observe(document, { childList: true, subtree: true });
}

test("each new message of the staff is told once, in words, and nothing else is", async (t) => {
  const world = await World.open(t);
  const page = await member(world);
  const admin = await desk(world);
  await untilStates(page, ["read"]);
  assert.equal(await page.getByRole("log").getAttribute("aria-live"), "off");
  await page.evaluate(listen);
  await write(admin, "first answer");
  await untilTexts(page, ["hello", "first answer"]);
  // With it comes what draws links: the rows are drawn anew, and a picture after them.
  await write(admin, "see https://shop.test/");
  await page.locator("message-list a", { hasText: "https://shop.test/" }).waitFor();
  await choose(admin, file("lamp.png", "image/png", png(40, 30)));
  await rows(page, "image").locator("img").waitFor();
  await write(page, "thank you");
  await untilStates(page, ["read", "read"]);
  assert.deepEqual(await page.evaluate(() => window.told), [
    "Lin said: first answer",
    "Lin said: see https://shop.test/",
    "Lin said: [Picture]",
  ]);
  // It was said: nobody comes upon it once more.
  await until(async () => (await page.getByText("Lin said: first answer").count()) === 0, "gone");
  world.nothingWentWrong();
});

test("what was said before is not read aloud, when the page opens or when one reads back", async (t) => {
  const world = await World.open(t, ["--no-limits"]);
  const page = await member(world);
  const admin = await desk(world);
  const say = (at) => sendRaw(admin, 1, { text: `answer ${at}` });
  for (let at = 0; at < 45; at += 1) assert.equal(await say(at), 0);
  await page.getByText("answer 44").first().waitFor();
  await page.addInitScript(listen);
  await page.reload();
  await page.getByText("answer 44").waitFor();
  await page.locator("[data-part=view]").evaluate((view) => view.scrollTo(0, 0));
  await page.getByText("hello", { exact: true }).waitFor();
  await write(admin, "and now");
  await page.locator("[data-part=pill][data-news]").waitFor();
  const told = await page.evaluate(() => window.told);
  assert.deepEqual(
    told.filter((text) => !text.startsWith("Loading")),
    ["Lin said: and now"],
  );
  world.nothingWentWrong();
});

test("that the line is down, and up again, is told from a box that was there before", async (t) => {
  const world = await World.open(t);
  const page = await member(world);
  await page.evaluate(listen);
  await world.server.kill();
  await page.getByRole("status").getByText("Connection lost").waitFor();
  await world.server.run();
  await page.locator("[data-part=note]").waitFor({ state: "hidden" });
  const told = await page.evaluate(() => window.told);
  // On a slow machine the messages may be on their way for so long that this is said too.
  assert.deepEqual(
    told.filter((text) => !text.startsWith("Loading")),
    ["Connection lost, reconnecting…"],
  );
});

test("at four times the size nothing is cut off, and one can still write", async (t) => {
  const world = await World.open(t);
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
  // Only what comes after the first page is new, and moves.
  await page.locator("message-list[data-complete]").waitFor();
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
