import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ADMIN,
  DESKTOP,
  openWidget,
  PHONE,
  until,
  untilStates,
  untilTexts,
  World,
  write,
} from "./harness.js";
import { png } from "./sample.js";
import { desk, member, rows, sendRaw, setShop } from "./talk.js";

async function open(world, options) {
  const page = await (await world.person(options)).newPage();
  await page.goto(`${world.server.origin}/member/`);
  await page.locator("textarea:enabled").waitFor();
  return page;
}

const heading = (page) => page.getByRole("heading", { level: 1 }).textContent();
const accent = (page) =>
  page.evaluate(() => document.documentElement.style.getPropertyValue("--accent"));
const hint = (page) => page.locator("textarea").getAttribute("placeholder");

test("the shop's name, colour and greeting are on its page, and stay when they cannot be asked for", async (t) => {
  const world = await World.open(t);
  const { page: admin } = await world.admin();
  await setShop(admin, {
    name: "Lantern & Pine",
    color: "#2f6b57",
    greetingZh: "您好，我是小林",
    greetingEn: "Hi, this is Lin",
  });
  const page = await open(world);
  assert.equal(await heading(page), "Lantern & Pine");
  assert.equal(await page.title(), "Lantern & Pine");
  assert.equal(await accent(page), "#2f6b57");
  await page.getByText("Hi, this is Lin").waitFor();
  const chinese = await open(world, { locale: "zh-CN" });
  await chinese.getByText("您好，我是小林").waitFor();

  await page.route("**/kefu-shop/get", (route) => route.abort());
  await page.reload();
  await page.locator("textarea:enabled").waitFor();
  assert.equal(await heading(page), "Lantern & Pine");
  assert.equal(await accent(page), "#2f6b57");
  world.nothingWentWrong();
});

test("a shop that speaks one language speaks it to everybody, unless its page asks for another", async (t) => {
  const world = await World.open(t);
  const { page: admin } = await world.admin();
  await setShop(admin, { language: "zh" });
  const page = await open(world);
  assert.equal(await hint(page), "输入消息…");
  assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
  await page.goto(`${world.server.origin}/member/?locale=en`);
  await page.locator("textarea:enabled").waitFor();
  assert.equal(await hint(page), "Write a message…");
  world.nothingWentWrong();
});

test("a page whose shop does not answer waits for nobody", async (t) => {
  const world = await World.open(t);
  const context = await world.person();
  await context.route("**/kefu-shop/get", () => {});
  const page = await context.newPage();
  await page.goto(`${world.server.origin}/member/`);
  await write(page, "hello");
  await untilStates(page, ["sent"]);
  assert.equal(await heading(page), "Chat with us");
  world.nothingWentWrong();
});

test("pictures of the hosts that the shop has named are seen on both pages, all others are a line", async (t) => {
  const world = await World.open(t);
  const { page: admin } = await world.admin();
  await setShop(admin, { pictureSites: ["https://img.shop.test"] });
  world.hosts.add("https://img.shop.test");
  const context = await world.person();
  await context.route("https://img.shop.test/**", (route) =>
    route.fulfill({ body: png(60, 40), contentType: "image/png" }),
  );
  const page = await context.newPage();
  await page.goto(`${world.server.origin}/member/`);
  await write(page, "hello");
  await untilStates(page, ["sent"]);
  assert.equal(await sendRaw(page, 2, { picUrl: "https://img.shop.test/lamp.png" }), 0);
  assert.equal(await sendRaw(page, 2, { picUrl: "https://elsewhere.test/lamp.png" }), 0);
  const [seen, line] = [rows(page, "image").first(), rows(page, "image").last()];
  const image = seen.locator("[data-part=picture] img");
  await until(() => image.evaluate((node) => node.naturalWidth === 60), "the shop's picture");
  await line.getByText("elsewhere.test").waitFor();
  assert.equal(await line.locator("img").count(), 0);
  world.nothingWentWrong();
});

