import { test } from "node:test";
import { untilAccessible } from "./accessible.js";
import { Caller } from "./caller.js";
import { crowd } from "./crowd.js";
import { DESKTOP, PHONE, untilTexts, World } from "./harness.js";

const row = (desk, text) => desk.locator("conversation-list li").filter({ hasText: text });
const choose = (desk, text) => row(desk, text).locator("[data-action=choose]").click();

const MEI = { username: "agent1", password: "another horse", nickname: "Mei" };

/** The words of the desk in both languages, where they are looked for. */
const WORDS = {
  en: {
    none: "No conversations yet",
    allRead: "All caught up",
    username: "User name",
    answered: "answered",
  },
  "zh-CN": {
    remove: "删除会话",
    bell: "通知",
    username: "用户名",
    lost: "连接中断",
    back: "返回会话列表",
  },
};

/** Each language on one screen: what depends on both at once the pictures of `make screens` show. */
const LOOKS = [
  ["zh-CN", PHONE],
  ["en", DESKTOP],
];

/** What contrasts in the light may not in the dark: each state is looked at in both. */
async function untilAccessibleInBoth(desk, state) {
  for (const colorScheme of ["light", "dark"]) {
    await desk.emulateMedia({ colorScheme });
    await untilAccessible(desk, `${state}, ${colorScheme}`);
  }
}

test("axe finds nothing where one signs in, and is refused", async (t) => {
  const world = await World.open(t);
  for (const [locale, viewport] of LOOKS) {
    const desk = await (await world.person({ locale, viewport })).newPage();
    await desk.goto(`${world.server.origin}/admin/`);
    await desk.getByLabel(WORDS[locale].username).fill("nobody");
    await desk.locator("[name=password]").fill("not the password");
    await desk.locator("[data-view=sign-in] [type=submit]").click();
    await desk.locator("[data-part=problem]").waitFor();
    await untilAccessibleInBoth(desk, "sign-in refused");
  }
  world.nothingWentWrong();
});

test("axe finds nothing on the desk", async (t) => {
  const world = await World.open(t, ["--no-limits"]);
  world.server.addAdmin(MEI);
  const { page: desk } = await world.admin();
  const says = WORDS.en;
  await desk.getByText(says.none).waitFor();
  await untilAccessibleInBoth(desk, "an empty list");
  await crowd(world.server, ["one", "two"]);
  await row(desk, "two").waitFor();
  await desk.getByRole("searchbox").fill("one");
  await desk.locator("found-list li").first().waitFor();
  await untilAccessibleInBoth(desk, "search results");
  await desk.getByRole("searchbox").press("Escape");
  await row(desk, "one").click({ button: "right" });
  await desk.getByRole("menu").waitFor();
  await untilAccessibleInBoth(desk, "row menu");
  await desk.keyboard.press("Escape");
  await desk.keyboard.press("?");
  await desk.locator("[data-part=shortcuts]").waitFor();
  await untilAccessibleInBoth(desk, "shortcut list");
  await desk.keyboard.press("Escape");
  await choose(desk, "one");
  await untilTexts(desk, ["one"]);
  await desk.locator("message-composer textarea").fill("half an answer");
  const mei = await Caller.admin(world.server.origin, MEI);
  const id = Number(await row(desk, "one").getAttribute("data-id"));
  await mei.say(1, { text: "the answer" }, id);
  await desk.locator("[data-part=colleague]").getByText(says.answered).waitFor();
  await untilAccessibleInBoth(desk, "a colleague's hint");
  await choose(desk, "two");
  await untilTexts(desk, ["two"]);
  await desk.locator("[data-view-of-list=unread]").click();
  await row(desk, "two").locator("[data-action=choose]").focus();
  await desk.keyboard.press("Escape");
  await desk.getByText(says.allRead).waitFor();
  await untilAccessibleInBoth(desk, "nothing unread");
  world.nothingWentWrong();
});

test("axe finds nothing on the desk of a phone, in Chinese, with the line down as well", async (t) => {
  const world = await World.open(t, ["--no-limits"]);
  const says = WORDS["zh-CN"];
  await crowd(world.server, ["one", "two"]);
  const desk = await (await world.owner({ locale: "zh-CN", viewport: PHONE })).newPage();
  await desk.goto(`${world.server.origin}/admin/`);
  await row(desk, "two").waitFor();
  await desk.getByRole("searchbox").fill("nothing of that kind");
  await desk.locator("found-list[data-state=none]").waitFor();
  await untilAccessibleInBoth(desk, "nothing found");
  await desk.getByRole("searchbox").press("Escape");
  await row(desk, "one").click({ button: "right" });
  await desk.getByRole("menuitem", { name: says.remove }).click();
  await desk.getByRole("dialog").waitFor();
  await untilAccessibleInBoth(desk, "delete dialog");
  await desk.keyboard.press("Escape");
  await desk.getByRole("button", { name: says.bell }).click();
  await desk.locator("[data-part=notice]").waitFor();
  await untilAccessibleInBoth(desk, "bell panel");
  await desk.keyboard.press("Escape");
  await choose(desk, "one");
  await untilTexts(desk, ["one"]);
  await world.server.kill();
  await desk.getByText(says.lost).waitFor();
  await untilAccessibleInBoth(desk, "a chat, and the line is down");
  await desk.getByRole("button", { name: says.back }).click();
  await desk.getByText(says.lost).waitFor();
  world.nothingWentWrong();
});
