import assert from "node:assert/strict";
import { test } from "node:test";
import { clickLauncher, openWidget, steps, until, untilStates, World, write } from "./harness.js";
import { kefu, Shop } from "./shop.js";
import { answer } from "./talk.js";

const json = (value) => `<script type="application/ld+json">${JSON.stringify(value)}</script>`;
const meta = (name, content) => `<meta property="${name}" content="${content}">`;
const offer = (price, priceCurrency = "CNY") => ({ "@type": "Offer", price, priceCurrency });
const cup = (more) => ({ "@type": "Product", name: "Cup", ...more });
const found = (more) => ({ spuName: "Cup", ...more });

/** What stands on a page, and the product that is found there. */
const CASES = {
  "a product of its own": [
    json(cup({ image: ["/cup.png"], productID: "600", offers: offer("1,268.5") })),
    found({ spuId: 600, picUrl: "SHOP/cup.png", price: 126850 }),
  ],
  "a product in a graph": [
    json({ "@graph": [{ "@type": "WebSite" }, cup({ offers: [offer(19.9)] })] }),
    found({ price: 1990 }),
  ],
  "a product in a list, of a page, of two types": [
    json([{ "@type": "WebPage", mainEntity: cup({ "@type": ["Product", "Thing"] }) }]),
    found({}),
  ],
  "a price in another currency": [json(cup({ offers: offer(5, "EUR") })), found({})],
  "offers that differ": [json(cup({ offers: [offer(5), offer(6)] })), found({})],
  "a detailed price": [
    json(cup({ offers: { priceSpecification: offer(5), priceCurrency: "CNY" } })),
    found({ price: 500 }),
  ],
  "many products": [json([cup({}), cup({ name: "Bowl" })]), null],
  "many products, one of them of this page": [
    json([cup({ name: "Bowl" }), cup({ url: "HERE" })]),
    found({}),
  ],
  "data that is broken": [`<script type="application/ld+json">{ oops</script>`, null],
  "hostile fields": [
    json(cup({ name: { a: 1 } })) + json(cup({ image: "javascript:alert(1)", url: "data:,x" })),
    found({}),
  ],
  microdata: [
    `<div itemscope itemtype="https://schema.org/Product"><b itemprop="name"> Cup </b><img itemprop="image" src="data:,">
      <div itemprop="brand" itemscope><i itemprop="name">Brand</i></div>
      <p itemprop="offers" itemscope><i itemprop="price" content="3.50">3</i><i itemprop="priceCurrency">CNY</i></p></div>`,
    found({ price: 350 }),
  ],
  "Open Graph": [
    meta("og:type", "product") +
      meta("og:title", "Cup") +
      meta("og:image", "http://localhost/cup.png") +
      meta("product:price:amount", "2") +
      meta("product:price:currency", "CNY") +
      meta("product:retailer_item_id", "9"),
    found({ spuId: 9, picUrl: "http://localhost/cup.png", price: 200 }),
  ],
  "no product": [meta("og:type", "article") + meta("og:title", "Cup"), null],
};

/** What the chat was told last. */
async function told(chat) {
  const all = JSON.parse(await chat.evaluate(() => JSON.stringify(window.told)));
  return all.filter(({ kefu: name }) => name === "start" || name === "context").at(-1);
}

const untilTold = (chat, wanted, what) =>
  until(async () => {
    const last = await told(chat);
    if (!last) return "nothing";
    const { product, page, order } = last;
    const now = {
      product: product?.spuName ?? null,
      path: new URL(page.url).pathname,
      order,
      title: page.title,
    };
    const same = Object.entries(wanted).every(
      ([name, value]) => JSON.stringify(now[name]) === JSON.stringify(value),
    );
    return same || now;
  }, what);

const untilTitle = (tab, wanted) =>
  until(async () => (await tab.title()) === wanted || (await tab.title()), wanted);

/** As a shop of one page does: it is put together a little after its address has changed. */
function goToBowl(page) {
  return page.evaluate(() => {
    history.pushState({}, "", "/bowl");
    document.title = "Bowl";
    setTimeout(() => {
      const name = '<b itemprop="name">Bowl</b>';
      document.body.innerHTML = `<div itemscope itemtype="http://schema.org/Product">${name}</div>`;
    }, 300);
  });
}

