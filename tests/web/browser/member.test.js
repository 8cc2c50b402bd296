import assert from "node:assert/strict";
import { test } from "node:test";
import { Caller } from "./caller.js";
import {
  ADMIN,
  DESKTOP,
  PHONE,
  steps,
  until,
  untilStates,
  untilTexts,
  World,
  write,
} from "./harness.js";
import { png } from "./sample.js";
import { choose, desk, file, member, rows, sendRaw } from "./talk.js";

const MIA = { username: "mia1", password: "another horse", nickname: "Mia" };

const heading = (page) => page.getByRole("heading", { level: 1 }).textContent();
const accent = (page) =>
  page.evaluate(() => document.documentElement.style.getPropertyValue("--accent"));
const hint = (page) => page.locator("textarea").getAttribute("placeholder");
const ready = (page) => page.locator("textarea:enabled").waitFor();

/** As the owner does in the settings. */
function setShop(world, settings) {
  return Caller.owner(world).ask("PUT", "/admin-api/promotion/kefu-shop/update", settings);
}

/** Mia answers in the conversation that the desk has open. */
async function miaWrites(world, admin, text) {
  world.server.addAdmin(MIA);
  const conversationId = Number(new URLSearchParams(new URL(admin.url()).hash.slice(1)).get("c"));
  const mia = await Caller.admin(world.server.origin, MIA);
  await mia.say(1, { text }, conversationId);
}

async function isInstalled(page, name) {
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
    const { name, display } = json;
    return { type, start, name, display, icons: await Promise.all(icons) };
  });
  assert.match(manifest.type, /^application\/manifest\+json/);
  assert.equal(manifest.start, "/member/");
  assert.equal(manifest.name, name);
  assert.equal(manifest.display, "standalone");
  assert.deepEqual(manifest.icons, [true, true, true]);
}

async function looksClosely(world, chat) {
  await choose(chat, file("closely.png", "image/png", png(800, 600)));
  const picture = rows(chat, "image").nth(2).locator("a[data-part=picture]");
  await picture.waitFor();
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
}

test("on the page of a shop, by itself", async (t) => {
  const step = steps(t);
  const world = await World.open(t);
  await setShop(world, {
    name: "Lantern & Pine",
    color: "#2f6b57",
    greetingZh: "您好，我是小林",
    greetingEn: "Hi, this is Lin",
    language: "zh",
  });
  const page = await (await world.person({ viewport: DESKTOP })).newPage();
  // At its end a day goes by.
  await page.clock.install();
  await page.goto(`${world.server.origin}/member/`);
  await ready(page);

  await step("its name, colour, greeting and language are there", async () => {
    assert.equal(await heading(page), "Lantern & Pine");
    assert.equal(await page.title(), "Lantern & Pine");
    assert.equal(await accent(page), "#2f6b57");
    await page.getByText("您好，我是小林").waitFor();
    assert.equal(await hint(page), "输入消息…");
    assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
    world.nothingWentWrong();
  });

  await step("on a large screen it is one column in the middle", async () => {
    const { x, width } = await page.locator("main").boundingBox();
    assert.ok(width < 760, `${width}`);
    assert.ok(Math.abs(x + width / 2 - DESKTOP.width / 2) < 2);
    world.nothingWentWrong();
  });

  await step("it can be installed, in zh-CN", async () => {
    await isInstalled(page, "在线客服");
    world.nothingWentWrong();
  });

  await step("a page that asks for another language speaks it", async () => {
    await page.goto(`${world.server.origin}/member/?locale=en`);
    await ready(page);
    assert.equal(await hint(page), "Write a message…");
    await page.getByText("Hi, this is Lin").waitFor();
    world.nothingWentWrong();
  });

  await step("it can be installed, in en", async () => {
    await isInstalled(page, "Chat with us");
    world.nothingWentWrong();
  });

  await step("what the shop is stays when it cannot be asked for", async () => {
    await page.route("**/kefu-shop/get", (route) => route.abort());
    await page.reload();
    await ready(page);
    assert.equal(await heading(page), "Lantern & Pine");
    assert.equal(await accent(page), "#2f6b57");
    await page.unroute("**/kefu-shop/get");
    world.nothingWentWrong();
  });

  await step("a draft survives a reload, until it is sent", async () => {
    const box = page.locator("textarea");
    await box.pressSequentially("half a sen");
    await page.reload();
    await until(async () => (await box.inputValue()) === "half a sen", "the draft");
    await box.press("Enter");
    await untilStates(page, ["sent"]);
    await page.reload();
    await untilTexts(page, ["half a sen"]);
    assert.equal(await box.inputValue(), "");
    world.nothingWentWrong();
  });

  await step("at midnight today becomes yesterday, without a new message", async () => {
    const line = page.locator("message-list li[data-day]");
    assert.equal(await line.textContent(), "Today");
    await page.clock.fastForward("24:00:00");
    await until(async () => (await line.textContent()) === "Yesterday", "the day");
    world.nothingWentWrong();
  });
});

