import assert from "node:assert/strict";
import { test } from "node:test";
import {
  chatOf,
  clickLauncher,
  DESKTOP,
  openWidget,
  PHONE,
  steps,
  until,
  untilStates,
  World,
  write,
} from "./harness.js";
import { kefu, openShadows, Shop } from "./shop.js";
import { answer, newest } from "./talk.js";

async function openAt(page) {
  await kefu(page, "open");
  return chatOf(page);
}

/**
 * A person writes when he sees the chat, and clicks there first. Its box can be filled earlier, while the panel still hides the
 * frame and has the focus: a key that comes then need not reach it.
 */
async function openToWrite(page) {
  const chat = await openWidget(page);
  await page.getByRole("dialog").locator("iframe").waitFor();
  await chat.locator("textarea").click();
  return chat;
}

async function onAPlainPage(t, world) {
  const step = steps(t);
  const shop = await Shop.open(t, world);
  const context = await world.person();
  await context.addInitScript(openShadows);
  const page = await shop.visit("/", { context });

  await step("a stranger's page is asked for nothing but the launcher", async () => {
    const asked = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(shop.origin);
    await page.locator("kefu-widget").waitFor({ state: "attached" });
    await kefu(page, "product", { spuName: "Cup" });
    await kefu(page, "order", 1);
    await kefu(page, "page", { title: "A page" });
    await kefu(page, "constructor");
    assert.equal(await page.evaluate(() => window.kefu("nothing") === undefined), true);
    await page.waitForLoadState("networkidle");
    assert.deepEqual(
      asked.filter((path) => path !== "/"),
      ["/widget.js"],
    );
    world.nothingWentWrong();
  });

  await step("by keyboard: opened, closed by Escape, and the focus comes back", async () => {
    const button = page.getByRole("button", { name: "Open the chat" });
    assert.equal(await button.getAttribute("aria-expanded"), "false");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    const chat = await chatOf(page);
    await page.getByRole("dialog", { name: "Chat" }).waitFor();
    const close = page.getByRole("button", { name: "Close the chat" });
    assert.equal(await close.getAttribute("aria-expanded"), "true");
    await until(
      () => chat.evaluate(() => document.activeElement?.matches("textarea")),
      "the focus",
    );
    await page.keyboard.press("Escape");
    await button.waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.localName), "kefu-widget");
    await page.keyboard.press("Enter");
    await close.waitFor();
    await close.focus();
    await page.keyboard.press("Escape");
    await button.waitFor();
    world.nothingWentWrong();
  });

  await step("what lies over the chat is closed by Esc before the chat itself", async () => {
    const chat = await openWidget(page);
    await chat.getByRole("button", { name: "Emoji" }).click();
    const panel = chat.getByRole("dialog", { name: "Emoji" });
    await panel.waitFor();
    await panel.getByRole("button").first().press("Escape");
    await panel.waitFor({ state: "detached" });
    const box = chat.locator("textarea");
    assert.equal(await box.isVisible(), true);
    await page.getByRole("button", { name: "Close the chat" }).waitFor();
    const closed = page.evaluate(
      () => new Promise((resolve) => window.kefu("on", "close", resolve)),
    );
    await box.press("Escape");
    await closed;
    world.nothingWentWrong();
  });

  await step("calls open, close and toggle it, and tell the shop", async () => {
    await page.evaluate(() => {
      window.heard = [];
      for (const name of ["ready", "open", "close"]) {
        window.kefu("on", name, () => window.heard.push(name));
      }
      window.kefu("on", "open", "no function");
    });
    const heard = async (wanted) => {
      const now = async () => (await page.evaluate(() => window.heard)).join(" ");
      await until(async () => (await now()) === wanted || (await now()), wanted);
    };
    await heard("ready");
    const button = page.getByRole("button", { name: "the chat" });
    await kefu(page, "toggle");
    await heard("ready open");
    assert.equal(await button.getAttribute("aria-expanded"), "true");
    await kefu(page, "open");
    await chatOf(page);
    await kefu(page, "toggle");
    await heard("ready open close");
    assert.equal(await button.getAttribute("aria-expanded"), "false");
    await kefu(page, "close");
    await kefu(page, "toggle");
    await heard("ready open close open");
    const frame = page.getByRole("dialog").locator("iframe");
    assert.equal(await frame.getAttribute("allow"), "fullscreen");
    world.nothingWentWrong();
  });
  return page;
}

