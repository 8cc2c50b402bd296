import assert from "node:assert/strict";
import { test } from "node:test";
import {
  chatOf,
  clickLauncher,
  openWidget,
  PHONE,
  until,
  untilStates,
  World,
  write,
} from "./harness.js";
import { kefu, openShadows, Shop } from "./shop.js";

/** A shop whose launcher can be looked into. */
async function visitOpen(world, shop, path, options) {
  const context = await world.person(options);
  await context.addInitScript(openShadows);
  const page = await shop.visit(path, { context });
  await page.locator("kefu-widget").waitFor({ state: "attached" });
  return page;
}

test("a stranger's page is asked for nothing but the launcher", async (t) => {
  const world = await World.open(t);
  const shop = await Shop.open(t, world);
  const asked = [];
  const context = await world.person();
  context.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const page = await shop.visit("/", { context });
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

test("by keyboard: opened, closed by Escape, and the focus comes back", async (t) => {
  const world = await World.open(t);
  const shop = await Shop.open(t, world);
  const page = await visitOpen(world, shop, "/");
  const button = page.getByRole("button", { name: "Open the chat" });
  assert.equal(await button.getAttribute("aria-expanded"), "false");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const chat = await chatOf(page);
  await page.getByRole("dialog", { name: "Chat" }).waitFor();
  const close = page.getByRole("button", { name: "Close the chat" });
  assert.equal(await close.getAttribute("aria-expanded"), "true");
  await until(() => chat.evaluate(() => document.activeElement?.matches("textarea")), "the focus");
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

test("on a phone it covers the page, which rests until it is closed", async (t) => {
  const world = await World.open(t);
  const tall = Array.from({ length: 80 }, (_, at) => `<p>${at}</p>`).join("");
  const shop = await Shop.open(t, world, { pages: { "/": tall } });
  const page = await visitOpen(world, shop, "/", { viewport: PHONE });
  await page.evaluate(() => scrollTo(0, 200));
  const chat = await openWidget(page);
  const panel = page.getByRole("dialog");
  const { x, y, width, height } = await panel.boundingBox();
  assert.deepEqual({ x, y, width, height }, { x: 0, y: 0, ...PHONE });
  assert.equal(await panel.getAttribute("aria-modal"), "true");
  const overflow = () => page.evaluate(() => getComputedStyle(document.documentElement).overflowY);
  assert.equal(await overflow(), "hidden");
  // The window turns, or the keyboard comes.
  await page.setViewportSize({ width: 390, height: 500 });
  await until(async () => (await panel.boundingBox()).height === 500, "it fits");
  await chat.locator("[data-part=close]").click();
  await until(async () => (await overflow()) === "visible", "the page moves again");
  assert.equal(await page.evaluate(() => scrollY), 200);
  world.nothingWentWrong();
});

test("the launcher stands where and as the shop says, in a page from right to left too", async (t) => {
  const world = await World.open(t);
  const attributes = 'data-position="end" data-locale="zh-CN" data-color="rgb(10, 125, 90)"';
  const shop = await Shop.open(t, world, { attributes });
  const page = await visitOpen(world, shop, "/");
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
      return await (await chatOf(page)).evaluate(() => document.documentElement.lang === "zh-CN");
    } catch (gone) {
      return String(gone);
    }
  }, "the other language");
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.getByRole("button").count(), 0);
  world.nothingWentWrong();
});

async function openAt(page) {
  await kefu(page, "open");
  return chatOf(page);
}

test("thrown away by the shop's framework and put in again, there is one launcher", async (t) => {
  const world = await World.open(t);
  const shop = await Shop.open(t, world, { policy: "" });
  const page = await shop.visit();
  const chat = await openWidget(page);
  await write(chat, "hello");
  await untilStates(chat, ["sent"]);
  await page.evaluate(() => {
    window.first = window.kefu;
    document.querySelector("kefu-widget").remove();
  });
  await page.addScriptTag({ url: `${shop.chat}/widget.js` });
  const again = await chatOf(page);
  await untilStates(again, ["sent"]);
  assert.equal(await page.locator("kefu-widget").count(), 1);
  assert.equal(await page.evaluate(() => window.first === window.kefu), true);
});

test("what does not load is loaded at the next click", async (t) => {
  const world = await World.open(t);
  const shop = await Shop.open(t, world);
  const context = await world.person();
  const page = await shop.visit("/", { context });
  const closed = [];
  await page.exposeFunction("closed", () => closed.push(true));
  await context.route("**/widget-chat.js*", (route) => route.abort());
  await clickLauncher(page);
  await until(() => !page.frames().some((frame) => frame.url().includes("/member/")), "given up");
  await context.unroute("**/widget-chat.js*");
  await write(await openWidget(page), "hello");
  await untilStates(await chatOf(page), ["sent"]);
});

test("a browser that makes no style sheets, and a policy of nonces", async (t) => {
  const world = await World.open(t);
  const { origin } = world.server;
  const policy = `default-src 'none'; script-src 'nonce-abc'; frame-src ${origin}; img-src data:; require-trusted-types-for 'script'; trusted-types 'none'; style-src 'nonce-abc'`;
  const shop = await Shop.open(t, world, { policy, attributes: 'nonce="abc"' });
  const context = await world.person();
  await context.addInitScript(openShadows);
  await context.addInitScript(() => {
    if (location.hostname === "localhost") delete window.CSSStyleSheet;
  });
  const page = await shop.visit("/", { context });
  const button = page.getByRole("button", { name: "Open the chat" });
  const { width, height } = await button.boundingBox();
  assert.deepEqual([width, height], [56, 56]);
  await write(await openWidget(page), "hello");
  await untilStates(await chatOf(page), ["sent"]);
  world.nothingWentWrong();
});

test("a page that frames the chat under another's name is told nothing, and believed nothing", async (t) => {
  const world = await World.open(t);
  const { origin } = world.server;
  const page = `<iframe src="${origin}/member/?parent=http://shop.example&locale=en"></iframe>`;
  const evil = await Shop.open(t, world, { pages: { "/": page } });
  evil.widget = "";
  const tab = await evil.visit();
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
});
