import assert from "node:assert/strict";
import { test } from "node:test";
import { untilAccessible } from "./accessible.js";
import { ADMIN, PHONE, until } from "./harness.js";
import { fact, openDesk, pane, remark, start, verified, visitor } from "./pane-view.js";

/** A desk whose socket can be cut for as long as one likes. */
async function breakable(world) {
  let isCut = false;
  let sockets = [];
  const { page } = await world.admin({}, (page) =>
    page.routeWebSocket("**/infra/ws?**", (socket) => {
      if (isCut) return socket.close();
      sockets.push(socket);
      return socket.connectToServer();
    }),
  );
  await page.locator("conversation-list [data-action=choose]").first().click();
  const note = page.locator("[data-view=desk] > [data-part=note]").filter({ hasText: /./ });
  return {
    page,
    async cut() {
      isCut = true;
      for (const socket of sockets) await socket.close();
      sockets = [];
      await note.waitFor();
    },
    async mend() {
      isCut = false;
      await note.waitFor({ state: "detached" });
    },
  };
}

test("a remark is kept when one leaves it, and a colleague's arrives where nobody is writing", async (t) => {
  const world = await start(t);
  await (await visitor(world)).say("hello");
  await (await visitor(world)).say("hello from another");
  const page = await openDesk(world);
  const colleague = await openDesk(world);
  await remark(page).fill("Likes warm white");
  await pane(page).getByText("Saved when you leave the field").waitFor();
  await remark(page).press("Control+Enter");
  await pane(page).getByText("Saved", { exact: true }).waitFor();
  await until(async () => (await remark(colleague).inputValue()) === "Likes warm white", "arrived");

  await remark(page).fill("Likes warm white, and is writing");
  await remark(colleague).fill("Something of a colleague");
  await colleague.locator("textarea").first().focus();
  await pane(colleague).getByText("Saved", { exact: true }).waitFor();
  await pane(page).getByText("A colleague changed it meanwhile").waitFor();
  await pane(page).getByText("Something of a colleague").waitFor();
  assert.equal(await remark(page).inputValue(), "Likes warm white, and is writing");
  await untilAccessible(page, "a colleague's remark crosses one's own");
  // To another customer without having chosen: nothing of it is lost, and nothing put over the colleague's.
  await page.locator("conversation-list [data-action=choose]").nth(1).click();
  await until(async () => (await remark(page).inputValue()) === "", "the other has no remark");
  assert.equal(await remark(colleague).inputValue(), "Something of a colleague");
  await page.locator("conversation-list [data-action=choose]").nth(0).click();
  await pane(page).getByText("A colleague changed it meanwhile").waitFor();
  await pane(page).getByRole("button", { name: "Keep mine" }).click();
  await pane(page).getByText("Saved", { exact: true }).waitFor();
  const last = "Likes warm white, and is writing";
  await until(
    async () => (await remark(colleague).inputValue()) === last,
    "what was chosen counts",
  );
  assert.equal(await pane(page).getByText("A colleague changed it meanwhile").count(), 0);
  world.nothingWentWrong();
});

test("a remark survives a dead network, another customer, and a closed page", async (t) => {
  const world = await start(t);
  await (await visitor(world)).say("hello");
  await (await visitor(world)).say("hello from another");
  const page = await openDesk(world);
  const colleague = await openDesk(world);
  const choose = (at) => page.locator("conversation-list [data-action=choose]").nth(at).click();
  await page.context().setOffline(true);
  await remark(page).fill("Written without a network");
  await remark(page).press("Control+Enter");
  await pane(page).getByText("Saved when the network is back").waitFor();
  await choose(1);
  await page.context().setOffline(false);
  const arrived = (text) => async () => (await remark(colleague).inputValue()) === text;
  await until(arrived("Written without a network"), "it is saved when the network is back");

  await choose(0);
  await until(async () => (await remark(page).inputValue()) !== "", "his remark");
  await remark(page).fill("The field was never left");
  await page.close();
  await until(arrived("The field was never left"), "it is saved as the page closes");
  world.nothingWentWrong();
});