test("everybody sees who of the staff has written, and nobody his own name", async (t) => {
  const world = await World.open(t);
  const mia = { username: "mia1", password: "another horse", nickname: "Mia" };
  world.server.addAdmin(mia);
  const chat = await member(world);
  const lin = await desk(world);
  await write(lin, "one moment");
  await untilTexts(chat, ["hello", "one moment"]);
  const { page: second } = await world.signedIn(mia);
  await second.locator("conversation-list [data-action=choose]").first().click();
  await second.locator("message-list").getByText("one moment").waitFor();
  await write(second, "I can help");
  await untilTexts(chat, ["hello", "one moment", "I can help"]);

  const names = (page) => page.locator("message-list [data-part=name]").allTextContents();
  const shown = (page, wanted) =>
    until(async () => {
      const now = await names(page);
      return JSON.stringify(now) === JSON.stringify(wanted) || now;
    }, "the names");
  await shown(chat, [ADMIN.nickname, "Mia"]);
  await shown(lin, ["Mia"]);
  await shown(second, [ADMIN.nickname]);
  const letters = chat.locator("message-list [data-part=avatar]");
  assert.deepEqual(await letters.allTextContents(), ["L", "M"]);
  // Who does not see it hears it.
  await chat.getByRole("log").getByText("Mia said:").waitFor();
  world.nothingWentWrong();
});

test("a draft survives a reload, alone and in the widget, until it is sent", async (t) => {
  const world = await World.open(t);
  const page = await open(world);
  await page.locator("textarea").pressSequentially("half a sen");
  await page.reload();
  await until(async () => (await page.locator("textarea").inputValue()) === "half a sen", "alone");
  await page.locator("textarea").press("Enter");
  await untilStates(page, ["sent"]);
  await page.reload();
  await untilTexts(page, ["half a sen"]);
  assert.equal(await page.locator("textarea").inputValue(), "");

  const { page: shop, chat } = await world.customer();
  await chat.locator("textarea").pressSequentially("in the widget");
  const kept = () => shop.evaluate(() => localStorage.getItem("kefu:draft:member:text"));
  await until(async () => (await kept()) === "in the widget", "the widget keeps it");
  await shop.reload();
  const again = await openWidget(shop);
  const value = () => again.locator("textarea").inputValue();
  await until(async () => (await value()) === "in the widget", "framed");
  world.nothingWentWrong();
});

for (const [locale, name] of [
  ["en", "Chat with us"],
  ["zh-CN", "在线客服"],
]) {
  test(`the page can be installed, in ${locale}`, async (t) => {
    const world = await World.open(t);
    const page = await open(world, { locale });
    const manifest = await page.evaluate(async () => {
      const { href } = document.querySelector("link[rel=manifest]");
      const response = await fetch(href);
      const json = await response.json();
      const icons = json.icons.map(async ({ src, sizes }) => {
        const image = new Image();
        image.src = new URL(src, href).href;
        await image.decode();
        return `${image.naturalWidth}x${image.naturalHeight}` === sizes;
      });
      const type = response.headers.get("content-type");
      const start = new URL(json.start_url, href).pathname;
      return {
        type,
        start,
        name: json.name,
        display: json.display,
        icons: await Promise.all(icons),
      };
    });
    assert.match(manifest.type, /^application\/manifest\+json/);
    assert.equal(manifest.start, "/member/");
    assert.equal(manifest.name, name);
    assert.equal(manifest.display, "standalone");
    assert.deepEqual(manifest.icons, [true, true, true]);
    world.nothingWentWrong();
  });
}

test("a picture is looked at closely, by keys and by hand, and swiped away", async (t) => {
  const world = await World.open(t);
  const chat = await member(world, { viewport: PHONE, hasTouch: true });
  const bytes = png(800, 600);
  await chat
    .locator("message-composer input[type=file]")
    .setInputFiles([{ name: "lamp.png", mimeType: "image/png", buffer: bytes }]);
  await untilStates(chat, ["sent", "sent"]);
  const picture = rows(chat, "image").locator("a[data-part=picture]");
  const viewer = chat.getByRole("dialog");
  const image = viewer.locator("img");
  const width = async () => Math.round((await image.boundingBox()).width);
  const show = async () => {
    await picture.click();
    await until(() => image.evaluate((node) => node.naturalWidth === 800), "in full");
  };
  await show();
  const whole = await width();
  await chat.keyboard.press("+");
  assert.equal(await width(), whole * 2);
  await chat.keyboard.press("0");
  assert.equal(await width(), whole);
  await image.dblclick();
  assert.ok((await width()) > whole);
  await viewer.getByRole("button", { name: "Zoom out" }).click();
  await viewer.getByRole("button", { name: "Zoom out" }).click();
  assert.equal(await width(), whole);

  // A small pull is taken back, a long one puts it away.
  const middle = { x: PHONE.width / 2, y: PHONE.height / 2 };
  const pull = async (pixels) => {
    await chat.mouse.move(middle.x, middle.y);
    await chat.mouse.down();
    await chat.mouse.move(middle.x, middle.y + pixels, { steps: 4 });
    await chat.mouse.up();
  };
  await pull(40);
  assert.equal(await viewer.count(), 1);
  await pull(160);
  await viewer.waitFor({ state: "detached" });
  await show();
  await chat.keyboard.press("Escape");
  await viewer.waitFor({ state: "detached" });
  assert.ok(await picture.evaluate((node) => node === document.activeElement));
  world.nothingWentWrong();
});

