// The customers' side, each state as a person comes to it.

import { Caller } from "../browser/caller.js";
import { clickLauncher, openWidget, write } from "../browser/harness.js";
import { png } from "../browser/sample.js";
import { proof } from "../browser/shop.js";
import { cuttable, inWords, settle } from "./page.js";

const SEND = "**/kefu-message/send";
const PICTURE = { name: "photo.png", mimeType: "image/png", buffer: png(360, 480) };

/** @param {import("../browser/harness.js").World} world */
async function signedInPage(world, { key }, look, prepare = async () => {}) {
  const { origin } = world.server;
  const body = { token: proof(key, { sub: "u-1001", name: "林知夏" }) };
  const identify = "/app-api/member/auth/identify";
  const { accessToken } = await new Caller(origin).ask("POST", identify, body);
  const context = await world.person(look);
  await context.addInitScript((token) => {
    if (location.protocol !== "about:") localStorage.setItem("kefu:token", token);
  }, accessToken);
  const page = await context.newPage();
  await prepare(page);
  await page.goto(`${origin}/member/`);
  await page.locator("message-list li[data-kind=order]").first().waitFor();
  await settle(page);
  return page;
}

/** The shop's page, and the chat on it. */
async function widget(world, { owner }, look, shoot, more) {
  const page = await (await world.person(look)).newPage();
  await page.goto(`${world.server.origin}/demo/`);
  await page.locator("kefu-widget").waitFor({ state: "attached" });
  await settle(page);
  await shoot(page, "widget-closed");
  const chat = await openWidget(page);
  await settle(chat);
  await shoot(page, "widget-new");
  await write(chat, inWords(look, "您好，这个有货吗？", "Hello! Is it in stock?"));
  await chat.locator("message-list li[data-state=sent]").waitFor();
  await settle(chat);
  await shoot(page, "widget-sent");
  if (more) {
    await page.evaluate(() =>
      window.kefu("product", { spuName: "和纸落地灯 · 手工", price: 26_800 }),
    );
    await chat.locator("ask-chip strong").waitFor();
    await settle(chat);
    await shoot(page, "widget-chip");
    await page.evaluate(() => window.kefu("close"));
    const [{ id }] = await owner.ask("GET", "/admin-api/promotion/kefu-conversation/list");
    await owner.say(1, { text: inWords(look, "有的，今天能发。", "Yes, we ship today.") }, id);
    await settle(page);
    await shoot(page, "widget-badge");
    await clickLauncher(page);
  }
  await page.context().close();
}

/** What goes wrong, and what takes its time. */
async function troubles(world, shop, look, shoot) {
  let cut = async () => {};
  const page = await signedInPage(world, shop, look, async (one) => {
    cut = await cuttable(one);
  });
  await page.locator("input[type=file]").setInputFiles([PICTURE]);
  const picture = page
    .locator("message-list li[data-kind=image][data-state=sent] [data-part=picture]")
    .last();
  await picture.waitFor();
  await settle(page);
  await picture.click();
  await page.locator("dialog[open] img").waitFor();
  await settle(page);
  await shoot(page, "member-viewer");
  await page.keyboard.press("Escape");

  await page.route("**/infra/file/upload", () => {});
  await page.locator("input[type=file]").setInputFiles([PICTURE]);
  await settle(page);
  await shoot(page, "member-upload");

  const refusal = { status: 403, json: { code: 403, data: null, msg: "没有该操作权限" } };
  await page.route(SEND, (route) => route.fulfill(refusal));
  await write(page, inWords(look, "这条没有发出去。", "This one was refused."));
  await page.locator("message-list li[data-state=failed]").first().waitFor();
  await page.unroute(SEND);
  await page.route(SEND, (route) => route.abort());
  await cut();
  await write(page, inWords(look, "这条在等网络恢复。", "This one waits for the network."));
  await page.locator("[data-part=note]:not(:empty)").waitFor();
  await settle(page);
  await shoot(page, "member-troubles");
  await page.context().close();
}

/** `more`: the states beside the main ones too. */
export async function memberScreens(world, shop, look, shoot, more) {
  if (!process.env.DBG) await widget(world, shop, look, shoot, more);
  const page = await signedInPage(world, shop, look);
  await shoot(page, "member-page");
  await page.locator("[data-tool=emoji]").click();
  await page.locator("[data-name=爱心]").waitFor();
  await settle(page);
  await shoot(page, "member-emoji");
  await page.keyboard.press("Escape");
  for (const tool of more ? ["orders", "products"] : ["orders"]) {
    await page.locator(`[data-tool=${tool}]`).click();
    await page.locator("dialog[open] li").first().waitFor();
    await settle(page);
    await shoot(page, `member-${tool}`);
    await page.keyboard.press("Escape");
  }
  await page.context().close();
  if (more) await troubles(world, shop, look, shoot);
}
