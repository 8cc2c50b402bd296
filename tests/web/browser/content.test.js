import assert from "node:assert/strict";
import { test } from "node:test";
import { PHONE, until, untilStates, untilTexts, World, write } from "./harness.js";
import { png } from "./sample.js";

const OWN = /^(http:\/\/[^/]+)?\/f\/[A-Za-z0-9]{43}$/;
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

const rows = (page, kind) => page.locator(`message-list li[data-kind="${kind}"]`);

/** A page on its own with a visitor who has said hello. */
async function member(world, options) {
  const page = await (await world.person(options)).newPage();
  await page.goto(`${world.server.origin}/member/`);
  await write(page, "hello");
  await untilStates(page, ["sent"]);
  return page;
}

async function desk(world, options) {
  const { page } = await world.admin(options);
  await page.locator("conversation-list [data-action=choose]").first().click();
  await page.locator("message-list").getByText("hello").first().waitFor();
  return page;
}

/** Sends past the composer, as a client of the shop might. */
function sendRaw(page, contentType, content) {
  return page.evaluate(
    async ([type, text]) => {
      const token = localStorage.getItem("kefu:token");
      const id = Number(new URLSearchParams(location.hash.slice(1)).get("c"));
      const path = token ? "/app-api" : "/admin-api";
      const response = await fetch(`${path}/promotion/kefu-message/send`, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          ...(token ? { Authorization: `Bearer ${token}` } : {}),
        },
        body: JSON.stringify({ conversationId: id, contentType: type, content: text }),
      });
      return (await response.json()).code;
    },
    [contentType, typeof content === "string" ? content : JSON.stringify(content)],
  );
}

async function choose(page, ...files) {
  await page.locator("message-composer input[type=file]").setInputFiles(files);
}

/** Scrolls down until all are there. */
async function untilAll(sheet, count) {
  await until(async () => {
    await sheet.locator("[data-part=picker-body]").evaluate((node) => node.scrollTo(0, 1e6));
    return (await sheet.getByRole("listitem").count()) === count;
  }, `all ${count}`);
}

const file = (name, mimeType, buffer) => ({ name, mimeType, buffer });

test("a picture travels from the customer to the desk, keeps its place, and opens in full", async (t) => {
  const world = await World.open(t);
  world.server.addAdmin();
  const chat = await member(world);
  const admin = await desk(world);
  await choose(chat, file("lamp.png", "image/png", png(640, 480)));
  await untilStates(chat, ["read", "read"]);
  const picture = rows(admin, "image").locator("[data-part=picture]");
  await picture.waitFor();
  const image = picture.locator("img");
  await until(() => image.evaluate((node) => node.naturalWidth > 0), "the picture is here");
  assert.match(await image.getAttribute("src"), /^\/f\/[A-Za-z0-9]{43}\/thumbnail$/);
  const { width, height } = await picture.boundingBox();
  assert.deepEqual([Math.round(width), Math.round(height)], [256, 192]);

  await picture.focus();
  await admin.keyboard.press("Enter");
  const viewer = admin.getByRole("dialog");
  await until(
    () => viewer.locator("img").evaluate((node) => node.naturalWidth === 640),
    "in full size",
  );
  await admin.keyboard.press("Escape");
  await viewer.waitFor({ state: "detached" });
  assert.ok(await picture.evaluate((node) => node === document.activeElement));

  await choose(admin, file("answer.png", "image/png", png(300, 600)));
  await until(async () => (await rows(chat, "image").count()) === 2, "the answer");
  const lastMessage = admin.locator("conversation-list [data-part=last]");
  await until(async () => (await lastMessage.textContent()) === "[Picture]", "the list");
  world.nothingWentWrong();
});

test("a large picture is shrunk before it travels, and one that is seen through stays so", async (t) => {
  const world = await World.open(t);
  world.server.addAdmin();
  const chat = await member(world);
  const sent = [];
  await chat.route("**/infra/file/upload", async (route) => {
    sent.push(route.request().postDataBuffer());
    await route.continue();
  });
  const large = png(3000, 1500, { noise: true });
  const clear = png(1200, 900, { noise: true, alpha: 120 });
  assert.ok(clear.length > 1024 * 1024);
  await choose(chat, file("large.png", "image/png", large), file("clear.png", "image/png", clear));
  await untilStates(chat, ["sent", "sent", "sent"]);
  assert.ok(sent[0].length < large.length / 2, `${sent[0].length} of ${large.length}`);
  assert.match(sent[0].toString("latin1", 0, 300), /filename="large.jpg"/);
  assert.match(sent[1].toString("latin1", 0, 300), /filename="clear.png"/);
  const sizes = await chat.evaluate(async () => {
    const headers = { Authorization: `Bearer ${localStorage.getItem("kefu:token")}` };
    const path = "/app-api/promotion/kefu-message/list?limit=2";
    const { data } = await (await fetch(path, { headers })).json();
    return data.map(({ content }) => JSON.parse(content).width);
  });
  assert.deepEqual(sizes, [1200, 2560]);
  world.nothingWentWrong();
});

