import assert from "node:assert/strict";
import { test } from "node:test";
import { faultsOf } from "./accessible.js";
import { Caller } from "./caller.js";
import {
  DESKTOP,
  openWidget,
  PHONE,
  shownTexts,
  steps,
  until,
  untilStates,
  World,
  write,
} from "./harness.js";
import { png, wav } from "./sample.js";
import { openShadows } from "./shop.js";
import { choose, file, rows, sendRaw } from "./talk.js";

/** The owner, who answers without a page. */
function ownerOf(world) {
  const caller = Caller.owner(world);
  const conversations = "/admin-api/promotion/kefu-conversation/list";
  return {
    caller,
    async say(contentType, content) {
      const [{ id }] = await caller.ask("GET", conversations);
      return caller.say(contentType, content, id);
    },
    async read() {
      const [{ id }] = await caller.ask("GET", conversations);
      const path = `/admin-api/promotion/kefu-message/update-read-status?conversationId=${id}`;
      return caller.ask("PUT", path);
    },
    /** Gives the file's address. */
    async upload(name, bytes) {
      const body = new FormData();
      body.append("file", new Blob([bytes], { type: "image/png" }), name);
      const headers = { Authorization: `Bearer ${caller.token}` };
      const path = `${caller.origin}/admin-api/infra/file/upload`;
      return (await (await fetch(path, { method: "POST", headers, body })).json()).data;
    },
  };
}

/** One of everything a customer can see. */
async function fill(page, owner) {
  await sendRaw(page, 10, { spuId: 7, spuName: "Paper lantern", price: 26800 });
  const items = [{ spuId: 7, spuName: "Paper lantern", count: 2, price: 26800 }];
  await sendRaw(page, 11, { id: 3, no: "A-3", status: 20, payPrice: 53600, items });
  await sendRaw(page, 2, { picUrl: "https://elsewhere.test/a.png" });
  await sendRaw(page, 3, { url: "https://elsewhere.test/a.mp3", duration: 9 });
  await choose(
    page,
    file("lamp.png", "image/png", png(320, 240)),
    file("prices.csv", "text/csv", Buffer.from("a,b")),
    file("hello.wav", "audio/wav", wav(1)),
  );
  await untilStates(page, Array(8).fill("sent"));
  await owner.read();
  await untilStates(page, Array(8).fill("read"));
  await owner.say(1, { text: "See https://shop.test/lamp, please [爱心]" });
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

/** Of two messages and two files one each is refused, and one is on its way. */
async function failInAllWays(page) {
  const refuse = (status, msg) => (route) =>
    route.fulfill({ status, json: { code: status, data: null, msg } });
  await page.route("**/kefu-message/send", refuse(413, "too long"));
  await page.route("**/infra/file/upload", refuse(507, "no room"));
  await write(page, "refused");
  await page.locator("li[data-state=failed]").waitFor();
  await choose(page, file("b.png", "image/png", png(200, 100)));
  await page.getByText("no room").waitFor();
  await page.route("**/infra/file/upload", () => {});
  await choose(page, file("a.txt", "text/plain", Buffer.from("a")));
  await page.getByRole("progressbar").waitFor();
  await page.route("**/kefu-message/send", () => {});
  await write(page, "on its way");
  await page.locator("li[data-state=pending]").getByText("on its way").waitFor();
}

/** A file is held over the page, and taken away again. */
async function checkDropping(page, check) {
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
}

/**
 * Each size, light and language once: what depends on two of them at once the pictures of `make screens` show. What covers
 * the page and looks much alike is opened in one of the two.
 */
const MANNERS = [
  ["en", "dark", DESKTOP, "products"],
  ["zh-CN", "light", PHONE, "orders"],
];

for (const [locale, colorScheme, viewport, tool] of MANNERS) {
  test(`axe finds nothing on the customer's page: ${locale}, ${colorScheme}, ${viewport.width} px`, async (t) => {
    const world = await World.open(t);
    const page = await (await world.person({ locale, colorScheme, viewport })).newPage();
    await offerCards(page);
    const { faults, check } = examine(page);
    await page.goto(`${world.server.origin}/member/`);
    await page.locator("textarea:enabled").waitFor();
    await page.route("**/emoji-panel.js*", (route) => route.abort());
    await page.locator("[data-tool=emoji]").click();
    await page.locator("[data-part=toast]").waitFor();
    await check("empty, and a few words that something did not work");
    await page.unroute("**/emoji-panel.js*");
    await page.locator("[data-tool=emoji]").click();
    await page.locator("[data-part=emoji]").waitFor();
    await check("emoji");
    await page.keyboard.press("Escape");
    await write(page, "hello");
    await untilStates(page, ["sent"]);
    await page.locator(`[data-tool=${tool}]`).click();
    await page.locator("[data-part=choices] > li").waitFor();
    await check(tool);
    await page.keyboard.press("Escape");
    const owner = ownerOf(world);
    await fill(page, owner);
    await failInAllWays(page);
    await check("all kinds, and what fails");
    if (viewport === DESKTOP) {
      await rows(page, "image").locator("a[data-part=picture]").first().click();
      await page.locator("[data-part=viewer] img:not([data-loading])").waitFor();
      await check("viewer");
      await page.keyboard.press("Escape");
      await checkDropping(page, check);
    }
    await page.locator("[data-part=view]").evaluate((view) => view.scrollTo(0, 0));
    await page.locator("[data-part=pill]").waitFor();
    if (viewport === PHONE) await check("the way back to the latest");
    await owner.say(1, { text: "one more" });
    await page.locator("[data-part=pill][data-news]").waitFor();
    await world.server.kill();
    await page.locator("[data-part=note]").waitFor();
    await check("new messages, and the line is down");
    assert.deepEqual(faults, []);
    world.nothingWentWrong();
  });
}

test("axe finds nothing on the launcher, the panel and the chat in it, in the light and in the dark", async (t) => {
  const world = await World.open(t);
  const context = await world.person();
  await context.addInitScript(openShadows);
  const page = await context.newPage();
  const { faults, check } = examine(page);
  await page.goto(`${world.server.origin}/demo/`);
  await page.locator("kefu-widget button").waitFor();
  const both = async (state) => {
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await check(`${state}, ${colorScheme}`);
    }
  };
  await both("the launcher");
  const chat = await openWidget(page);
  await page.evaluate(() => window.kefu("product", { spuId: 7, spuName: "Lamp", price: 100 }));
  await chat.locator("ask-chip").getByText("Lamp").waitFor();
  await both("the panel, and what is looked at in the chat");
  assert.deepEqual(faults, []);
  world.nothingWentWrong();
});

