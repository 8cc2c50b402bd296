import assert from "node:assert/strict";
import { test } from "node:test";
import { untilAccessible } from "./accessible.js";
import { Caller } from "./caller.js";
import { PHONE, steps, until, World } from "./harness.js";
import { chat, fact, pane, remark, verified, visitor } from "./pane-view.js";

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

/** A desk whose line can be cut for as long as one likes, and whose clock can be moved. */
async function breakable(world) {
  let isCut = false;
  let sockets = [];
  const { page } = await world.admin({}, async (page) => {
    await page.clock.install();
    await page.routeWebSocket("**/infra/ws?**", (socket) => {
      if (isCut) return socket.close();
      sockets.push(socket);
      return socket.connectToServer();
    });
  });
  const note = page.locator("[data-view=desk] > [data-part=note]");
  return {
    page,
    async cut() {
      isCut = true;
      for (const socket of sockets) await socket.close();
      sockets = [];
      // It is there before it says so: that takes five seconds.
      await note.and(page.locator(":not([hidden])")).waitFor({ state: "attached" });
      await page.clock.runFor(5000);
      await note.filter({ hasText: /./ }).waitFor();
    },
    /** As a computer that wakes up. */
    async mend() {
      isCut = false;
      await page.evaluate(() => dispatchEvent(new Event("online")));
      await note.filter({ hasText: /./ }).waitFor({ state: "detached" });
    },
  };
}

/** What a colleague reads and writes about whoever has said this last. */
async function colleague(world, text) {
  const rows = await Caller.owner(world).ask(
    "GET",
    "/admin-api/promotion/kefu-conversation/list?limit=20",
  );
  const { userId: id } = rows.find(({ lastMessageContent }) => lastMessageContent.includes(text));
  const read = async () =>
    (await Caller.owner(world).ask("GET", `/admin-api/member/user/get?id=${id}`)).mark ?? "";
  return {
    reads: (mark) => until(async () => (await read()) === mark || read(), `it is ${mark}`),
    async writes(mark) {
      const was = (await read()) || null;
      await Caller.owner(world).ask("PUT", "/admin-api/member/user/update", { id, mark, was });
    },
  };
}

