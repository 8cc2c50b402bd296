// The staff's side, each state as a person comes to it.

import { ADMIN, PHONE, until } from "../browser/harness.js";
import { cuttable, inWords, settle, signIn } from "./page.js";

const isPhone = ({ viewport }) => viewport.width === PHONE.width;
const SECTIONS = ["", "=appearance", "=website", "=files", "=keys", "=staff"];

/** Opens by its customer. */
async function openChat(page, name) {
  await page.locator("conversation-list").getByText(name).first().click();
  await page.locator("message-list [data-part=bubble]").first().waitFor();
  await settle(page);
}

/** One state that goes away with Esc. */
async function passing(page, shoot, state, come) {
  await come();
  await settle(page);
  await shoot(page, state);
  await page.keyboard.press("Escape");
  await settle(page);
}

/** Menus and dialogs of the list and the account. */
async function menus(page, look, shoot) {
  const row = page.locator("conversation-list li").nth(2);
  await passing(page, shoot, "admin-row-menu", () => row.click({ button: "right" }));
  await row.click({ button: "right" });
  await passing(page, shoot, "admin-delete", () => page.locator("[data-action=remove]").click());
  const account = page.locator("[data-part=account]");
  await passing(page, shoot, "admin-account", () => account.click());
  for (const action of ["profile", "password"]) {
    await account.click();
    const item = page.locator(`[data-part=account-menu] [data-action=${action}]`);
    await passing(page, shoot, `admin-${action}`, async () => {
      await item.click();
      await page.locator("dialog[open] form").waitFor();
    });
  }
  await page.locator("[data-view-of-list=unread]").click();
  await settle(page);
  await shoot(page, "admin-unread");
  await page.locator("[data-view-of-list=all]").click();
  if (!isPhone(look)) await passing(page, shoot, "admin-shortcuts", () => page.keyboard.press("?"));
}

/** What one writes with, a colleague who was faster, and a remark of his. */
async function writing(page, { mate }, look, shoot) {
  await openChat(page, "何必");
  await passing(page, shoot, "admin-emoji", async () => {
    await page.locator("[data-tool=emoji]").click();
    await page.locator("[data-name=爱心]").waitFor();
  });
  await passing(page, shoot, "admin-products", async () => {
    await page.locator("[data-tool=products]").click();
    await page.locator("dialog[open] li").first().waitFor();
  });
  const box = page.locator("message-composer textarea");
  await box.fill(inWords(look, "退货地址我发给您", "I send you the address"));
  const id = Number(new URL(page.url()).hash.match(/c=(\d+)/)?.[1]);
  await mate.say(1, { text: "您好，退货申请已通过，快递员明天上门。" }, id);
  await page.locator("[data-part=colleague] p:not(:empty)").waitFor();
  await settle(page);
  await shoot(page, "admin-colleague");
  await box.fill("");
  if (isPhone(look)) await page.locator("[data-part=pane]").click();
  await page.locator("member-pane[data-state=here]").waitFor();
  const remark = page.locator("member-pane textarea");
  await remark.fill(inWords(look, "喜欢暖光，尺寸 38 cm", "Likes warm light, 38 cm"));
  const list = await mate.ask("GET", "/admin-api/promotion/kefu-conversation/list");
  const { userId } = list.find((one) => one.id === id);
  const mark = `老顾客，发顺丰。${look.viewport.width}${look.colorScheme}`;
  await mate.ask("PUT", "/admin-api/member/user/update", { id: userId, mark });
  await page.locator("[data-part=crossing] q").waitFor();
  await settle(page);
  await shoot(page, "admin-remark");
  await page.locator("[data-part=crossing] button").last().click();
  await page.goto(page.url().replace(/#.*/, "#"));
}

/** The dialogs of the settings; nothing of them is saved but a key. */
async function dialogs(page, address, shoot) {
  await page.goto(`${address}#settings=staff`);
  await page.locator("[data-action=add]").click();
  await page.locator("dialog[open] input[value=owner]").check({ force: true });
  await settle(page);
  await shoot(page, "admin-staff-add");
  await page.keyboard.press("Escape");
  await page.goto(`${address}#settings=keys`);
  await page.locator("[data-kind=api]").click();
  await page.locator("dialog[open] input[type=password]").fill(ADMIN.password);
  await page.locator("dialog[open] [type=submit]").click();
  await page.locator("dialog[open] code").waitFor();
  await settle(page);
  await shoot(page, "admin-key");
  await page.keyboard.press("Escape");
  await page.locator("[data-part=confirm][open]").waitFor();
  await settle(page);
  await shoot(page, "admin-key-lost");
  await page.locator("[data-part=confirm] [data-part=yes]").click();
}

/** `more`: the states beside the main ones too. */
export async function adminScreens(world, shop, look, shoot, more) {
  const page = await (await world.person(look)).newPage();
  const cut = await cuttable(page);
  const address = `${world.server.origin}/admin/`;
  await page.goto(address);
  await page.locator("input[name=username]").waitFor();
  await shoot(page, "admin-sign-in");
  await signIn(page, ADMIN);
  await page.locator("conversation-list [data-action=choose]").first().waitFor();
  await settle(page);
  await shoot(page, "admin-list");
  if (more) await menus(page, look, shoot);
  await openChat(page, "林知夏");
  await page.locator("message-list li[data-kind=order]").first().waitFor();
  await settle(page);
  await shoot(page, "admin-chat");
  if (isPhone(look)) {
    await page.locator("[data-part=pane]").click();
    await page.locator("member-pane [data-part=orders] li").first().waitFor();
    await settle(page);
    await shoot(page, "admin-member");
    await page.goto(`${address}#`);
  }
  if (more) await writing(page, shop, look, shoot);
  await passing(page, shoot, "admin-notice", () => page.locator("[data-part=bell]").click());
  await page.locator("conversation-finder input").fill(inWords(look, "落地灯", "lamp"));
  await settle(page);
  await shoot(page, "admin-search");
  for (const section of SECTIONS) {
    await page.goto(`${address}#settings${section}`);
    await until(() => page.locator("[data-view=settings]").isVisible(), "the settings");
    await settle(page);
    await shoot(page, `admin-settings${section.replace("=", "-")}`);
  }
  if (more) {
    await dialogs(page, address, shoot);
    await page.goto(`${address}#`);
    await cut();
    await page.locator("[data-view=desk] > [data-part=note]:not(:empty)").waitFor();
    await settle(page);
    await shoot(page, "admin-offline");
  }
  await page.context().close();
}

/** A server of its own, where nobody has been yet. */
export async function firstScreens(world, look, shoot, isFirst) {
  const address = `${world.server.origin}/admin/`;
  const page = await (await world.person(look)).newPage();
  if (isFirst) {
    await page.goto(`${address}#setup=${world.server.setupCode}`);
    await page.locator("input[name=nickname]").waitFor();
    await settle(page);
    await shoot(page, "admin-setup");
  } else {
    await page.goto(address);
    await signIn(page, ADMIN);
    await page.locator("[data-part=next] [data-part=steps]").waitFor({ state: "attached" });
    await settle(page);
    await shoot(page, "admin-empty");
  }
  await page.context().close();
}
