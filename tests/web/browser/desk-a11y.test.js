import { test } from "node:test";
import { untilAccessible } from "./accessible.js";
import { crowd } from "./crowd.js";
import { PHONE, untilTexts, World, write } from "./harness.js";

const row = (desk, text) => desk.locator("conversation-list li").filter({ hasText: text });
const choose = (desk, text) => row(desk, text).locator("[data-action=choose]").click();

/** The words of the desk in both languages. */
const WORDS = {
  en: {
    none: "No conversations yet",
    allRead: "All caught up",
    remove: "Delete conversation",
    bell: "Notifications",
    username: "User name",
    answered: "answered",
    lost: "Connection lost",
    back: "Back to the conversations",
  },
  "zh-CN": {
    none: "还没有会话",
    allRead: "都看过了",
    remove: "删除会话",
    bell: "通知",
    username: "用户名",
    answered: "已回复",
    lost: "连接中断",
    back: "返回会话列表",
  },
};

async function setUp(t, locale, colorScheme, viewport) {
  const world = await World.open(t, ["--no-limits"]);
  world.server.addAdmin({ username: "agent1", password: "another horse", nickname: "Mei" });
  const context = await world.person({ locale, colorScheme, viewport });
  const desk = await context.newPage();
  await desk.goto(`${world.server.origin}/admin/`);
  const says = WORDS[locale];
  await desk.getByLabel(says.username).waitFor();
  await untilAccessible(desk, "sign-in");
  await desk.locator("[name=username]").fill("agent1");
  await desk.locator("[name=password]").fill("not the password");
  await desk.locator("[data-view=sign-in] [type=submit]").click();
  await desk.locator("[data-part=problem]").waitFor();
  await untilAccessible(desk, "sign-in refused");
  await desk.locator("[name=password]").fill("another horse");
  await desk.locator("[data-view=sign-in] [type=submit]").click();
  await desk.getByText(says.none).waitFor();
  await untilAccessible(desk, "an empty list");
  return { world, desk, says };
}

async function checkSearch(desk) {
  await desk.getByRole("searchbox").fill("one");
  await desk.locator("found-list li").first().waitFor();
  await untilAccessible(desk, "search results");
  await desk.getByRole("searchbox").fill("nothing of that kind");
  await desk.locator("found-list[data-state=none]").waitFor();
  await untilAccessible(desk, "nothing found");
  await desk.getByRole("searchbox").press("Escape");
}

async function checkMenus(desk, says) {
  await row(desk, "one").click({ button: "right" });
  await desk.getByRole("menu").waitFor();
  await untilAccessible(desk, "row menu");
  await desk.getByRole("menuitem", { name: says.remove }).click();
  await desk.getByRole("dialog").waitFor();
  await untilAccessible(desk, "delete dialog");
  await desk.keyboard.press("Escape");
  await desk.getByRole("button", { name: says.bell }).click();
  await desk.locator("[data-part=notice]").waitFor();
  await untilAccessible(desk, "bell panel");
  await desk.keyboard.press("Escape");
}

test("axe finds nothing on any state of the desk, in the dark", async (t) => {
  const { world, desk, says } = await setUp(t, "en", "dark");
  await crowd(world.server, ["one", "two"]);
  await row(desk, "two").waitFor();
  await checkSearch(desk);
  await checkMenus(desk, says);
  await desk.keyboard.press("?");
  await desk.locator("[data-part=shortcuts]").waitFor();
  await untilAccessible(desk, "shortcut list");
  await desk.keyboard.press("Escape");
  await choose(desk, "one");
  await untilTexts(desk, ["one"]);
  await desk.locator("message-composer textarea").fill("half an answer");
  const { page: lin } = await world.admin();
  await choose(lin, "one");
  await write(lin, "the answer");
  await desk.locator("[data-part=colleague]").getByText(says.answered).waitFor();
  await untilAccessible(desk, "a colleague's hint");
  await choose(desk, "two");
  await untilTexts(desk, ["two"]);
  await desk.locator("[data-view-of-list=unread]").click();
  await row(desk, "two").locator("[data-action=choose]").focus();
  await desk.keyboard.press("Escape");
  await desk.getByText(says.allRead).waitFor();
  await untilAccessible(desk, "nothing unread");
  world.nothingWentWrong();
});

test("axe finds nothing on the desk of a phone, in Chinese, with the line down as well", async (t) => {
  const { world, desk, says } = await setUp(t, "zh-CN", "light", PHONE);
  await crowd(world.server, ["one", "two"]);
  await row(desk, "two").waitFor();
  await checkSearch(desk);
  await checkMenus(desk, says);
  await choose(desk, "one");
  await untilTexts(desk, ["one"]);
  await world.server.kill();
  await desk.getByText(says.lost).waitFor();
  await untilAccessible(desk, "a chat, and the line is down");
  await desk.getByRole("button", { name: says.back }).click();
  await desk.getByText(says.lost).waitFor();
  world.nothingWentWrong();
});