test("of what stands on a shop's pages", async (t) => {
  const step = steps(t);
  const world = await World.open(t);
  const shop = await Shop.open(t, world, { pages: { "/cup": json(cup({})) }, policy: "" });
  const page = await shop.visit();

  await step("the product is read from what the page says for search engines", async () => {
    // One page is what all of them are, one after the other.
    const { origin, chat } = shop;
    const pages = Object.values(CASES).map(([markup], at) =>
      markup.replace("HERE", `${origin}/${at}`),
    );
    const read = await page.evaluate(
      async ([address, bodies]) => {
        const { detected } = await import(address);
        const found = [];
        for (const [at, body] of bodies.entries()) {
          history.replaceState({}, "", `/${at}`);
          document.body.innerHTML = body;
          found.push(JSON.stringify(detected()));
        }
        return found;
      },
      [`${chat}/widget-product.js`, pages],
    );
    for (const [at, [name, [, product]]] of Object.entries(CASES).entries()) {
      const wanted = product && { ...product, url: `${origin}/${at}` };
      if (wanted?.picUrl) wanted.picUrl = wanted.picUrl.replace("SHOP", origin);
      assert.deepEqual(JSON.parse(read[at]), wanted, name);
    }
    world.nothingWentWrong();
  });

  await step("the chat follows a shop of one page", async () => {
    await page.goto(`${shop.origin}/cup`);
    // Before the chat is there, calls wait.
    await kefu(page, "order", { id: 5, no: "o5" });
    const chat = await openWidget(page);
    await untilTold(chat, { product: "Cup", path: "/cup", order: { id: 5, no: "o5" } }, "the cup");
    await kefu(page, "product", { spuId: 7, spuName: "Given", price: 100 });
    await untilTold(chat, { product: "Given" }, "what the shop says");
    assert.deepEqual((await told(chat)).product, { spuId: 7, spuName: "Given", price: 100 });
    await kefu(page, "product", null);
    await untilTold(chat, { product: null }, "the shop takes it back");

    await goToBowl(page);
    await untilTold(chat, { product: "Bowl", path: "/bowl", order: null }, "the next page");
    assert.equal((await told(chat)).page.title, "Bowl");
    await page.goBack();
    await untilTold(chat, { path: "/cup" }, "the page before");
    await kefu(page, "page", { url: "/checkout", title: "Checkout" });
    await untilTold(chat, { path: "/checkout" }, "the page the shop names");
    await kefu(page, "product", { spuName: "Of this page" });
    await untilTold(chat, { product: "Of this page" }, "what the shop says of the next page");
    // A place on the page is no other page; another number in the address is.
    await page.evaluate(() => history.pushState({}, "", "#reviews"));
    await kefu(page, "page", { title: "Reviews" });
    await untilTold(chat, { product: "Of this page", title: "Reviews" }, "the same page");
    await page.evaluate(() => history.pushState({}, "", "?id=2"));
    await untilTold(chat, { product: "Bowl", path: "/cup", title: "Bowl" }, "another page");
    await kefu(page, "order", 12);
    await untilTold(chat, { order: { id: 12 } }, "an order by its id");
    world.nothingWentWrong();
  });

  await step("where the shop's policy is strict, the product is found as well", async () => {
    const strict = await Shop.open(t, world, { pages: { "/cup": json(cup({})) } });
    await strict.visit("/cup", { page });
    await untilTold(await openWidget(page), { product: "Cup", path: "/cup" }, "the cup");
    world.nothingWentWrong();
  });
});