test("on one customer's page, by keyboard, in other scripts, colours and sizes", async (t) => {
  const step = steps(t);
  const world = await World.open(t);
  const page = await (await world.person()).newPage();

  await step("the whole way goes by keyboard alone", async () => {
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

  await step(
    "right-to-left text runs its own way, colours may be forced, and motion taken out",
    async () => {
      await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
      // Only what comes after the first page is new, and moves.
      await page.locator("message-list[data-complete]").waitFor();
      await write(page, "مرحبا، هل المصباح متوفر؟");
      await page.locator("li[data-state=sent]").getByText("مرحبا").waitFor();
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
    },
  );

  await step("at four times the size nothing is cut off, and one can still write", async () => {
    await page.emulateMedia({ forcedColors: null, reducedMotion: null });
    // 1280 by 1024 points, seen at 400 %.
    await page.setViewportSize({ width: 320, height: 256 });
    await sendRaw(page, 10, { spuId: 7, spuName: "Paper lantern", price: 26800 });
    await write(page, `https://shop.test/${"long".repeat(60)}`);
    await page.locator("li[data-state=sent]").getByText("longlong").waitFor();
    await rows(page, "product").waitFor();
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

test("a screen reader is told what is new, once and in words", async (t) => {
  const step = steps(t);
  const world = await World.open(t, ["--no-limits"]);
  const visitor = await Caller.visitor(world.server.origin);
  await visitor.say(1, { text: "hello" });
  const owner = ownerOf(world);
  for (let at = 0; at < 45; at += 1) await owner.say(1, { text: `answer ${at}` });
  const { origin } = world.server;
  const kept = { origin, localStorage: [{ name: "kefu:token", value: visitor.token }] };
  const context = await world.person({ storageState: { cookies: [], origins: [kept] } });
  const page = await context.newPage();
  await page.addInitScript(listen);
  await page.goto(`${origin}/member/`);

  await step(
    "and not what was said before, when the page opens or when one reads back",
    async () => {
      await page.getByText("answer 44").waitFor();
      await page.locator("[data-part=view]").evaluate((view) => view.scrollTo(0, 0));
      await page.getByText("hello", { exact: true }).waitFor();
      await owner.say(1, { text: "and now" });
      await page.locator("[data-part=pill][data-news]").waitFor();
      const told = await page.evaluate(() => window.told.splice(0));
      assert.deepEqual(
        told.filter((text) => !text.startsWith("Loading")),
        ["Lin said: and now"],
      );
      world.nothingWentWrong();
    },
  );

  await step("each new message of the staff, and nothing else", async () => {
    await page.locator("[data-part=pill]").click();
    assert.equal(await page.getByRole("log").getAttribute("aria-live"), "off");
    // What the pill leads to was told when it came.
    assert.deepEqual(await page.evaluate(() => window.told), []);
    await owner.say(1, { text: "first answer" });
    await page.getByRole("log").getByText("first answer").waitFor();
    // With it comes what draws links: the rows are drawn anew, and a picture after them.
    await owner.say(1, { text: "see https://shop.test/" });
    await page.locator("message-list a", { hasText: "https://shop.test/" }).waitFor();
    await owner.say(2, { picUrl: await owner.upload("lamp.png", png(40, 30)) });
    await rows(page, "image").locator("img").waitFor();
    await write(page, "thank you");
    await untilStates(page, ["sent", "sent"]);
    await owner.read();
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

  await step("that the line is down, and up again, from a box that was there before", async () => {
    await page.evaluate(() => window.told.splice(0));
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
});
