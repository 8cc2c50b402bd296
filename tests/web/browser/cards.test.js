import assert from "node:assert/strict";
import { test } from "node:test";
import { PHONE, shownTexts, steps, until, untilTexts, World, write } from "./harness.js";
import { wav } from "./sample.js";
import { desk, member, rows, sendRaw } from "./talk.js";

const product = {
  spuId: 600,
  spuName: "Paper lantern lamp",
  price: 26_800,
  salesCount: 41,
  stock: 9,
  url: "https://shop.test/lamp",
};
const order = {
  id: 8,
  no: "o20261124",
  status: 10,
  deliveryType: 1,
  productCount: 3,
  payPrice: 53_900,
  createTime: 1_700_000_000_000,
  items: [
    { spuName: "Paper lantern lamp", count: 2, price: 26_800, properties: [{ valueName: "warm" }] },
    { spuName: "Spare bulb", count: 1, price: 300, properties: [] },
  ],
};

/** More than the sheet shows at first. */
const vases = Array.from({ length: 45 }, (_, index) => ({
  spuId: index + 1,
  spuName: `Vase ${index + 1}`,
  price: 5000,
}));

/** Scrolls down until all are there. */
async function untilAll(sheet, count) {
  await until(async () => {
    await sheet.locator("[data-part=picker-body]").evaluate((node) => node.scrollTo(0, 1e6));
    return (await sheet.getByRole("listitem").count()) === count;
  }, `all ${count}`);
}

/** The last of all the messages, if it is one of this side, has the tick. */
const untilLast = (page, state) =>
  page.locator(`message-list li[data-side=mine]:last-child[data-state=${state}]`).waitFor();

/** The customer looks at things, as the shop's pages tell. */
const browse = (chat) =>
  chat.evaluate(async () => {
    const headers = {
      Authorization: `Bearer ${localStorage.getItem("kefu:token")}`,
      "Content-Type": "application/json",
    };
    const path = "/app-api/product/browse-history/create";
    for (let spuId = 1001; spuId <= 1012; spuId += 1) {
      const body = JSON.stringify({ spuId, spuName: `Thing ${spuId}`, price: spuId * 100 });
      await fetch(path, { method: "POST", headers, body });
    }
    await fetch(path, { method: "POST", headers, body: '{"spuId":600}' });
  });

