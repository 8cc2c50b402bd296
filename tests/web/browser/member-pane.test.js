import assert from "node:assert/strict";
import { test } from "node:test";
import { untilAccessible } from "./accessible.js";
import { DESKTOP, PHONE, steps, until, World } from "./harness.js";
import { chat, fact, pane, remark, toggle, verified, visitor } from "./pane-view.js";
import { overflow } from "./settings-view.js";

const HOSTILE = '"><img src=x onerror="window.hit=1"><script>hit=1</script>';
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.50";

/** A card is an article in its list. */
const cardsOf = (box) => box.locator("ul > li:has(> article)");

/** What the shop sells, and what one of its members has ordered. */
function catalog(userId) {
  const products = Array.from({ length: 12 }, (_, index) => ({
    type: "product",
    spuId: index + 1,
    spuName: `Vase ${index + 1}`,
    price: 5000,
  }));
  const orders = Array.from({ length: 7 }, (_, index) => ({
    type: "order",
    userId,
    id: index + 1,
    no: `A-${index + 1}`,
    status: 10,
    deliveryType: 1,
    productCount: 1,
    payPrice: 5000,
    items: [{ spuId: 1, spuName: "Vase 1", count: 1, price: 5000 }],
  }));
  return [...products, ...orders];
}

/** The desk with the conversation in which this was said last. */
async function choose(page, text) {
  await page.locator("conversation-list [data-action=choose]").getByText(text).click();
  await chat(page).getByText(text).waitFor();
}