test("of a shop of one page in a browser without the navigation API", async (t) => {
  const step = steps(t);
  const world = await World.open(t);
  const shop = await Shop.open(t, world, { pages: { "/cup": json(cup({})) }, policy: "" });
  const context = await world.person();
  await context.addInitScript(() => delete window.navigation);
  const page = await shop.visit("/cup?id=1", { context });
  let chat;

  await step(
    "what was said before the chat was there counts for its page only, and the last of it",
    async () => {
      await page.locator("kefu-widget").waitFor({ state: "attached" });
      await kefu(page, "product", { spuName: "Bowl" });
      await kefu(page, "order", 5);
      await page.evaluate(() => history.pushState({}, "", "?id=2"));
      await kefu(page, "product", { spuName: "Vase" });
      await kefu(page, "product", { spuName: "Given" });
      // The shop's own router has its hands on this too, and is to be called as ever.
      await page.evaluate(() => {
        const before = history.pushState;
        window.routes = [];
        history.pushState = function (...values) {
          window.routes.push(values[2]);
          return before.apply(this, values);
        };
      });
      chat = await openWidget(page);
      await untilTold(chat, { product: "Given", order: null }, "the last word");
      world.nothingWentWrong();
    },
  );

  await step("the chat follows there too", async () => {
    await kefu(page, "order", 7);
    await untilTold(chat, { product: "Given", order: { id: 7 } }, "an order");
    await goToBowl(page);
    const bowl = { product: "Bowl", path: "/bowl", title: "Bowl", order: null };
    await untilTold(chat, bowl, "the next page");
    assert.deepEqual(await page.evaluate(() => window.routes), ["/bowl"]);
    await page.goBack();
    await untilTold(chat, { path: "/cup" }, "the page before");
    await kefu(page, "product", { spuName: "Of this page" });
    // A place on the page is no other page; another number in the address is.
    await page.evaluate(() => history.pushState({}, "", "#reviews"));
    await kefu(page, "page", { title: "Reviews" });
    await untilTold(chat, { product: "Of this page", title: "Reviews" }, "the same page");
    await page.evaluate(() => history.replaceState({}, "", "?id=3"));
    await untilTold(chat, { product: "Bowl", path: "/cup", title: "Bowl" }, "another page");
    world.nothingWentWrong();
  });
});

test("of one visitor's tabs, and what is unread in them", async (t) => {
  const step = steps(t);
  const world = await World.open(t);
  const shop = await Shop.open(t, world);
  const context = await world.person();
  const page = await shop.visit("/", { context });
  const onlyTheShopsOwn = () => {
    const others = world.wrongs.splice(0).filter((wrong) => !wrong.includes("the shop's own"));
    assert.deepEqual(others, []);
  };

  await step(
    "the number of unread messages stands before the title, in every tab and after a reload",
    async () => {
      const heard = () => page.evaluate(() => window.heard);
      await page.evaluate(() => {
        window.heard = [];
        for (const name of ["unread", "message"]) {
          window.kefu("on", name, (detail) => window.heard.push([name, detail?.text ?? detail]));
        }
        window.kefu("on", "unread", () => {
          throw new Error("the shop's own");
        });
      });
      const chat = await openWidget(page);
      await write(chat, "hello");
      await untilStates(chat, ["sent"]);
      await kefu(page, "close");
      const other = await shop.visit("/", { context });
      await answer(world, "one");
      await untilTitle(page, "(1) Shop");
      await untilTitle(other, "(1) Shop");
      await page.evaluate(() => {
        document.title = "Cart";
      });
      await answer(world, "two");
      await untilTitle(page, "(2) Cart");
      await page.evaluate(() => {
        document.title = `${document.title} *`;
      });
      await untilTitle(page, "(2) Cart *");
      assert.equal(await page.evaluate(() => localStorage["kefu:unread"]), "2");
      const texts = (await heard()).filter(([name]) => name === "message");
      assert.deepEqual(texts, [
        ["message", "one"],
        ["message", "two"],
      ]);
      assert.deepEqual((await heard()).filter(([name]) => name === "unread").at(-1), ["unread", 2]);

      await other.reload();
      await untilTitle(other, "(2) Shop");
      await clickLauncher(other);
      await untilTitle(other, "Shop");
      await untilTitle(page, "Cart *");
      await other.close();
      onlyTheShopsOwn();
    },
  );

  await step(
    "of nobody nothing is unread: not where a session has ended, nor where a browser was closed",
    async () => {
      await answer(world, "three");
      await untilTitle(page, "(1) Cart *");
      const token = await page.evaluate(() => localStorage["kefu:token"]);
      const headers = { Authorization: `Bearer ${token}` };
      await fetch(`${world.server.origin}/app-api/member/auth/logout`, { method: "POST", headers });
      await untilTitle(page, "Cart *");
      // What a member of another day left behind.
      await page.evaluate(() => {
        localStorage["kefu:unread"] = "3";
      });
      await page.reload();
      await page.locator("kefu-widget").waitFor({ state: "attached" });
      const heard = await page.evaluate(
        () =>
          new Promise((resolve) => {
            window.kefu("on", "unread", resolve);
            window.kefu("on", "ready", () => setTimeout(resolve, 0, "nothing"));
          }),
      );
      assert.equal(heard, "nothing");
      await openWidget(page);
      await until(() => page.evaluate(() => !("kefu:unread" in localStorage)), "it is forgotten");
      onlyTheShopsOwn();
    },
  );
});
