import assert from "node:assert/strict";
import { test } from "node:test";
import {
  chatOf,
  openWidget,
  shownTexts,
  until,
  untilStates,
  untilTexts,
  World,
  write,
} from "./harness.js";
import { kefu, Shop } from "./shop.js";

const memberOf = (page) =>
  page.evaluate(() => JSON.parse(sessionStorage.getItem("kefu:member") ?? "null"));

const visitorOf = (page) => page.evaluate(() => localStorage.getItem("kefu:token"));

/** Who the server says has a token; null when it is dead. */
async function conversationOf(world, token) {
  const headers = { Authorization: `Bearer ${token}` };
  const path = "/app-api/promotion/kefu-conversation/get";
  const answer = await fetch(world.server.origin + path, { headers });
  return answer.status === 401 ? null : (await answer.json()).data;
}

const frameIsThere = (page) => page.frames().some((frame) => frame.url().includes("/member/"));

/** The chat of now: a customer who changes gets a new frame. */
async function untilShown(page, texts) {
  const same = async () => {
    try {
      const shown = await shownTexts(await chatOf(page));
      return JSON.stringify(shown) === JSON.stringify(texts) || shown;
    } catch (gone) {
      return String(gone);
    }
  };
  await until(same, `the chat does not show ${JSON.stringify(texts)}`);
}

test("a visitor who signs in keeps what he wrote, and has it on his other device", async (t) => {
  const world = await World.open(t);
  const shop = await Shop.open(t, world);
  const page = await shop.visit();
  const chat = await openWidget(page);
  await write(chat, "as a visitor");
  await untilStates(chat, ["sent"]);
  const visitor = await visitorOf(page);
  await chat.locator("textarea").fill("half a word");

  await kefu(page, "identify", shop.proof("42"));
  await until(async () => (await memberOf(page))?.sub === "42", "he is known");
  assert.equal(await visitorOf(page), null);
  assert.equal(await conversationOf(world, visitor), null);
  await untilTexts(chat, ["as a visitor"]);
  assert.equal(await chat.locator("textarea").inputValue(), "half a word");
  await write(chat, "as a member");
  await untilStates(chat, ["sent", "sent"]);
  assert.equal(await visitorOf(page), null);

  const other = await shop.visit();
  await kefu(other, "identify", shop.proof("42"));
  await untilTexts(await openWidget(other), ["as a visitor", "as a member"]);
  world.nothingWentWrong();
});

test("who he is is said on the script's tag, and settled before the chat is opened", async (t) => {
  const world = await World.open(t);
  const shop = await Shop.open(t, world);
  shop.widget = shop.widget.replace(" async", ` async data-identity="${shop.proof("7")}"`);
  const page = await shop.visit();
  await until(async () => (await memberOf(page))?.sub === "7", "he is known");
  const { token } = await memberOf(page);
  await page.reload();
  await write(await openWidget(page), "hello");
  await untilStates(await chatOf(page), ["sent"]);
  assert.equal((await memberOf(page)).token, token);
  assert.equal(await visitorOf(page), null);
  world.nothingWentWrong();
});

test("on a shared computer the next one sees nothing of the one before, and sends nothing of his", async (t) => {
  const world = await World.open(t);
  const shop = await Shop.open(t, world);
  const page = await shop.visit();
  await kefu(page, "identify", shop.proof("A"));
  const chat = await openWidget(page);
  await write(chat, "of A");
  await untilStates(chat, ["sent"]);
  const { token } = await memberOf(page);
  // The next one does not get through.
  const stuck = (route) => route.abort();
  await page.route("**/kefu-message/send", stuck);
  await write(chat, "of A, waiting");
  await untilStates(chat, ["sent", "pending"]);

  await kefu(page, "reset");
  await until(async () => (await conversationOf(world, token)) === null, "the session has ended");
  assert.equal(await memberOf(page), null);
  await page.unroute("**/kefu-message/send", stuck);
  await untilShown(page, []);
  await kefu(page, "identify", shop.proof("B"));
  await until(async () => (await memberOf(page))?.sub === "B", "B is known");
  await kefu(page, "open");
  await write(await chatOf(page), "of B");
  await untilStates(await chatOf(page), ["sent"]);
  await untilShown(page, ["of B"]);

  // What A could not send has waited for him, whether or not B signs out.
  await kefu(page, "identify", shop.proof("A"));
  await untilShown(page, ["of A", "of A, waiting"]);
  await untilStates(await chatOf(page), ["sent", "sent"]);
  world.nothingWentWrong();
});

test("a page that is opened as another member shows nothing of the one before", async (t) => {
  const world = await World.open(t);
  const shop = await Shop.open(t, world);
  const { widget } = shop;
  const as = (sub) => widget.replace(" async", ` async data-identity="${shop.proof(sub)}"`);
  shop.widget = as("A");
  const page = await shop.visit();
  const chat = await openWidget(page);
  await write(chat, "of A");
  await untilStates(chat, ["sent"]);
  const { token } = await memberOf(page);
  shop.widget = as("B");
  await page.reload();
  const next = await openWidget(page);
  await write(next, "of B");
  await untilStates(next, ["sent"]);
  assert.deepEqual(await shownTexts(next), ["of B"]);
  assert.equal(await conversationOf(world, token), null);
  world.nothingWentWrong();
});

