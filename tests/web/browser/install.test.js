import assert from "node:assert/strict";
import { test } from "node:test";
import { untilAccessible } from "./accessible.js";
import { ADMIN, World } from "./harness.js";
import { openMenu } from "./settings-view.js";

/** What an installed desk would begin with, and whether its icons are what it says. */
function manifest(page) {
  return page.evaluate(async () => {
    const { href } = document.querySelector("link[rel=manifest]");
    const response = await fetch(href);
    const { id, lang, start_url, scope, icons } = await response.json();
    const size = async ({ src, sizes }) => {
      const image = new Image();
      image.src = new URL(src, href).href;
      await image.decode();
      return sizes === `${image.naturalWidth}x${image.naturalHeight}`;
    };
    return {
      type: response.headers.get("content-type"),
      id: new URL(id, href).pathname,
      lang,
      start: new URL(start_url, href).href,
      scope: new URL(scope, href).pathname,
      icons: await Promise.all(icons.map(size)),
      purposes: icons.map(({ purpose = "any" }) => purpose),
    };
  });
}

test("the desk can be installed, and begins in its language", async (t) => {
  const world = await World.open(t);
  const { origin } = world.server;
  const assertBegins = async (page, lang) => {
    await page.locator("[name=username]").waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), lang);
    assert.deepEqual(await manifest(page), {
      type: "application/manifest+json",
      id: "/admin/",
      lang,
      start: `${origin}/admin/?locale=${lang}`,
      scope: "/admin/",
      icons: [true, true, true],
      purposes: ["any", "any", "maskable"],
    });
  };
  const chinese = await (await world.person({ locale: "zh-CN" })).newPage();
  await chinese.goto(`${origin}/admin/`);
  await assertBegins(chinese, "zh-CN");
  // An installed one begins in its own, whatever the browser prefers.
  const other = await (await world.person({ locale: "fr" })).newPage();
  for (const lang of ["zh-CN", "en"]) {
    await other.goto(`${origin}/admin/?locale=${lang}`);
    await assertBegins(other, lang);
  }
  world.nothingWentWrong();
});

test("the language is chosen in the account menu, and kept by the browser", async (t) => {
  const world = await World.open(t);
  const { context, page } = await world.admin();
  await openMenu(page);
  const english = page.getByRole("menuitemradio", { name: "English" });
  assert.equal(await english.getAttribute("aria-checked"), "true");
  await page.getByRole("menuitemradio", { name: "中文" }).click();
  await page.getByRole("heading", { name: "会话" }).waitFor();
  await page.getByRole("button", { name: "我的账号" }).click();
  await untilAccessible(page, "the menu in Chinese");
  const chosen = page.getByRole("menuitemradio", { name: "中文" });
  assert.equal(await chosen.getAttribute("aria-checked"), "true");
  const next = await context.newPage();
  await next.goto(`${world.server.origin}/admin/`);
  await next.getByRole("heading", { name: "会话" }).waitFor();
  // What somebody asks for by the address goes before.
  await next.goto(`${world.server.origin}/admin/?locale=en`);
  await next.getByText(ADMIN.nickname).first().waitFor({ state: "attached" });
  await next.getByRole("heading", { name: "Conversations" }).waitFor();
  // The menu is still open here.
  await english.click();
  await page.getByRole("heading", { name: "Conversations" }).waitFor();
  await openMenu(page);
  assert.equal(await english.getAttribute("aria-checked"), "true");
  await next.goto(`${world.server.origin}/admin/`);
  await next.getByRole("heading", { name: "Conversations" }).waitFor();
  world.nothingWentWrong();
});
