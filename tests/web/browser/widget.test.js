import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import {
  openWidget,
  shownTexts,
  steps,
  until,
  untilStates,
  untilTexts,
  World,
  write,
} from "./harness.js";
import { openShadows, Shop } from "./shop.js";
import { answer } from "./talk.js";

/** A shop on another site (localhost is not 127.0.0.1), with a strict policy and a style sheet that reaches for everything. */
async function openShop(t, world, page, { head = "" } = {}) {
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
  // The launcher of the next page is where the one before was pressed, and is larger under the pointer.
  await page.mouse.move(0, 0);
  await page.goto(`${address}/`);
}

/** How the launcher looks to the eye: all that a shop's styles could do to it or to what it stands in. */
function looks(page) {
  return page.evaluate(async () => {
    const host = document.querySelector("kefu-widget");
    const parts = [...host.shadowRoot.children];
    const button = parts.find(({ localName }) => localName === "button");
    await Promise.all(button.getAnimations().map(({ finished }) => finished));
    const style = (element, names) =>
      names.map((name) => getComputedStyle(element).getPropertyValue(name)).join(" ");
    const seen = ["opacity", "transform", "visibility", "filter", "clip-path"];
    const { x, y, width, height } = button.getBoundingClientRect();
    return {
      host: style(host, ["position", "z-index", ...seen]),
      button: style(button, ["position", "display", "background-color", "color", ...seen]),
      box: [x, y, width, height],
      onTop: document.elementFromPoint(x + width / 2, y + height / 2) === host,
    };
  });
}

const LOOKS = {
  host: "fixed 2147483000 1 none visible none none",
  button: "fixed block rgb(255, 215, 0) oklch(0 0 0) 1 none visible none none",
  box: [1204, 724, 56, 56],
  onTop: true,
};

/** A message may come back by the socket before its answer does, and waits until then. */
const untilAnswered = (page) =>
  until(
    () => page.evaluate(() => !Object.keys(localStorage).some((key) => key.includes(":outbox:"))),
    "nothing waits any more",
  );

/** All that the chat's frame may say, and more. */
const WORDS = [
  { kefu: "ready" },
  { kefu: "up" },
  { kefu: "set", key: "kefu:token", value: "stolen" },
  { kefu: "set", key: "kefu:shop", value: "{}" },
  { kefu: "take", key: "kefu:token" },
  { kefu: "put", key: "kefu:other", value: "x" },
  { kefu: "unread", count: 7 },
  { kefu: "message", id: 1, contentType: 1, text: "buy", createTime: 1 },
  { kefu: "close" },
  { kefu: "again" },
  { kefu: "prove" },
  { kefu: "open" },
  { kefu: "identify", proof: "a.b.c" },
  { kefu: "start", items: {}, open: false, color: "red", title: "Evil", locale: "zh", proof: null },
  { kefu: "shown", open: false },
  { kefu: "html", html: "<b>evil</b>" },
  { kefu: "url", url: "https://evil.example" },
];

/** The stranger heard itself only. */
const WORDS_BACK = [...WORDS, ...WORDS];

