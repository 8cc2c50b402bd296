import assert from "node:assert/strict";
import { test } from "node:test";
import { Caller } from "./caller.js";
import {
  chatOf,
  openWidget,
  shownTexts,
  steps,
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

const drafts = (page) =>
  page.evaluate(() => Object.keys(localStorage).filter((key) => /draft/.test(key)));

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

/** Whoever is here, a visitor or a member, opens the chat as soon as his page is there, and writes. */
async function say(page, text, states = ["sent"]) {
  const chat = await openWidget(page);
  await write(chat, text);
  await untilStates(chat, states);
  return chat;
}

/** What a page on another device of his would be given. */
async function textsElsewhere(world, proof) {
  const member = await Caller.member(world.server.origin, proof);
  const given = await member.ask("GET", "/app-api/promotion/kefu-message/list?limit=200");
  return given.map(({ content }) => JSON.parse(content).text).reverse();
}

const untilKnown = (page, sub) =>
  until(async () => (await memberOf(page))?.sub === sub, `${sub} is known`);

const untilOver = (world, token) =>
  until(async () => (await conversationOf(world, token)) === null, "the session has ended");

/** Every shop is told of its own customers: who goes to the next one in the same browser is a stranger there. */
async function nextShop(t, world, page) {
  const shop = await Shop.open(t, world);
  return { shop, page: await shop.visit("/", { page }) };
}

async function aVisitorBecomesAMember(t, world) {
  const step = steps(t);
  const { shop, page } = await nextShop(t, world);
  await page.exposeFunction("fetchProof", () => shop.proof("42"));
  let chat;

  await step(
    "where no proof comes, or a wrong one, he goes on as a visitor until a good one comes",
    async () => {
      await page.evaluate(() =>
        window.kefu("identify", () => Promise.reject(new Error("signed out"))),
      );
      chat = await say(page, "who am I");
      await kefu(page, "identify", `${shop.proof("42").slice(0, -4)}AAAA`);
      await write(chat, "still nobody");
      await untilStates(chat, ["sent", "sent"]);
      assert.equal(await memberOf(page), null);
      assert.match(await visitorOf(page), /./);
      world.nothingWentWrong();
    },
  );

  await step(
    "a visitor who signs in keeps what he wrote, and has it on his other device",
    async () => {
      const visitor = await visitorOf(page);
      await chat.locator("textarea").fill("half a word");
      await page.evaluate(() => window.kefu("identify", () => window.fetchProof()));
      await untilKnown(page, "42");
      assert.equal(await visitorOf(page), null);
      assert.equal(await conversationOf(world, visitor), null);
      await untilTexts(chat, ["who am I", "still nobody"]);
      assert.equal(await chat.locator("textarea").inputValue(), "half a word");
      await write(chat, "as a member");
      await untilStates(chat, ["sent", "sent", "sent"]);
      assert.equal(await visitorOf(page), null);

      assert.deepEqual(await textsElsewhere(world, shop.proof("42")), [
        "who am I",
        "still nobody",
        "as a member",
      ]);
      world.nothingWentWrong();
    },
  );

  await step("a member whose session has ended is asked for at the shop again", async () => {
    const { token } = await memberOf(page);
    const headers = { Authorization: `Bearer ${token}` };
    await fetch(`${world.server.origin}/app-api/member/auth/logout`, { method: "POST", headers });
    await until(
      async () => ![undefined, token].includes((await memberOf(page))?.token),
      "a new one",
    );
    await untilShown(page, ["who am I", "still nobody", "as a member"]);
    assert.equal(await visitorOf(page), null);
    world.nothingWentWrong();
  });

  await step("who signs out in one tab is signed out in the others", async () => {
    const two = await shop.visit("/", { context: page.context() });
    await kefu(two, "identify", shop.proof("42"));
    await untilKnown(two, "42");
    await untilTexts(await openWidget(two), ["who am I", "still nobody", "as a member"]);
    await kefu(page, "reset");
    await until(async () => (await memberOf(two)) === null, "signed out");
    await untilShown(two, []);
    await two.close();
    world.nothingWentWrong();
  });
  return page;
}

async function theyShareAComputer(t, world, before) {
  const step = steps(t);
  const { shop, page } = await nextShop(t, world, before);

  await step("the next one sees nothing of the one before, and sends nothing of his", async () => {
    await kefu(page, "identify", shop.proof("A"));
    const chat = await say(page, "of A");
    const { token } = await memberOf(page);
    // The next one does not get through.
    const stuck = (route) => route.abort();
    await page.route("**/kefu-message/send", stuck);
    await write(chat, "of A, waiting");
    await untilStates(chat, ["sent", "pending"]);
    // It is the shop's page that keeps it, and hears of it a moment later.
    const isKept = () =>
      page.evaluate(() => Object.keys(localStorage).some((key) => /:outbox:u\d+:/.test(key)));
    await until(isKept, "it is kept");

    await kefu(page, "reset");
    await untilOver(world, token);
    assert.equal(await memberOf(page), null);
    await page.unroute("**/kefu-message/send", stuck);
    await untilShown(page, []);
    await kefu(page, "identify", shop.proof("B"));
    await untilKnown(page, "B");
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

  await step("who signs out where the page is left at once is forgotten all the same", async () => {
    await untilKnown(page, "A");
    const { token } = await memberOf(page);
    // Nothing but the launcher is there yet.
    const slow = (route) => route.abort();
    await page.route("**/widget-*.js", slow);
    await page.goto(`${shop.origin}/account`);
    await page.locator("kefu-widget").waitFor({ state: "attached" });
    await page.evaluate(() => {
      window.kefu("reset");
      location.href = "/bye";
    });
    await page.waitForURL("**/bye");
    assert.equal(await memberOf(page), null);
    await page.unroute("**/widget-*.js", slow);
    await page.goto(`${shop.origin}/`);
    await untilOver(world, token);
    await untilTexts(await openWidget(page), []);
    world.nothingWentWrong();
  });

  await step(
    "a visitor who is forgotten comes back as a new one, and leaves no half-written word",
    async () => {
      await write(await chatOf(page), "first");
      await untilStates(await chatOf(page), ["sent"]);
      const token = await visitorOf(page);
      await (await chatOf(page)).locator("textarea").fill("my address is");
      await until(async () => (await drafts(page)).length === 1, "it is kept");
      await kefu(page, "reset");
      assert.deepEqual(await drafts(page), []);
      await untilOver(world, token);
      await kefu(page, "open");
      const chat = await chatOf(page);
      assert.equal(await chat.locator("textarea").inputValue(), "");
      assert.deepEqual(await drafts(page), []);
      await write(chat, "second");
      await untilStates(chat, ["sent"]);
      await untilShown(page, ["second"]);
      assert.notEqual(await visitorOf(page), token);
      world.nothingWentWrong();
    },
  );
}

async function theShopNamesThem(t, world, before) {
  const step = steps(t);
  const { shop, page } = await nextShop(t, world, before);
  const { widget } = shop;
  const naming = (proof) => {
    shop.widget = widget.replace(" async", ` async data-identity="${proof}"`);
  };

  await step("of a stranger there is nobody to forget", async () => {
    naming("");
    await page.reload();
    await page.locator("kefu-widget").waitFor({ state: "attached" });
    await kefu(page, "reset");
    assert.equal(frameIsThere(page), false);
    // One who never wrote has no name here, and a half-written word all the same.
    await (await openWidget(page)).locator("textarea").fill("my address is");
    await until(async () => (await drafts(page)).length === 1, "it is kept");
    await kefu(page, "reset");
    assert.deepEqual(await drafts(page), []);
    await kefu(page, "open");
    assert.equal(await (await chatOf(page)).locator("textarea").inputValue(), "");
    assert.deepEqual(await drafts(page), []);
    assert.equal(await visitorOf(page), null);
    world.nothingWentWrong();
  });

  await step("who he is is settled before the chat is opened", async () => {
    naming(shop.proof("C"));
    await page.reload();
    await untilKnown(page, "C");
    const { token } = await memberOf(page);
    await page.reload();
    await say(page, "of C");
    assert.equal((await memberOf(page)).token, token);
    assert.equal(await visitorOf(page), null);
    world.nothingWentWrong();
  });

  await step(
    "a page that is opened as another member shows nothing of the one before",
    async () => {
      const { token } = await memberOf(page);
      naming(shop.proof("D"));
      await page.reload();
      const next = await say(page, "of D");
      assert.deepEqual(await shownTexts(next), ["of D"]);
      assert.equal(await conversationOf(world, token), null);
      world.nothingWentWrong();
    },
  );

  await step(
    "a tag that names nobody forgets the member that this tab knew, and leaves a visitor alone",
    async () => {
      const { token } = await memberOf(page);
      naming("");
      await page.reload();
      await untilOver(world, token);
      assert.equal(await memberOf(page), null);
      const nobody = await openWidget(page);
      await untilTexts(nobody, []);
      await write(nobody, "of a visitor");
      await untilStates(nobody, ["sent"]);
      await page.reload();
      await untilTexts(await openWidget(page), ["of a visitor"]);
      world.nothingWentWrong();
    },
  );
}

test("of one browser in which people come and go, at three shops", async (t) => {
  const world = await World.open(t);
  const page = await aVisitorBecomesAMember(t, world);
  await theyShareAComputer(t, world, page);
  await theShopNamesThem(t, world, page);
});