test("a page whose shop does not answer waits for nobody, and speaks as the browser does", async (t) => {
  const world = await World.open(t);
  const context = await world.person({ locale: "zh-CN" });
  await context.route("**/kefu-shop/get", () => {});
  const page = await context.newPage();
  await page.goto(`${world.server.origin}/member/`);
  await write(page, "hello");
  await untilStates(page, ["sent"]);
  assert.equal(await heading(page), "在线客服");
  world.nothingWentWrong();
});

test("between a customer on a phone and the desk", async (t) => {
  const step = steps(t);
  const world = await World.open(t, ["--no-limits"]);
  await setShop(world, { pictureSites: ["https://img.shop.test"] });
  world.hosts.add("https://img.shop.test");
  const chat = await member(world, { viewport: PHONE, hasTouch: true });
  const lin = await desk(world);

  await step("everybody sees who of the staff has written, and nobody his own name", async () => {
    await write(lin, "one moment");
    await untilTexts(chat, ["hello", "one moment"]);
    await miaWrites(world, lin, "I can help");
    await untilTexts(chat, ["hello", "one moment", "I can help"]);
    await untilTexts(lin, ["hello", "one moment", "I can help"]);
    const names = (page) => page.locator("message-list [data-part=name]").allTextContents();
    assert.deepEqual(await names(chat), [ADMIN.nickname, MIA.nickname]);
    assert.deepEqual(await names(lin), [MIA.nickname]);
    const letters = chat.locator("message-list [data-part=avatar]");
    assert.deepEqual(await letters.allTextContents(), ["L", "M"]);
    // Who does not see it hears it.
    await chat.getByRole("log").getByText("Mia said:").waitFor();
    world.nothingWentWrong();
  });

  await step(
    "pictures of the hosts that the shop has named are seen on both pages, all others are a line",
    async () => {
      for (const page of [chat, lin]) {
        await page.route("https://img.shop.test/**", (route) =>
          route.fulfill({ body: png(60, 40), contentType: "image/png" }),
        );
      }
      assert.equal(await sendRaw(chat, 2, { picUrl: "https://img.shop.test/lamp.png" }), 0);
      assert.equal(await sendRaw(chat, 2, { picUrl: "https://elsewhere.test/lamp.png" }), 0);
      for (const page of [chat, lin]) {
        const [seen, line] = [rows(page, "image").first(), rows(page, "image").last()];
        const image = seen.locator("[data-part=picture] img");
        await until(() => image.evaluate((node) => node.naturalWidth === 60), "the picture");
        await line.getByText("elsewhere.test").waitFor();
        assert.equal(await line.locator("img").count(), 0);
      }
      world.nothingWentWrong();
    },
  );

  await step("a picture is looked at closely, by keys and by hand, and swiped away", () =>
    looksClosely(world, chat),
  );

  await step("a history is not drawn anew for one more message", async () => {
    const before = await rows(chat, "text").count();
    const lines = Array.from({ length: 12 }, (_, at) => sendRaw(chat, 1, { text: `line ${at}` }));
    assert.deepEqual(new Set(await Promise.all(lines)), new Set([0]));
    await until(async () => (await rows(chat, "text").count()) === before + 12, "all lines");
    const unread = chat.locator("li[data-side=mine]:not([data-state=read])");
    await until(async () => (await unread.count()) === 0, "all are read");
    await chat.evaluate(() => {
      window.touched = new Set();
      new MutationObserver((changes) => {
        for (const { target, addedNodes } of changes) {
          for (const node of [target, ...addedNodes]) {
            const row = node.closest?.("li");
            if (row) window.touched.add(row.textContent);
          }
        }
      }).observe(document.querySelector("ol"), {
        childList: true,
        subtree: true,
        attributes: true,
      });
    });
    await write(chat, "one more");
    await rows(chat, "text").getByText("one more").waitFor();
    await until(async () => (await chat.locator("li[data-state=pending]").count()) === 0, "sent");
    const touched = await chat.evaluate(() => window.touched.size);
    // The last two, each in a few states.
    assert.ok(touched > 0 && touched < 9, `${touched} rows were touched`);
    world.nothingWentWrong();
  });

  // It leaves a message on its way: nothing comes after it.
  await step(
    "what the staff write while own messages wait is announced to whoever reads further up",
    async () => {
      await chat.route("**/kefu-message/send", (route) => route.abort());
      await write(chat, "still on its way");
      await chat.locator("li[data-state=pending]").waitFor();
      const view = chat.locator("[data-part=view]");
      await view.evaluate((node) => node.scrollTo(0, 0));
      const pill = chat.locator("[data-part=pill]");
      await pill.getByText("Back to the latest").waitFor();
      await write(lin, "an answer");
      await pill.getByText("New messages").waitFor();
      assert.equal(await view.evaluate((node) => node.scrollTop), 0);
      await pill.click();
      await pill.waitFor({ state: "hidden" });
      world.nothingWentWrong();
    },
  );
});