test("who signs out where the page is left at once is forgotten all the same", async (t) => {
  const world = await World.open(t);
  const shop = await Shop.open(t, world);
  const context = await world.person();
  const page = await shop.visit("/", { context });
  await kefu(page, "identify", shop.proof("A"));
  await write(await openWidget(page), "of A");
  await untilStates(await chatOf(page), ["sent"]);
  const { token } = await memberOf(page);
  // Nothing but the launcher is there yet.
  const slow = (route) => route.abort();
  await context.route("**/widget-*.js", slow);
  await page.goto(`${shop.origin}/account`);
  await page.locator("kefu-widget").waitFor({ state: "attached" });
  await page.evaluate(() => {
    window.kefu("reset");
    location.href = "/bye";
  });
  await page.waitForURL("**/bye");
  assert.equal(await memberOf(page), null);
  await context.unroute("**/widget-*.js", slow);
  await page.goto(`${shop.origin}/`);
  await until(async () => (await conversationOf(world, token)) === null, "the session has ended");
  await untilTexts(await openWidget(page), []);
  world.nothingWentWrong();
});

test("a tag that names nobody forgets the member that this tab knew, and leaves a visitor alone", async (t) => {
  const world = await World.open(t);
  const shop = await Shop.open(t, world);
  const { widget } = shop;
  const naming = (proof) => widget.replace(" async", ` async data-identity="${proof}"`);
  shop.widget = naming(shop.proof("A"));
  const page = await shop.visit();
  const chat = await openWidget(page);
  await write(chat, "of A");
  await untilStates(chat, ["sent"]);
  const { token } = await memberOf(page);
  shop.widget = naming("");
  await page.reload();
  await until(async () => (await conversationOf(world, token)) === null, "the session has ended");
  assert.equal(await memberOf(page), null);
  const nobody = await openWidget(page);
  await untilTexts(nobody, []);
  await write(nobody, "of a visitor");
  await untilStates(nobody, ["sent"]);
  await page.reload();
  await untilTexts(await openWidget(page), ["of a visitor"]);
  world.nothingWentWrong();
});

test("who is forgotten leaves no half-written word to the next", async (t) => {
  const world = await World.open(t);
  const shop = await Shop.open(t, world);
  const page = await shop.visit();
  const chat = await openWidget(page);
  await chat.locator("textarea").fill("my address is");
  const kept = () =>
    page.evaluate(() => Object.keys(localStorage).filter((key) => /draft/.test(key)));
  await until(async () => (await kept()).length === 1, "it is kept");
  await kefu(page, "reset");
  assert.deepEqual(await kept(), []);
  await kefu(page, "open");
  assert.equal(await (await chatOf(page)).locator("textarea").inputValue(), "");
  assert.deepEqual(await kept(), []);
  world.nothingWentWrong();
});

test("where no proof comes, or a wrong one, he goes on as a visitor until a good one comes", async (t) => {
  const world = await World.open(t);
  const shop = await Shop.open(t, world);
  const page = await shop.visit();
  await page.evaluate(() => window.kefu("identify", () => Promise.reject(new Error("signed out"))));
  const chat = await openWidget(page);
  await write(chat, "who am I");
  await untilStates(chat, ["sent"]);
  await kefu(page, "identify", `${shop.proof("42").slice(0, -4)}AAAA`);
  await write(chat, "still nobody");
  await untilStates(chat, ["sent", "sent"]);
  assert.equal(await memberOf(page), null);
  assert.match(await visitorOf(page), /./);

  const proof = shop.proof("42");
  await page.evaluate((good) => window.kefu("identify", async () => good), proof);
  await until(async () => (await memberOf(page))?.sub === "42", "he is known");
  await untilTexts(chat, ["who am I", "still nobody"]);
  world.nothingWentWrong();
});

test("a member whose session has ended is asked for at the shop again", async (t) => {
  const world = await World.open(t);
  const shop = await Shop.open(t, world);
  const page = await shop.visit();
  await page.exposeFunction("fetchProof", () => shop.proof("42"));
  await page.evaluate(() => window.kefu("identify", () => window.fetchProof()));
  const chat = await openWidget(page);
  await write(chat, "before");
  await untilStates(chat, ["sent"]);
  const { token } = await memberOf(page);
  const headers = { Authorization: `Bearer ${token}` };
  await fetch(`${world.server.origin}/app-api/member/auth/logout`, { method: "POST", headers });
  await until(async () => ![undefined, token].includes((await memberOf(page))?.token), "a new one");
  await untilShown(page, ["before"]);
  assert.equal(await visitorOf(page), null);
  world.nothingWentWrong();
});

test("who signs out in one tab is signed out in the others", async (t) => {
  const world = await World.open(t);
  const shop = await Shop.open(t, world);
  const context = await world.person();
  const [one, two] = [await shop.visit("/", { context }), await shop.visit("/", { context })];
  for (const page of [one, two]) {
    await kefu(page, "identify", shop.proof("42"));
    await until(async () => (await memberOf(page))?.sub === "42", "he is known");
  }
  await write(await openWidget(two), "hello");
  await untilStates(await chatOf(two), ["sent"]);
  await kefu(one, "reset");
  await until(async () => (await memberOf(two)) === null, "signed out");
  await untilShown(two, []);
  world.nothingWentWrong();
});

test("a visitor who is forgotten comes back as a new one", async (t) => {
  const world = await World.open(t);
  const shop = await Shop.open(t, world);
  const page = await shop.visit();
  await kefu(page, "reset");
  assert.equal(frameIsThere(page), false, "nobody was there to forget");
  await write(await openWidget(page), "first");
  await untilStates(await chatOf(page), ["sent"]);
  const token = await visitorOf(page);
  await kefu(page, "reset");
  await until(async () => (await conversationOf(world, token)) === null, "the session has ended");
  await kefu(page, "open");
  await write(await chatOf(page), "second");
  await untilStates(await chatOf(page), ["sent"]);
  await untilShown(page, ["second"]);
  assert.notEqual(await visitorOf(page), token);
  world.nothingWentWrong();
});