test("on a large screen the page is one column in the middle", async (t) => {
  const world = await World.open(t);
  const page = await open(world, { viewport: DESKTOP });
  const { x, width } = await page.locator("main").boundingBox();
  assert.ok(width < 760, `${width}`);
  assert.ok(Math.abs(x + width / 2 - DESKTOP.width / 2) < 2);
  world.nothingWentWrong();
});

test("what the staff write while own messages wait is announced to whoever reads further up", async (t) => {
  const world = await World.open(t, ["--no-limits"]);
  const page = await member(world, { viewport: PHONE });
  for (let at = 0; at < 12; at += 1)
    assert.equal(await sendRaw(page, 1, { text: `line ${at}` }), 0);
  await page.getByText("line 11").waitFor();
  const admin = await desk(world);
  await page.route("**/kefu-message/send", (route) => route.abort());
  await write(page, "still on its way");
  await page.locator("li[data-state=pending]").waitFor();
  const view = page.locator("[data-part=view]");
  await view.evaluate((node) => node.scrollTo(0, 0));
  const pill = page.locator("[data-part=pill]");
  await pill.getByText("Back to the latest").waitFor();
  await write(admin, "an answer");
  await pill.getByText("New messages").waitFor();
  assert.equal(await view.evaluate((node) => node.scrollTop), 0);
  await pill.click();
  await pill.waitFor({ state: "hidden" });
  world.nothingWentWrong();
});

test("at midnight today becomes yesterday, without a new message", async (t) => {
  const world = await World.open(t);
  const page = await (await world.person()).newPage();
  await page.clock.install();
  await page.goto(`${world.server.origin}/member/`);
  await write(page, "hello");
  await untilStates(page, ["sent"]);
  const line = page.locator("message-list li[data-day]");
  assert.equal(await line.textContent(), "Today");
  await page.clock.fastForward("24:00:00");
  await until(async () => (await line.textContent()) === "Yesterday", "the day");
  world.nothingWentWrong();
});

test("a long history is not drawn anew for one more message", async (t) => {
  const world = await World.open(t, ["--no-limits"]);
  const page = await member(world);
  const all = 150;
  for (let at = 0; at < all; at += 1)
    assert.equal(await sendRaw(page, 1, { text: `line ${at}` }), 0);
  await page.reload();
  await page.getByText(`line ${all - 1}`).waitFor();
  const lines = page.locator("message-list li:not([data-day])");
  await until(async () => {
    await page.locator("[data-part=view]").evaluate((view) => view.scrollTo(0, 0));
    return (await lines.count()) === all + 1;
  }, "all of it");
  await page.evaluate(() => {
    window.touched = new Set();
    new MutationObserver((changes) => {
      for (const { target, addedNodes } of changes) {
        for (const node of [target, ...addedNodes]) {
          const row = node.closest?.("li");
          if (row) window.touched.add(row.textContent);
        }
      }
    }).observe(document.querySelector("ol"), { childList: true, subtree: true, attributes: true });
  });
  await write(page, "one more");
  await untilTexts(page, [
    "hello",
    ...Array.from({ length: all }, (_, at) => `line ${at}`),
    "one more",
  ]);
  await until(async () => (await page.locator("li[data-state=pending]").count()) === 0, "sent");
  const touched = await page.evaluate(() => window.touched.size);
  // The last two, each in a few states.
  assert.ok(touched > 0 && touched < 9, `${touched} rows were touched`);
  world.nothingWentWrong();
});