test("at one desk, what comes and what is kept while the line is cut, people write at once, and time passes", async (t) => {
  const step = steps(t);
  const world = await World.open(t);
  for (const text of ["hello", "from another"]) await (await visitor(world)).say(text);
  const about = await colleague(world, "hello");
  const { page, cut, mend } = await breakable(world);
  const rows = page.locator("conversation-list [data-action=choose]");
  const choose = async (text) => {
    await rows.getByText(text).click();
    await chat(page).getByText(text).waitFor();
  };
  const remarkIs = (text) =>
    until(
      async () => (await remark(page).inputValue()) === text || remark(page).inputValue(),
      text,
    );
  const isSaved = () => pane(page).getByText("Saved", { exact: true }).waitFor();
  const crossed = pane(page).getByText("A colleague changed it meanwhile");

  await step(
    "a remark is kept when one leaves it, and a colleague's arrives where nobody is writing",
    async () => {
      await choose("hello");
      await remark(page).fill("Likes warm white");
      await pane(page).getByText("Saved when you leave the field").waitFor();
      await page.locator("message-composer textarea").focus();
      await isSaved();
      await about.reads("Likes warm white");
      await about.writes("Likes cold white");
      await remarkIs("Likes cold white");

      const mine = "Likes warm white, and is writing";
      await remark(page).fill(mine);
      await about.writes("Something of a colleague");
      await crossed.waitFor();
      await pane(page).getByText("Something of a colleague").waitFor();
      assert.equal(await remark(page).inputValue(), mine);
      await untilAccessible(page, "a colleague's remark crosses one's own");
      // To another customer without having chosen: nothing of it is lost, and nothing put over the colleague's.
      await choose("from another");
      await remarkIs("");
      await about.reads("Something of a colleague");
      await choose("hello");
      await crossed.waitFor();
      await pane(page).getByRole("button", { name: "Keep mine" }).click();
      await isSaved();
      await about.reads(mine);
      assert.equal(await crossed.count(), 0);
      world.nothingWentWrong();
    },
  );

  const member = await verified(world, { sub: "m-1", name: "Mei" });
  await step(
    "after sleep there is what the shop has told of meanwhile, and what he looks at twice is there once",
    async () => {
      const look = (spuId) =>
        member.call("POST", "/product/browse-history/create", { spuId, spuName: `Vase ${spuId}` });
      for (let spuId = 1; spuId <= 7; spuId += 1) await look(spuId);
      await member.say("from a member");
      await choose("from a member");
      const cards = (part) =>
        page.locator(`member-pane [data-part=${part}] ul > li:has(> article)`);
      await until(async () => (await cards("viewed").count()) === 5, "a page");
      await cut();
      const order = { type: "order", userId: "m-1", id: 1, no: "A-1", status: 10, deliveryType: 1 };
      const items = [{ spuId: 1, spuName: "Vase 1", count: 1, price: 5000 }];
      world.server.importCatalog([{ ...order, productCount: 1, payPrice: 5000, items }]);
      await look(6);
      await mend();
      await cards("orders").getByText("A-1").waitFor();
      await until(
        async () => (await cards("viewed").first().textContent()).includes("Vase 6"),
        "top",
      );
      assert.equal(await cards("viewed").getByText("Vase 6").count(), 1);
      await page.locator("[data-part=viewed]").getByRole("button", { name: "Load more" }).click();
      await until(async () => (await cards("viewed").count()) === 7, "all, and each once");
      world.nothingWentWrong();
    },
  );

  await step(
    "a page he left is his last one, and a member of the shop was known before he came",
    async () => {
      await member.visit({ pageUrl: "https://www.shop.test/cart", pageTitle: "Cart" });
      await pane(page).getByText("Looking at", { exact: true }).waitFor();
      assert.equal(await fact(page, "Known since").count(), 1);
      assert.equal(await fact(page, "First seen").count(), 0);
      // Nothing tells that he has left: a week later the page has found out by itself.
      await page.clock.fastForward(WEEK_MS);
      await pane(page).getByText("Last page", { exact: true }).waitFor();
      assert.equal(await pane(page).getByText("Looking at", { exact: true }).count(), 0);
      world.nothingWentWrong();
    },
  );

  // At its end the page is closed.
  await step("a remark survives a dead network, another customer, and a closed page", async () => {
    await choose("hello");
    await page.context().setOffline(true);
    await remark(page).fill("Written without a network");
    await remark(page).press("Control+Enter");
    await pane(page).getByText("Saved when the network is back").waitFor();
    await choose("from another");
    await page.context().setOffline(false);
    await about.reads("Written without a network");

    await choose("hello");
    await remarkIs("Written without a network");
    await remark(page).fill("The field was never left");
    await page.close();
    await about.reads("The field was never left");
    world.nothingWentWrong();
  });
});

test("in Chinese and in the dark everybody can use the pane, on a phone too", async (t) => {
  const world = await World.open(t);
  const customer = await verified(world, { sub: "m-1", name: "林知夏", level: "金卡会员" });
  await customer.call("POST", "/product/browse-history/create", { spuId: 1, spuName: "青瓷盖碗" });
  await customer.visit({ pageUrl: "https://www.shop.test/cart", pageTitle: "购物车" });
  await customer.say("您好");
  const page = await (await world.owner({ locale: "zh-CN", colorScheme: "dark" })).newPage();
  await page.goto(`${world.server.origin}/admin/`);
  await page.locator("conversation-list [data-action=choose]").first().click();
  await page.locator("message-composer textarea").waitFor();
  await pane(page).getByText("青瓷盖碗").waitFor();
  await untilAccessible(page, "顾客资料");
  await page.setViewportSize(PHONE);
  await page.getByRole("button", { name: "顾客资料", exact: true }).click();
  await pane(page).getByText("青瓷盖碗").waitFor();
  await untilAccessible(page, "顾客资料");
  world.nothingWentWrong();
});