test("of one customer and one desk in the same conversation", async (t) => {
  const step = steps(t);
  const world = await World.open(t);
  world.server.importCatalog([product, ...vases].map((one) => ({ type: "product", ...one })));
  const chat = await member(world);
  const admin = await desk(world);

  await step(
    "an emoji is chosen, travels by the original's name, and is shown as a sign on both sides",
    async () => {
      await chat.getByRole("button", { name: "Emoji" }).click();
      const panel = chat.getByRole("dialog", { name: "Emoji" });
      await panel.waitFor();
      assert.equal(await panel.getByRole("button").count(), 48);
      await panel.locator("[data-name=爱心]").click();
      await panel.locator("[data-name=点赞]").click();
      await chat.keyboard.press("Escape");
      await panel.waitFor({ state: "detached" });
      assert.equal(await chat.locator("textarea").inputValue(), "💗👍");
      await chat.locator("textarea").press("Enter");
      await untilTexts(chat, ["hello", "💗👍"]);
      await untilTexts(admin, ["hello", "💗👍"]);
      const stored = await admin.evaluate(async () => {
        const id = new URLSearchParams(location.hash.slice(1)).get("c");
        const path = `/admin-api/promotion/kefu-message/list?conversationId=${id}`;
        return (await (await fetch(path)).json()).data[0].content;
      });
      assert.equal(stored, '{"text":"[爱心][点赞]"}');
      await chat.getByRole("button", { name: "Emoji" }).click();
      await panel.waitFor();
      const first = await panel.getByRole("button").first().getAttribute("data-name");
      assert.equal(first, "点赞");
      await write(chat, "[abc] stays");
      await untilTexts(admin, ["hello", "💗👍", "[abc] stays"]);
      world.nothingWentWrong();
    },
  );

  await step("an address in a text can be pressed and cannot harm", async () => {
    const text =
      'see https://shop.test/a?b=1. and javascript:alert(1) <a href="https://x.test">x</a>';
    assert.equal(await sendRaw(chat, 1, { text }), 0);
    const bubble = admin.locator("message-list [data-part=bubble]").filter({ hasText: "see" });
    const links = bubble.locator("a");
    await until(async () => (await links.count()) === 2, "the links");
    assert.equal((await shownTexts(admin)).at(-1), text);
    assert.equal(await links.first().getAttribute("href"), "https://shop.test/a?b=1");
    assert.equal(await links.first().getAttribute("rel"), "noopener noreferrer nofollow");
    world.nothingWentWrong();
  });

  await step("the staff search the catalog and send a product", async () => {
    await admin.getByRole("button", { name: "Send a product" }).click();
    const sheet = admin.getByRole("dialog", { name: "Send a product" });
    await untilAll(sheet, 46);
    await sheet.getByRole("searchbox").fill("lantern");
    await until(async () => (await sheet.getByRole("listitem").count()) === 1, "found");
    await sheet.getByRole("button", { name: "Send" }).click();
    await rows(chat, "product").getByText("Paper lantern lamp").waitFor();
    await untilLast(admin, "read");

    await admin.getByRole("button", { name: "The customer’s orders" }).click();
    await admin.getByRole("dialog").getByText("Nothing here yet.").waitFor();
    await admin.keyboard.press("Escape");
    world.nothingWentWrong();
  });

  await step(
    "what the customer looked at is offered, chosen and shown as a card on both sides",
    async () => {
      assert.equal(await chat.getByRole("button", { name: "Recently viewed" }).count(), 0);
      await browse(chat);
      // The next test is of his orders, which are offered from the same beginning.
      await chat.route("**/trade/order/page*", (route) =>
        route.fulfill({ json: { code: 0, msg: "", data: { total: 1, list: [order] } } }),
      );
      await chat.reload();
      await chat.getByRole("button", { name: "Recently viewed" }).click();
      const sheet = chat.getByRole("dialog", { name: "Recently viewed" });
      await sheet.getByText("¥268.00").waitFor();
      await untilAll(sheet, 13);
      const lamp = sheet.getByRole("listitem").filter({ hasText: "Paper lantern" });
      await lamp.getByText("Send").click();
      await sheet.waitFor({ state: "detached" });
      const card = rows(admin, "product").and(admin.locator("[data-side=theirs]"));
      await card.getByText("¥268.00").waitFor();
      await card.getByText("9 in stock · 41 sold").waitFor();
      assert.equal(await card.getByRole("link").getAttribute("href"), product.url);
      await untilLast(chat, "read");
      assert.equal(await rows(chat, "product").getByText("in stock").count(), 0);
      assert.equal(await card.getByText("not checked").count(), 0);

      // What no catalog knows is shown as what it is: the customer's word. His pictures are not fetched.
      const told = {
        spuId: 9999,
        spuName: "Bargain",
        price: 1,
        picUrl: "https://pictures.test/a.png",
      };
      assert.equal(await sendRaw(chat, 10, told), 0);
      await card.nth(1).getByText("Given by the customer, not checked").waitFor();
      assert.equal(await rows(chat, "product").getByText("not checked").count(), 0);
      await card.nth(1).getByText("pictures.test").waitFor();
      world.nothingWentWrong();
    },
  );

  await step(
    "an order is chosen from the customer's own and shown with its items, status and total",
    async () => {
      await chat.getByRole("button", { name: "My orders" }).click();
      await chat.getByRole("dialog").getByRole("button", { name: "Send" }).click();
      const card = rows(admin, "order");
      for (const text of ["Order o20261124", "To be shipped", "warm", "¥268.00 × 2", "Items: 3"]) {
        await card.getByText(text, { exact: true }).waitFor();
      }
      await card.getByText("¥539.00").waitFor();
      await untilLast(chat, "read");
      world.nothingWentWrong();
    },
  );

  await step("a sound that is kept here is played on the page", async () => {
    const url = await chat.evaluate(
      async (bytes) => {
        const form = new FormData();
        form.append("file", new File([new Uint8Array(bytes)], "voice.wav", { type: "audio/wav" }));
        const headers = { Authorization: `Bearer ${localStorage.getItem("kefu:token")}` };
        const init = { method: "POST", headers, body: form };
        return (await (await fetch("/app-api/infra/file/upload", init)).json()).data;
      },
      [...wav(2)],
    );
    assert.equal(await sendRaw(chat, 3, { url, duration: 2 }), 0);
    const player = rows(admin, "voice").locator("audio");
    await until(() => player.evaluate((audio) => audio.duration === 2), "two seconds of sound");
    world.nothingWentWrong();
  });

  await step("every other kind is shown, and nothing of another host is loaded", async () => {
    await chat.setViewportSize(PHONE);
    assert.equal(await sendRaw(admin, 5, "Lin joined the conversation"), 0);
    assert.equal(await sendRaw(chat, 2, { picUrl: "https://pictures.test/a.png" }), 0);
    const media = { url: "https://media.test/a", duration: 65 };
    assert.equal(await sendRaw(chat, 3, media), 0);
    assert.equal(await sendRaw(chat, 4, media), 0);
    for (const page of [chat, admin]) {
      const system = rows(page, "system");
      await system.getByText("Lin joined the conversation").waitFor();
      assert.equal(await system.locator("[data-part=tick], [data-part=avatar]").count(), 0);
      const picture = rows(page, "image").getByRole("link");
      await picture.getByText("pictures.test").waitFor();
      assert.equal(await picture.getAttribute("rel"), "noopener noreferrer nofollow");
      await rows(page, "voice").getByText("media.test · 1:05").waitFor();
      await rows(page, "video").getByText("media.test · 1:05").waitFor();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assert.equal(wide, false);
    }
    world.nothingWentWrong();
  });

  await step("what an input method has not made a word of yet is not searched for", async () => {
    await admin.getByRole("button", { name: "Send a product" }).click();
    const sheet = admin.getByRole("dialog", { name: "Send a product" });
    await sheet.getByRole("listitem").first().waitFor();
    const asked = [];
    admin.on("request", (request) => {
      const url = new URL(request.url());
      const name = url.searchParams.get("name");
      if (url.pathname.endsWith("/spu/page") && name) asked.push(name);
    });
    await admin.clock.install();
    const type = (value, isComposing) =>
      sheet.getByRole("searchbox").evaluate(
        (field, [text, composing]) => {
          field.value = text;
          field.dispatchEvent(new InputEvent("input", { bubbles: true, isComposing: composing }));
          if (!composing) field.dispatchEvent(new CompositionEvent("compositionend"));
        },
        [value, isComposing],
      );
    await type("l", true);
    await admin.clock.runFor(1000);
    await type("lan'tern", true);
    await admin.clock.runFor(1000);
    await type("lantern", false);
    await admin.clock.runFor(1000);
    await until(() => asked.length > 0, "searched");
    assert.deepEqual(asked, ["lantern"]);
    world.nothingWentWrong();
  });
});