test("a file is a card with its name and size, and is downloaded under that name", async (t) => {
  const world = await World.open(t);
  world.server.addAdmin();
  const chat = await member(world);
  const admin = await desk(world);
  await choose(chat, file("价目表.csv", "text/csv", Buffer.from("a,b\n".repeat(700))));
  const card = rows(admin, "file").locator("a");
  await card.getByText("价目表.csv").waitFor();
  await card.getByText("2.7 kB").waitFor();
  assert.match(await card.getAttribute("href"), OWN);
  const [download] = await Promise.all([admin.waitForEvent("download"), card.click()]);
  assert.equal(download.suggestedFilename(), "价目表.csv");
  world.nothingWentWrong();
});

test("pasted and dropped pictures are sent", async (t) => {
  const world = await World.open(t);
  const chat = await member(world);
  await chat.locator("textarea").focus();
  const bytes = [...png(40, 40)];
  const give = (type) =>
    chat.evaluate(
      ([kind, data]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(data)], "x.png", { type: "image/png" }));
        const init = { bubbles: true, cancelable: true };
        const box = document.querySelector("textarea");
        if (kind === "paste") {
          box.dispatchEvent(new ClipboardEvent("paste", { ...init, clipboardData: transfer }));
        } else {
          const list = document.querySelector("message-list");
          for (const name of ["dragenter", "dragover", "drop"]) {
            list.dispatchEvent(new DragEvent(name, { ...init, dataTransfer: transfer }));
          }
        }
      },
      [type, bytes],
    );
  await until(async () => {
    await give("paste");
    return (await rows(chat, "image").count()) > 0;
  }, "pasted");
  const pasted = await rows(chat, "image").count();
  await give("drop");
  await until(async () => (await rows(chat, "image").count()) === pasted + 1, "dropped");
  await untilStates(chat, Array(pasted + 2).fill("sent"));
  world.nothingWentWrong();
});

test("an upload can be cancelled, fails visibly, and is tried again", async (t) => {
  const world = await World.open(t);
  const chat = await member(world);
  const refusal = { status: 507, json: { code: 507, data: null, msg: "no room" } };
  let answer = (route) => route.fulfill(refusal);
  await chat.route("**/infra/file/upload", (route) => answer(route));
  await choose(chat, file("a.txt", "text/plain", Buffer.from("a")));
  await chat.getByText("no room").waitFor();
  answer = (route) => route.continue();
  await chat.getByRole("button", { name: "Retry" }).click();
  await untilStates(chat, ["sent", "sent"]);

  answer = () => {};
  await choose(chat, file("b.txt", "text/plain", Buffer.from("b")));
  await chat.getByRole("progressbar").waitFor();
  await write(chat, "meanwhile");
  await untilStates(chat, ["sent", "sent", "sent", "pending"]);
  await chat.getByRole("button", { name: "Cancel" }).click();
  await untilStates(chat, ["sent", "sent", "sent"]);

  const huge = Buffer.alloc(10 * 1024 * 1024 + 1);
  await choose(chat, file("huge.bin", "application/octet-stream", huge));
  await chat.getByText("larger than 10 MB").waitFor();
  await chat.getByRole("button", { name: "Delete" }).click();
  await untilStates(chat, ["sent", "sent", "sent"]);
  world.nothingWentWrong();
});

test("an upload that a reload has stopped is gone, and that is said", async (t) => {
  const world = await World.open(t);
  const chat = await member(world);
  await chat.route("**/infra/file/upload", () => {});
  await choose(chat, file("b.txt", "text/plain", Buffer.from("b")));
  await chat.getByRole("progressbar").waitFor();
  await chat.reload();
  await chat.getByText("The page closed before this was sent").waitFor();
  await chat.getByText("b.txt").waitFor();
  assert.equal(await chat.getByRole("button", { name: "Retry" }).count(), 0);
  await chat.getByRole("button", { name: "Delete" }).click();
  await untilStates(chat, ["sent"]);
  await chat.reload();
  await untilTexts(chat, ["hello"]);
  assert.equal(await rows(chat, "file").count(), 0);
  world.nothingWentWrong();
});

test("an emoji is chosen, travels by the original's name, and is shown as a sign on both sides", async (t) => {
  const world = await World.open(t);
  world.server.addAdmin();
  const chat = await member(world);
  const admin = await desk(world);
  await chat.getByRole("button", { name: "Emoji" }).click();
  const panel = chat.getByRole("dialog", { name: "Emoji" });
  await panel.waitFor();
  assert.equal(await panel.getByRole("button").count(), 48);
  await panel.getByRole("button", { name: "爱心" }).click();
  await panel.getByRole("button", { name: "点赞" }).click();
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
});