test("after sleep there is what the shop has told of meanwhile, and what he looks at twice is there once", async (t) => {
  const world = await start(t);
  const customer = await verified(world, { sub: "m-1", name: "Mei" });
  const look = (spuId) =>
    customer.call("POST", "/product/browse-history/create", { spuId, spuName: `Vase ${spuId}` });
  for (let spuId = 1; spuId <= 7; spuId += 1) await look(spuId);
  await customer.say("hello");
  const { page, cut, mend } = await breakable(world);
  const cards = (part) => page.locator(`member-pane [data-part=${part}] ul > li:has(> article)`);
  await until(async () => (await cards("viewed").count()) === 5, "a page");
  await cut();
  const order = { type: "order", userId: "m-1", id: 1, no: "A-1", status: 10, deliveryType: 1 };
  const items = [{ spuId: 1, spuName: "Vase 1", count: 1, price: 5000 }];
  world.server.importCatalog([{ ...order, productCount: 1, payPrice: 5000, items }]);
  await look(6);
  await mend();
  await cards("orders").getByText("A-1").waitFor();
  await until(async () => (await cards("viewed").first().textContent()).includes("Vase 6"), "top");
  assert.equal(await cards("viewed").getByText("Vase 6").count(), 1);
  await page.locator("[data-part=viewed]").getByRole("button", { name: "Load more" }).click();
  await until(async () => (await cards("viewed").count()) === 7, "all, and each once");
  world.nothingWentWrong();
});

test("a page he left is his last one, and a member of the shop was known before he came", async (t) => {
  const world = await start(t);
  const customer = await verified(world, { sub: "m-1", name: "Mei" });
  await customer.say("hello");
  await customer.visit({ pageUrl: "https://www.shop.test/cart", pageTitle: "Cart" });
  const page = await openDesk(world);
  await pane(page).getByText("Looking at", { exact: true }).waitFor();
  assert.equal(await fact(page, "Known since").count(), 1);
  assert.equal(await fact(page, "First seen").count(), 0);
  const { page: later } = await world.admin({}, (one) =>
    one.clock.setSystemTime(Date.now() + 7 * 24 * 60 * 60 * 1000),
  );
  await later.locator("conversation-list [data-action=choose]").first().click();
  await pane(later).getByText("Last page", { exact: true }).waitFor();
  assert.equal(await pane(later).getByText("Looking at", { exact: true }).count(), 0);
  world.nothingWentWrong();
});

test("in Chinese and in the dark everybody can use the pane, on a phone too", async (t) => {
  const world = await start(t);
  const customer = await verified(world, { sub: "m-1", name: "林知夏", level: "金卡会员" });
  await customer.call("POST", "/product/browse-history/create", { spuId: 1, spuName: "青瓷盖碗" });
  await customer.visit({ pageUrl: "https://www.shop.test/cart", pageTitle: "购物车" });
  await customer.say("您好");
  for (const viewport of [undefined, PHONE]) {
    const look = { locale: "zh-CN", colorScheme: "dark", ...(viewport && { viewport }) };
    const page = await (await world.person(look)).newPage();
    await page.goto(`${world.server.origin}/admin/`);
    await page.locator("[name=username]").fill(ADMIN.username);
    await page.locator("[name=password]").fill(ADMIN.password);
    await page.locator("[data-view=sign-in] [type=submit]").click();
    await page.locator("conversation-list [data-action=choose]").first().click();
    await page.locator("message-composer textarea").waitFor();
    if (viewport) await page.getByRole("button", { name: "顾客资料", exact: true }).click();
    await pane(page).getByText("青瓷盖碗").waitFor();
    await untilAccessible(page, "顾客资料");
    await page.context().close();
  }
  world.nothingWentWrong();
});