test("what is said between the chat and the shops it stands in, and what is kept there", async (t) => {
  const step = steps(t);
  const world = await World.open(t);
  const context = await world.person();
  await context.addInitScript(openShadows);
  const page = await (await Shop.open(t, world)).visit("/", { context });
  const chat = await openWidget(page);

  await step("messages of another window, origin or shape are ignored", async () => {
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
    await untilAnswered(page);
    const kept = await page.evaluate(() => Object.keys(localStorage));
    assert.deepEqual(kept.sort(), ["kefu:shop", "kefu:token"]);
    assert.notEqual(await page.evaluate(() => localStorage.getItem("kefu:token")), "stolen");
    world.nothingWentWrong();
  });

  await step("what the framed page wants kept has a measure", async () => {
    const keep = (key, length) =>
      chat.evaluate(
        ([name, size]) =>
          parent.postMessage({ kefu: "set", key: name, value: "x".repeat(size) }, "*"),
        [key, length],
      );
    await keep("kefu:large", 65_537);
    await keep("kefu:fits", 65_536);
    const kept = (key) => page.evaluate((name) => localStorage.getItem(name)?.length ?? 0, key);
    await until(async () => (await kept("kefu:fits")) === 65_536, "it is kept");
    assert.equal(await kept("kefu:large"), 0);
    await chat.evaluate(() => {
      for (let at = 0; at < 600; at += 1) {
        parent.postMessage({ kefu: "set", key: `kefu:many:${at}`, value: "x" }, "*");
      }
      parent.postMessage({ kefu: "set", key: "kefu:fits", value: "last" }, "*");
    });
    await until(async () => (await kept("kefu:fits")) === 4, "what is there already may change");
    assert.equal(await page.evaluate(() => Object.keys(localStorage).length), 500);
    world.nothingWentWrong();
  });

  await step(
    "on another site, with a strict policy and hostile styles, the customer talks and is known after a reload",
    async () => {
      await openShop(t, world, page);
      await page.locator("kefu-widget").waitFor({ state: "attached" });
      assert.deepEqual(await looks(page), LOOKS);
      const chat = await openWidget(page);
      assert.equal(await page.locator("kefu-widget").count(), 1);
      // Not under the person's pointer.
      await page.mouse.move(0, 0);
      assert.deepEqual(await looks(page), LOOKS);
      await chat.getByRole("heading", { name: "Gold shop" }).waitFor();
      await write(chat, "from another site");
      await untilStates(chat, ["sent"]);
      assert.match(await page.evaluate(() => localStorage.getItem("kefu:token")), /./);
      await answer(world, "welcome");
      await untilTexts(chat, ["from another site", "welcome"]);
      await page.reload();
      await untilTexts(await openWidget(page), ["from another site", "welcome"]);
      world.nothingWentWrong();
    },
  );

  await step("calls made before the widget has loaded are kept", async () => {
    await openShop(t, world, page, { head: '<script src="/early.js"></script>' });
    await until(() => page.evaluate(() => window.heard[0] === "open"), "the event");
    await until(() => page.frames().some((frame) => frame.url().includes("/member/")), "the frame");
    world.nothingWentWrong();
  });

  await step(
    "another frame on the shop's page may say what it likes to the launcher and to the chat",
    async () => {
      const evil = await Shop.open(t, world, { policy: "" });
      evil.widget = "";
      const frame = `<iframe id="evil" src="${evil.origin}/"></iframe>`;
      const shop = await Shop.open(t, world, { policy: "", pages: { "/": frame } });
      await shop.visit("/", { page });
      const stranger = () => page.frames().find((one) => one.url().startsWith(evil.origin));
      await until(() => Boolean(stranger()), "the frame");
      await page.evaluate(() => {
        window.heard = [];
        for (const name of ["open", "close", "unread", "message"]) {
          window.kefu("on", name, () => window.heard.push(name));
        }
      });
      const said = async () => {
        const before = await page.evaluate(() => window.told.length);
        await stranger().evaluate((words) => {
          for (const word of words) {
            parent.postMessage(word, "*");
            // Other frames of the shop's page are within reach.
            for (let at = 0; at < parent.length; at += 1) parent[at].postMessage(word, "*");
          }
        }, WORDS);
        const told = () => page.evaluate(() => window.told.filter((one) => one?.kefu).length);
        await until(async () => (await told()) >= before + WORDS.length, "it was said");
      };
      const state = () =>
        page.evaluate(() => ({
          kept: { ...localStorage, ...sessionStorage },
          heard: window.heard,
          title: document.title,
          address: location.href,
          markup: document.documentElement.outerHTML,
        }));
      const before = await state();
      await said();
      assert.deepEqual(await state(), before);
      assert.equal(page.frames().length, 2, "nothing is opened");

      const chat = await openWidget(page);
      await write(chat, "still here");
      await untilStates(chat, ["sent"]);
      await untilAnswered(page);
      const open = await state();
      assert.deepEqual(open.heard, ["open"]);
      await said();
      await write(chat, "and here");
      await untilStates(chat, ["sent", "sent"]);
      await untilAnswered(page);
      assert.deepEqual(await state(), open);
      assert.equal(chat.isDetached(), false);
      assert.notEqual(await chat.locator("h1").textContent(), "Evil");
      assert.deepEqual(await stranger().evaluate(() => window.told), WORDS_BACK);
      world.nothingWentWrong();
    },
  );

  await page.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"]) {
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException("blocked", "SecurityError");
        },
      });
    }
  });
  for (const path of ["/demo/", "/member/"]) {
    await step(`where storage is blocked, ${path} works until the page is left`, async () => {
      await page.goto(world.server.origin + path);
      const here = path === "/demo/" ? await openWidget(page) : page;
      await write(here, "one");
      await write(here, "two");
      await untilStates(here, ["sent", "sent"]);
      assert.deepEqual(await shownTexts(here), ["one", "two"]);
      world.nothingWentWrong();
    });
  }
});