test("an address in a text can be pressed and cannot harm", async (t) => {
  const world = await World.open(t);
  world.server.addAdmin();
  const chat = await member(world);
  const admin = await desk(world);
  const text =
    'see https://shop.test/a?b=1. and javascript:alert(1) <a href="https://x.test">x</a>';
  await write(chat, text);
  await untilTexts(admin, ["hello", text]);
  const links = admin.locator("message-list [data-part=bubble] a");
  await until(async () => (await links.count()) === 2, "the links");
  assert.equal(await links.first().getAttribute("href"), "https://shop.test/a?b=1");
  assert.equal(await links.first().getAttribute("rel"), "noopener noreferrer nofollow");
  world.nothingWentWrong();
});

test("what the customer looked at is offered, chosen and shown as a card on both sides", async (t) => {
  const world = await World.open(t);
  world.server.addAdmin();
  world.server.importCatalog([{ type: "product", ...product }]);
  const chat = await member(world);
  assert.equal(await chat.getByRole("button", { name: "Recently viewed" }).count(), 0);
  await chat.evaluate(async () => {
    const headers = {
      Authorization: `Bearer ${localStorage.getItem("kefu:token")}`,
      "Content-Type": "application/json",
    };
    const path = "/app-api/product/browse-history/create";
    for (let spuId = 1; spuId <= 12; spuId += 1) {
      const body = JSON.stringify({ spuId, spuName: `Thing ${spuId}`, price: spuId * 100 });
      await fetch(path, { method: "POST", headers, body });
    }
    await fetch(path, { method: "POST", headers, body: '{"spuId":600}' });
  });
  await chat.reload();
  await chat.getByRole("button", { name: "Recently viewed" }).click();
  const sheet = chat.getByRole("dialog", { name: "Recently viewed" });
  await sheet.getByText("¥268.00").waitFor();
  await untilAll(sheet, 13);
  await sheet.getByRole("listitem").filter({ hasText: "Paper lantern" }).getByText("Send").click();
  await sheet.waitFor({ state: "detached" });
  await untilStates(chat, ["sent", "sent"]);
  const admin = await desk(world);
  const card = rows(admin, "product");
  await card.getByText("¥268.00").waitFor();
  await card.getByText("9 in stock · 41 sold").waitFor();
  assert.equal(await card.getByRole("link").getAttribute("href"), product.url);
  assert.equal(await rows(chat, "product").getByText("in stock").count(), 0);
  assert.equal(await card.getByText("not checked").count(), 0);

  // What no catalog knows is shown as what it is: the customer's word. His pictures are not fetched.
  const told = { spuId: 9, spuName: "Bargain", price: 1, picUrl: "https://pictures.test/a.png" };
  assert.equal(await sendRaw(chat, 10, told), 0);
  await card.nth(1).getByText("Given by the customer, not checked").waitFor();
  assert.equal(await rows(chat, "product").getByText("not checked").count(), 0);
  await card.nth(1).getByText("pictures.test").waitFor();
  world.nothingWentWrong();
});

test("the staff search the catalog and send a product", async (t) => {
  const world = await World.open(t);
  world.server.addAdmin();
  const many = Array.from({ length: 45 }, (_, index) => ({
    type: "product",
    spuId: index + 1,
    spuName: `Vase ${index + 1}`,
    price: 5000,
  }));
  world.server.importCatalog([{ type: "product", ...product }, ...many]);
  const chat = await member(world);
  const admin = await desk(world);
  await admin.getByRole("button", { name: "Send a product" }).click();
  const sheet = admin.getByRole("dialog", { name: "Send a product" });
  await untilAll(sheet, 46);
  await sheet.getByRole("searchbox").fill("lantern");
  await until(async () => (await sheet.getByRole("listitem").count()) === 1, "found");
  await sheet.getByRole("button", { name: "Send" }).click();
  await rows(chat, "product").getByText("Paper lantern lamp").waitFor();
  await untilStates(admin, ["read"]);

  await admin.getByRole("button", { name: "The customer’s orders" }).click();
  await admin.getByRole("dialog").getByText("Nothing here yet.").waitFor();
  await admin.keyboard.press("Escape");
  world.nothingWentWrong();
});

test("an order is chosen from the customer's own and shown with its items, status and total", async (t) => {
  const world = await World.open(t);
  world.server.addAdmin();
  const chat = await member(world);
  await chat.route("**/trade/order/page*", (route) =>
    route.fulfill({ json: { code: 0, msg: "", data: { total: 1, list: [order] } } }),
  );
  await chat.reload();
  await chat.getByRole("button", { name: "My orders" }).click();
  await chat.getByRole("dialog").getByRole("button", { name: "Send" }).click();
  await untilStates(chat, ["sent", "sent"]);
  const admin = await desk(world);
  const card = rows(admin, "order");
  for (const text of ["Order o20261124", "To be shipped", "warm", "¥268.00 × 2", "Items: 3"]) {
    await card.getByText(text, { exact: true }).waitFor();
  }
  await card.getByText("¥539.00").waitFor();
  world.nothingWentWrong();
});

test("every other kind is shown, and nothing of another host is loaded", async (t) => {
  const world = await World.open(t);
  world.server.addAdmin();
  const phone = { viewport: PHONE, hasTouch: true, isMobile: true };
  const chat = await member(world, phone);
  const admin = await desk(world);
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