test("at one desk, the pane beside the chat", async (t) => {
  const step = steps(t);
  const world = await World.open(t);
  const { page, context } = await world.admin();

  await step(
    "a visitor is plainly not verified, and where he is arrives while one looks",
    async () => {
      const customer = await visitor(world, IPHONE);
      await customer.say("from a visitor");
      await choose(page, "from a visitor");
      await pane(page).getByText("Visitor, not verified").waitFor();
      await customer.visit({
        pageUrl: "https://www.shop.test/lamps?id=7",
        pageTitle: "Paper lantern",
        referrer: "https://search.test/?q=lamp",
        language: "zh-CN",
        product: { spuId: 7, spuName: "Paper lantern lamp", price: 26800 },
      });
      const link = pane(page).getByRole("link", { name: /^Paper lantern\s*www\.shop\.test$/ });
      await link.waitFor();
      assert.equal(await link.getAttribute("href"), "https://www.shop.test/lamps?id=7");
      assert.equal(await link.getAttribute("rel"), "noopener noreferrer nofollow");
      await pane(page).locator("[data-part=looking]").getByText("¥268.00").waitFor();
      assert.equal(await fact(page, "Came from").textContent(), "search.test");
      assert.equal(await fact(page, "Browser").textContent(), "WeChat 8");
      assert.equal(await fact(page, "System").textContent(), "iOS 18");
      assert.equal(await fact(page, "Language").textContent(), "Chinese (China)");
      assert.equal(await fact(page, "Last seen").count(), 1);
      await untilAccessible(page, "a visitor");
      await customer.visit({ pageUrl: "https://www.shop.test/cart", pageTitle: "Cart" });
      await pane(page).getByRole("link", { name: /^Cart/ }).waitFor();
      world.nothingWentWrong();
    },
  );

  const claims = { sub: "m-10042", name: "Mei", phone: "13800138000", email: "mei@shop.test" };
  const mei = await verified(world, { ...claims, level: "Gold" });
  await step("a member is verified, and his contact is copied", async () => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    world.server.importCatalog(catalog(claims.sub));
    for (let spuId = 1; spuId <= 12; spuId += 1)
      await mei.call("POST", "/product/browse-history/create", { spuId });
    await mei.say("from a member");
    await choose(page, "from a member");
    await pane(page).getByText("Verified by the shop").waitFor();
    await pane(page).getByRole("heading", { name: "Mei" }).waitFor();
    assert.equal(await fact(page, "Level").textContent(), "Gold");
    for (const [name, value] of [
      ["Phone", claims.phone],
      ["E-mail", claims.email],
      ["Shop id", claims.sub],
    ]) {
      assert.equal(await fact(page, name).textContent(), value);
      await pane(page)
        .getByRole("button", { name: `Copy: ${name}` })
        .click();
      await until(
        () =>
          page.evaluate(
            (text) => navigator.clipboard.readText().then((now) => now === text),
            value,
          ),
        `${name} is copied`,
      );
    }
    world.nothingWentWrong();
  });

  await step("what was viewed and ordered comes page by page and is sent as a card", async () => {
    const viewed = page.locator("[data-part=viewed]");
    const ordered = page.locator("member-pane [data-part=orders]");
    for (const [box, total] of [
      [viewed, 12],
      [ordered, 7],
    ]) {
      await until(async () => (await cardsOf(box).count()) === 5, "a page");
      await box.getByText(String(total), { exact: true }).waitFor();
      while (await box.getByRole("button", { name: "Load more" }).isVisible()) {
        const before = await cardsOf(box).count();
        await box.getByRole("button", { name: "Load more" }).click();
        await until(async () => (await cardsOf(box).count()) > before, "the next page");
      }
      assert.equal(await cardsOf(box).count(), total);
    }
    await untilAccessible(page, "a member and his cards");
    await viewed.getByRole("button", { name: "Send Vase 3 to the customer" }).click();
    await viewed.getByRole("button", { name: "Sent" }).waitFor();
    await chat(page).locator("li[data-kind=product]").getByText("Vase 3").waitFor();
    await ordered.getByRole("button", { name: /^Send .*A-7 to the customer$/ }).click();
    await chat(page).locator("li[data-kind=order]").getByText("A-7").waitFor();
    await until(async () => {
      const list = await mei.call("GET", "/promotion/kefu-message/list");
      const { user } = JSON.parse(list[0].content);
      return list[0].contentType === 11 && list[1].contentType === 10 && user === undefined;
    }, "the customer has both");
    world.nothingWentWrong();
  });

  await step("whatever a stranger says of himself is text, and leads nowhere else", async () => {
    const hostile = {
      sub: HOSTILE,
      name: HOSTILE,
      phone: HOSTILE.slice(0, 30),
      level: HOSTILE.slice(0, 30),
    };
    const customer = await verified(world, hostile, HOSTILE);
    // One that the catalog does not know: it is called what he calls it.
    await customer.call("POST", "/product/browse-history/create", { spuId: 99, spuName: HOSTILE });
    await customer.visit({
      pageUrl: "https://shop.test/?a=<script>window.hit=1</script>",
      pageTitle: HOSTILE,
      referrer: "https://user:secret@search.test/<b>",
      language: 'x"><b>',
      product: { spuName: HOSTILE, url: "javascript:window.hit=1" },
    });
    await customer.say("from a stranger");
    await choose(page, "from a stranger");
    await pane(page).getByRole("heading", { name: HOSTILE }).waitFor();
    await remark(page).fill(HOSTILE);
    await remark(page).press("Control+Enter");
    await pane(page).getByText("Saved", { exact: true }).waitFor();
    await choose(page, "from a visitor");
    await pane(page).getByText("Visitor, not verified").waitFor();
    // What has run is forgotten with the page.
    assert.equal(await page.evaluate(() => window.hit), undefined);
    // A page anew has the remark from nobody but the server.
    await page.reload();
    await choose(page, "from a stranger");
    await pane(page).getByRole("heading", { name: HOSTILE }).waitFor();
    await pane(page).locator("[data-part=page]").getByText(HOSTILE).waitFor();
    await pane(page).locator("[data-part=viewed]").getByText(HOSTILE).waitFor();
    await until(async () => (await remark(page).inputValue()) === HOSTILE, "the remark");
    assert.equal(await fact(page, "Browser").textContent(), HOSTILE);
    const links = await pane(page)
      .locator("a")
      .evaluateAll((all) => all.map(({ protocol }) => protocol));
    assert.ok(links.length > 0);
    assert.deepEqual([...new Set(links)], ["https:"]);
    assert.equal(await page.evaluate(() => window.hit), undefined);
    world.nothingWentWrong();
  });
});

