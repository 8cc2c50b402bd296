// The states worth looking at, each as a person comes to it.

import { ADMIN, openWidget, PHONE, until, write } from "../browser/harness.js";
import { proof } from "../browser/shop.js";
import { Caller } from "./shop.js";

const isPhone = ({ viewport }) => viewport.width === PHONE.width;

/** When nothing moves and every picture is there. @param {import("playwright-core").Page | import("playwright-core").Frame} page */
async function settle(page) {
  await page.waitForFunction(() =>
    [...document.images].every((image) => {
      const { top, bottom } = image.getBoundingClientRect();
      // What is not on the screen may not be loaded yet.
      return image.complete || top >= innerHeight || bottom <= 0 || !image.checkVisibility();
    }),
  );
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 300))),
  );
}

/** @param {import("../browser/harness.js").World} world */
async function signedInPage(world, { key }, look) {
  const { origin } = world.server;
  const body = { token: proof(key, { sub: "u-1001", name: "林知夏" }) };
  const identify = "/app-api/member/auth/identify";
  const { accessToken } = await new Caller(origin).ask("POST", identify, body);
  const context = await world.person(look);
  await context.addInitScript((token) => {
    if (location.protocol !== "about:") localStorage.setItem("kefu:token", token);
  }, accessToken);
  const page = await context.newPage();
  await page.goto(`${origin}/member/`);
  await page.locator("message-list li[data-kind=order]").waitFor();
  await settle(page);
  return page;
}

export async function memberScreens(world, shop, look, shoot) {
  const page = await (await world.person(look)).newPage();
  await page.goto(`${world.server.origin}/demo/`);
  await page.locator("kefu-widget").waitFor({ state: "attached" });
  await settle(page);
  await shoot(page, "widget-closed");
  const chat = await openWidget(page);
  await settle(chat);
  await shoot(page, "widget-new");
  await write(chat, look.locale === "en" ? "Hello! Is it in stock?" : "您好，这个有货吗？");
  await chat.locator("message-list li[data-state=sent]").waitFor();
  await settle(chat);
  await shoot(page, "widget-sent");
  await page.context().close();

  const alone = await signedInPage(world, shop, look);
  await shoot(alone, "member-page");
  await alone.locator("[data-tool=emoji]").click();
  await alone.locator("[data-name=爱心]").waitFor();
  await settle(alone);
  await shoot(alone, "member-emoji");
  await alone.keyboard.press("Escape");
  await alone.locator("[data-tool=orders]").click();
  await alone.locator("dialog[open] li").first().waitFor();
  await settle(alone);
  await shoot(alone, "member-orders");
  await alone.context().close();
}

async function signIn(page, { username, password }) {
  await page.locator("input[name=username]").fill(username);
  await page.locator("input[name=password]").fill(password);
  await page.locator("[data-view=sign-in] button[type=submit]").click();
  await page.locator("conversation-list [data-action=choose]").first().waitFor();
}

export async function adminScreens(world, _shop, look, shoot) {
  const page = await (await world.person(look)).newPage();
  const address = `${world.server.origin}/admin/`;
  await page.goto(address);
  await page.locator("input[name=username]").waitFor();
  await shoot(page, "admin-sign-in");
  await signIn(page, ADMIN);
  await settle(page);
  await shoot(page, "admin-list");
  await page.getByText("林知夏").first().click();
  await page.locator("message-list li[data-kind=order]").waitFor();
  await settle(page);
  await shoot(page, "admin-chat");
  if (isPhone(look)) {
    await page.locator("[data-part=pane]").click();
    await page.locator("member-pane [data-part=orders] li").first().waitFor();
    await settle(page);
    await shoot(page, "admin-member");
    await page.goBack();
    await page.goBack();
  }
  await page.locator("[data-part=bell]").click();
  await settle(page);
  await shoot(page, "admin-notice");
  await page.keyboard.press("Escape");
  await page.locator("conversation-finder input").fill(look.locale === "en" ? "lamp" : "落地灯");
  await settle(page);
  await shoot(page, "admin-search");
  for (const section of ["", "=appearance", "=website", "=files", "=keys", "=staff"]) {
    await page.goto(`${address}#settings${section}`);
    await until(() => page.locator("[data-view=settings]").isVisible(), "the settings");
    await settle(page);
    await shoot(page, `admin-settings${section.replace("=", "-")}`);
  }
  await page.context().close();
}