async function whereTheShopWantsIt(t, world, page) {
  const step = steps(t);
  const attributes = 'data-position="end" data-locale="zh-CN" data-color="rgb(10, 125, 90)"';
  const shop = await Shop.open(t, world, { attributes });
  await shop.visit("/", { page });

  await step(
    "the launcher stands at the end and in its colour, in a page from right to left too, and in the language of the moment",
    async () => {
      const button = page.getByRole("button", { name: "打开在线客服" });
      const left = async () => (await button.boundingBox()).x;
      assert.equal(await left(), 1280 - 20 - 56);
      await page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
      assert.equal(await left(), 20);
      const colour = await button.evaluate((element) => getComputedStyle(element).backgroundColor);
      assert.equal(colour, "rgb(10, 125, 90)");
      await kefu(page, "locale", "en");
      await page.getByRole("button", { name: "Open the chat" }).waitFor();
      const chat = await openAt(page);
      await chat.getByRole("textbox").waitFor();
      await until(() => chat.evaluate(() => document.documentElement.lang === "en"), "English");
      await kefu(page, "locale", "zh");
      await until(async () => {
        try {
          return await (await chatOf(page)).evaluate(
            () => document.documentElement.lang === "zh-CN",
          );
        } catch (gone) {
          return String(gone);
        }
      }, "the other language");
      await page.emulateMedia({ media: "print" });
      assert.equal(await page.getByRole("button").count(), 0);
      await page.emulateMedia({ media: "screen" });
      world.nothingWentWrong();
    },
  );

  for (const [position, x, rtl] of [
    ["left", 20, 20],
    ["right", 1204, 1204],
    ["start", 20, 1204],
  ]) {
    await step(`the launcher stands at the ${position}, the panel above it`, async () => {
      shop.widget = shop.widget.replace(/ data-.*"/, ` data-position="${position}"`);
      await page.goto(shop.origin);
      const button = page.getByRole("button", { name: "Open the chat" });
      assert.equal((await button.boundingBox()).x, x);
      await page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
      assert.equal((await button.boundingBox()).x, rtl);
      await kefu(page, "open");
      const panel = page.getByRole("dialog");
      await panel.waitFor();
      const { x: left, width } = await panel.boundingBox();
      assert.equal(rtl === 20 ? left : left + width, rtl === 20 ? 20 : 1260);
      world.nothingWentWrong();
    });
  }
}

async function onAPhone(t, world, page) {
  const step = steps(t);
  const tall = Array.from({ length: 80 }, (_, at) => `<p>${at}</p>`).join("");
  const shop = await Shop.open(t, world, { pages: { "/": tall } });
  await page.setViewportSize(PHONE);
  // As Chrome on Android has it: the way back asks the last of them.
  await page.addInitScript(() => {
    window.watchers = new Set();
    window.CloseWatcher = class {
      constructor() {
        window.watchers.add(this);
      }
      destroy() {
        window.watchers.delete(this);
      }
    };
  });
  await shop.visit("/", { page });

  await step("on a phone it covers the page, which rests until it is closed", async () => {
    await page.evaluate(() => scrollTo(0, 200));
    const chat = await openWidget(page);
    const panel = page.getByRole("dialog");
    const { x, y, width, height } = await panel.boundingBox();
    assert.deepEqual({ x, y, width, height }, { x: 0, y: 0, ...PHONE });
    assert.equal(await panel.getAttribute("aria-modal"), "true");
    const overflow = () =>
      page.evaluate(() => getComputedStyle(document.documentElement).overflowY);
    assert.equal(await overflow(), "hidden");
    // The window turns, or the keyboard comes.
    await page.setViewportSize({ width: 390, height: 500 });
    await until(async () => (await panel.boundingBox()).height === 500, "it fits");
    await chat.locator("[data-part=close]").click();
    await until(async () => (await overflow()) === "visible", "the page moves again");
    await page.setViewportSize(PHONE);
    assert.equal(await page.evaluate(() => scrollY), 200);
    world.nothingWentWrong();
  });

  await step(
    "the way back on Android closes it from inside the chat, which has the focus there",
    async () => {
      const chat = await openWidget(page);
      const watchers = (where) => where.evaluate(() => window.watchers.size);
      await until(async () => (await watchers(chat)) === 1, "the chat listens");
      const back = (where) => where.evaluate(() => [...window.watchers][0].onclose());
      await back(chat);
      await page.getByRole("dialog").waitFor({ state: "hidden" });
      await until(async () => (await watchers(chat)) === 0, "it listens no more");
      assert.equal(await watchers(page), 0);
      await clickLauncher(page);
      await until(async () => (await watchers(chat)) === 1, "it listens again");
      await back(page);
      await page.getByRole("dialog").waitFor({ state: "hidden" });
      world.nothingWentWrong();
    },
  );

  await step("on a phone with a notch nothing lies under it", async () => {
    const devtools = await page.context().newCDPSession(page);
    const insets = { top: 47, bottom: 34, left: 0, right: 44 };
    await devtools.send("Emulation.setSafeAreaInsetsOverride", { insets });
    const button = page.getByRole("button", { name: "Open the chat" });
    // It glides there, and is larger under the person's pointer.
    await page.mouse.move(0, 0);
    const untilAt = (element, wanted) =>
      until(async () => {
        const { x, y, width, height } = await element.boundingBox();
        const now = [x, y, width, height];
        return `${now}` === `${wanted}` || now;
      }, `it does not stand at ${wanted}`);
    await untilAt(button, [PHONE.width - 44 - 56, PHONE.height - 34 - 56, 56, 56]);
    await openAt(page);
    const frame = page.getByRole("dialog").locator("iframe");
    await untilAt(frame, [0, 47, PHONE.width - 44, PHONE.height - 81]);
    await devtools.detach();
    world.nothingWentWrong();
  });
}

async function whereShopsAreHardOnIt(t, world, page) {
  const step = steps(t);
  await page.setViewportSize(DESKTOP);
  const shop = await Shop.open(t, world);
  await shop.visit("/", { page });

  await step("what does not load is said to the shop, and loaded at the next click", async () => {
    await page.locator("kefu-widget").waitFor({ state: "attached" });
    await page.evaluate(() => {
      window.heard = [];
      for (const name of ["open", "close"]) window.kefu("on", name, () => window.heard.push(name));
    });
    const lost = (route) => route.abort();
    await page.route("**/widget-chat.js*", lost);
    await clickLauncher(page);
    const button = page.getByRole("button", { name: "Open the chat" });
    const heard = async () => (await page.evaluate(() => window.heard)).join();
    await until(async () => (await heard()) === "open,close", "the shop is told");
    assert.equal(await button.getAttribute("aria-expanded"), "false");
    assert.equal(page.frames().length, 1);
    await page.unroute("**/widget-chat.js*", lost);
    const chat = await openToWrite(page);
    await write(chat, "hello");
    await untilStates(chat, ["sent"]);
    assert.equal(await heard(), "open,close,open");
    world.nothingWentWrong();
  });

  await step(
    "thrown away by the shop's framework and put in again, there is one launcher",
    async () => {
      // The test puts the script in as no strict policy allows.
      shop.policy = "";
      await shop.visit("/", { page });
      await untilStates(await openWidget(page), ["sent"]);
      await page.evaluate(() => {
        window.first = window.kefu;
        document.querySelector("kefu-widget").remove();
      });
      await page.addScriptTag({ url: `${shop.chat}/widget.js` });
      const again = await chatOf(page);
      await untilStates(again, ["sent"]);
      assert.equal(await page.locator("kefu-widget").count(), 1);
      assert.equal(await page.evaluate(() => window.first === window.kefu), true);
      world.nothingWentWrong();
    },
  );

  await step("the launcher speaks the first language of the browser's that it knows", async () => {
    await page.addInitScript(() => {
      Object.defineProperty(navigator, "languages", { get: () => ["fr-FR", "zh-TW", "en"] });
    });
    await shop.visit("/", { page });
    await page.getByRole("button", { name: "打开在线客服" }).waitFor();
    world.nothingWentWrong();
  });

  await step("a browser that makes no style sheets, and a policy of nonces", async () => {
    const { origin } = world.server;
    const policy = `default-src 'none'; script-src 'nonce-abc'; frame-src ${origin}; img-src data:; require-trusted-types-for 'script'; trusted-types 'none'; style-src 'nonce-abc'`;
    const shop = await Shop.open(t, world, { policy, attributes: 'nonce="abc" data-locale="en"' });
    await page.addInitScript(() => {
      if (location.hostname === "localhost") delete window.CSSStyleSheet;
    });
    await shop.visit("/", { page });
    const button = page.getByRole("button", { name: "Open the chat" });
    const { width, height } = await button.boundingBox();
    assert.deepEqual([width, height], [56, 56]);
    const chat = await openToWrite(page);
    await write(chat, "hello");
    await untilStates(chat, ["sent"]);
    world.nothingWentWrong();
  });

  await step(
    "a chat that a shop frames by itself is a page of its own: what is looked at is read",
    async () => {
      const frame = `<iframe src="${world.server.origin}/member/?locale=en" width="400" height="600"></iframe>`;
      const shop = await Shop.open(t, world, { pages: { "/": `<input autofocus>${frame}` } });
      shop.widget = "";
      await shop.visit("/", { page });
      const chat = await chatOf(page);
      assert.equal(await page.evaluate(() => document.activeElement.localName), "input");
      await chat.locator("textarea").click();
      await write(chat, "hello");
      await untilStates(chat, ["sent"]);
      const id = await answer(world, "good morning");
      await until(async () => (await newest(world)).memberReadId === id, "it is read");
      world.nothingWentWrong();
    },
  );

  await step(
    "a page that frames the chat under another's name is told nothing, and believed nothing",
    async () => {
      const { origin } = world.server;
      const frame = `<iframe src="${origin}/member/?parent=http://shop.example&locale=en"></iframe>`;
      const evil = await Shop.open(t, world, { pages: { "/": frame } });
      evil.widget = "";
      const tab = await evil.visit("/", { page });
      const chat = await chatOf(tab);
      const start = {
        kefu: "start",
        items: { "kefu:token": "x" },
        open: true,
        color: "",
        title: "Evil",
      };
      await tab.evaluate((message) => {
        for (const more of [
          {},
          { locale: "en", proof: "a.b.c", page: {}, product: null, order: null },
        ]) {
          frames[0].postMessage({ ...message, ...more }, "*");
          frames[0].postMessage({ kefu: "identify", proof: "a.b.c" }, "*");
        }
      }, start);
      await until(() => chat.evaluate(() => window.told.length === 4), "it was said");
      assert.equal(await chat.locator("textarea").isDisabled(), true);
      assert.notEqual(await chat.locator("h1").textContent(), "Evil");
      assert.deepEqual(await tab.evaluate(() => window.told), []);
      world.nothingWentWrong();
    },
  );
}

test("the launcher and the panel in one browser: how they open and close, where they stand, and in shops that are hard on them", async (t) => {
  const world = await World.open(t);
  const page = await onAPlainPage(t, world);
  await whereTheShopWantsIt(t, world, page);
  await onAPhone(t, world, page);
  await whereShopsAreHardOnIt(t, world, page);
});