test("at one desk on smaller screens, the pane and the chat", async (t) => {
  const step = steps(t);
  const world = await World.open(t);
  const customer = await visitor(world);
  await customer.say("hello");
  const { page } = await world.admin({ viewport: { width: 900, height: 800 } });
  await choose(page, "hello");

  await step(
    "where there is room the pane stands beside the chat or not, as one likes, and stays so",
    async () => {
      assert.equal(await pane(page).isVisible(), false);
      await toggle(page).click();
      await pane(page).waitFor();
      assert.ok(await page.getByRole("heading", { name: "Conversations" }).isVisible());
      assert.equal(await overflow(page), 0);
      await untilAccessible(page, "three panes on a tablet");
      await page.reload();
      await pane(page).waitFor();
      await page.getByRole("button", { name: "Close customer details" }).click();
      await pane(page).waitFor({ state: "hidden" });
      assert.ok(await toggle(page).evaluate((one) => one.matches(":focus")));
      assert.equal(await toggle(page).getAttribute("aria-expanded"), "false");
      // Where it stands open by itself it is closed too, now that somebody has closed it.
      await page.setViewportSize(DESKTOP);
      await page.evaluate(async () => {
        for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
      });
      assert.equal(await pane(page).isVisible(), false);
      await page.reload();
      await chat(page).getByText("hello").waitFor();
      assert.equal(await pane(page).isVisible(), false);
      assert.equal(await toggle(page).getAttribute("aria-expanded"), "false");
      await toggle(page).click();
      await page.setViewportSize({ width: 760, height: 800 });
      await pane(page).waitFor();
      assert.equal(await overflow(page), 0);
      world.nothingWentWrong();
    },
  );

  // From here on in the hand.
  await step("on a phone it is one pane at a time, and back leads through them", async () => {
    await page.setViewportSize(PHONE);
    const list = page.getByRole("heading", { name: "Conversations" });
    const composer = page.locator("message-composer textarea");
    await pane(page).waitFor({ state: "hidden" });
    assert.ok(await composer.isVisible());
    await toggle(page).click();
    await pane(page).waitFor();
    assert.match(page.url(), /#c=\d+&member$/);
    assert.equal(await composer.isVisible(), false);
    assert.equal(await overflow(page), 0);
    await page.goBack();
    await composer.waitFor();
    assert.ok(await toggle(page).evaluate((one) => one.matches(":focus")));
    await page.goForward();
    await pane(page).waitFor();
    await page.reload();
    await pane(page).waitFor();
    await page.getByRole("button", { name: "Close customer details" }).click();
    await composer.waitFor();
    await page.getByRole("button", { name: "Back to the conversations" }).click();
    await list.waitFor();
    world.nothingWentWrong();
  });

  await step(
    "what comes while the pane covers the messages of a phone is not read before it is seen",
    async () => {
      await choose(page, "hello");
      const readId = async () =>
        (await customer.call("GET", "/promotion/kefu-conversation/get")).adminReadId ?? 0;
      await until(async () => (await readId()) > 0, "the first is read");
      const first = await readId();
      await toggle(page).click();
      await pane(page).waitFor();
      await customer.say("are you there?");
      // It is here, though nobody sees it; and so it stays unread.
      await chat(page).getByText("are you there?").waitFor({ state: "attached" });
      await page.evaluate(() => fetch("/admin-api/promotion/kefu-conversation/unread-count"));
      assert.equal(await readId(), first);
      await page.goBack();
      await chat(page).getByText("are you there?").waitFor();
      await until(async () => (await readId()) > first, "it is read when it is seen");
      world.nothingWentWrong();
    },
  );
});
