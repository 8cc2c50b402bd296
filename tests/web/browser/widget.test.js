import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { openWidget, shownTexts, until, untilStates, untilTexts, World, write } from "./harness.js";

/** A shop on another site (localhost is not 127.0.0.1), with a strict policy and a style sheet that reaches for everything. */
async function openShop(t, world, { head = "" } = {}) {
  const { origin } = world.server;
  const policy = `default-src 'none'; script-src 'self' ${origin}; style-src 'self'; frame-src ${origin}; img-src data:; require-trusted-types-for 'script'`;
  // Twice, as it happens in shops.
  const widget = `<script async src="${origin}/widget.js" data-color="gold" data-title="Gold shop"></script>`;
  const files = {
    "/": `<!doctype html><link rel="icon" href="data:,"><link rel="stylesheet" href="/shop.css">
      ${head}${widget}
      ${widget}<p>A shop</p>`,
    "/shop.css":
      "html > *, body * { opacity: 0 !important; position: static !important; transform: scale(0) !important } kefu-widget, button, iframe { all: unset !important; display: none !important; color: red !important }",
    "/early.js": `window.kefu = window.kefu || function () { (kefu.q = kefu.q || []).push(arguments); };
      window.heard = []; kefu("on", "open", () => heard.push("open")); kefu("open");`,
  };
  const types = { "/": "text/html", "/shop.css": "text/css", "/early.js": "text/javascript" };
  const shop = createServer(({ url }, response) => {
    const headers = { "Content-Type": types[url], "Content-Security-Policy": policy };
    response.writeHead(200, headers).end(files[url]);
  });
  await new Promise((resolve) => shop.listen(0, "127.0.0.1", resolve));
  t.after(() => shop.close());
  const address = `http://localhost:${shop.address().port}`;
  world.hosts.add(address);
  const page = await (await world.person()).newPage();
  await page.goto(`${address}/`);
  return page;
}

test("on another site, with a strict policy and hostile styles, the customer talks and is known after a reload", async (t) => {
  const world = await World.open(t);
  world.server.addAdmin();
  const page = await openShop(t, world);
  const chat = await openWidget(page);
  assert.equal(await page.locator("kefu-widget").count(), 1);
  await chat.getByRole("heading", { name: "Gold shop" }).waitFor();
  await write(chat, "from another site");
  await untilStates(chat, ["sent"]);
  assert.match(await page.evaluate(() => localStorage.getItem("kefu:token")), /./);
  const { page: desk } = await world.admin();
  await desk.getByText("from another site").click();
  await write(desk, "welcome");
  await untilTexts(chat, ["from another site", "welcome"]);
  await page.reload();
  await untilTexts(await openWidget(page), ["from another site", "welcome"]);
  world.nothingWentWrong();
});

test("calls made before the widget has loaded are kept", async (t) => {
  const world = await World.open(t);
  const page = await openShop(t, world, { head: '<script src="/early.js"></script>' });
  await until(() => page.evaluate(() => window.heard[0] === "open"), "the event");
  await until(() => page.frames().some((frame) => frame.url().includes("/member/")), "the frame");
  world.nothingWentWrong();
});

for (const path of ["/demo/", "/member/"]) {
  test(`where storage is blocked, ${path} works until the page is left`, async (t) => {
    const world = await World.open(t);
    const context = await world.person();
    await context.addInitScript(() => {
      Object.defineProperty(window, "localStorage", {
        get() {
          throw new DOMException("blocked", "SecurityError");
        },
      });
    });
    const page = await context.newPage();
    await page.goto(world.server.origin + path);
    const chat = path === "/demo/" ? await openWidget(page) : page;
    await write(chat, "one");
    await write(chat, "two");
    await untilStates(chat, ["sent", "sent"]);
    assert.deepEqual(await shownTexts(chat), ["one", "two"]);
    world.nothingWentWrong();
  });
}

test("messages of another window, origin or shape are ignored", async (t) => {
  const world = await World.open(t);
  const { page, chat } = await world.customer();
  await page.evaluate(() => {
    postMessage({ kefu: "set", key: "kefu:token", value: "stolen" }, "*");
    postMessage({ kefu: "close" }, "*");
  });
  await chat.evaluate(() => {
    for (const message of [
      { kefu: "set", key: "cart", value: "x" },
      { kefu: "set", key: "kefu:a", value: { an: "object" } },
      { kefu: "constructor" },
      { kefu: "unread", count: -1 },
      "text",
      null,
    ]) {
      parent.postMessage(message, "*");
    }
    postMessage({ kefu: "shown", open: false }, "*");
  });
  await write(chat, "still here");
  await untilStates(chat, ["sent"]);
  const kept = await page.evaluate(() => Object.keys(localStorage));
  assert.deepEqual(kept.sort(), ["kefu:shop", "kefu:token"]);
  assert.notEqual(await page.evaluate(() => localStorage.getItem("kefu:token")), "stolen");
  world.nothingWentWrong();
});
