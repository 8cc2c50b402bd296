// Nothing that a stranger wrote, whatever field he wrote it into, ever becomes more than text.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Caller } from "./caller.js";
import { steps, until, untilStates, World, write } from "./harness.js";
import { ADDRESSES, KINDS, PAYLOADS } from "./payloads.js";
import { proof } from "./shop.js";

/** Nothing ran, nothing was built from it, and every address leads to the web. @param {import("playwright-core").Page | import("playwright-core").Frame} page */
async function assertHarmless(page, what) {
  const found = await page.evaluate(() => ({
    ran: window.__xss,
    polluted: {}.__xss,
    built: document.querySelectorAll(
      "iframe, object, embed, math, marquee, keygen, portal, base, form:not([class]) [formaction], [onerror], [onload], [onclick], [onfocus], script:not([src])",
    ).length,
    links: [...document.querySelectorAll("a[href]")].map((link) => ({
      href: link.getAttribute("href") ?? "",
      rel: link.getAttribute("rel") ?? "",
      target: link.getAttribute("target"),
    })),
    pictures: [...document.querySelectorAll("img[src], video[src], audio[src], source[src]")].map(
      (picture) => picture.getAttribute("src"),
    ),
  }));
  assert.equal(found.ran, undefined, what);
  assert.equal(found.polluted, undefined, what);
  assert.equal(found.built, 0, what);
  for (const { href, rel, target } of found.links) {
    assert.match(href, /^(https?:\/\/|\/f\/|\/member\/$|#|mailto:|tel:|\.)/i, what);
    if (target === "_blank") assert.match(rel, /noopener/, `${what}: ${href}`);
  }
  for (const src of found.pictures)
    assert.match(src ?? "", /^(\/f\/|blob:|https?:|\.\.\/shared\/)/, what);
}

/** Scrolls through all that there is, so that every row is drawn. */
async function readAll(page, count) {
  await until(async () => {
    await page.locator("message-list [data-part=view]").evaluate((view) => view.scrollTo(0, 0));
    // The lines of an order are list items too.
    const shown = await page.locator("message-list ol > li[data-side]").count();
    return shown >= count || shown;
  }, "all messages");
}

/** The page of a customer who has written before. */
async function pageOf(world, { token }) {
  const { origin } = world.server;
  const kept = { origin, localStorage: [{ name: "kefu:token", value: token }] };
  const context = await world.person({ storageState: { cookies: [], origins: [kept] } });
  const page = await context.newPage();
  await page.goto(`${origin}/member/`);
  await page.locator("message-list [data-part=bubble]").first().waitFor();
  return page;
}

/** A refusal is an answer too, but only one that says what is wrong with what was said. @returns {Promise<number>} 1 when it was stored */
function stored(asked) {
  return asked.then(
    () => 1,
    (cause) => {
      assert.ok([400, 422].includes(cause.code), `${cause.code}: ${cause}`);
      return 0;
    },
  );
}

/** Not too long, and more than nothing to those who trim. */
const fits = (text, max) => text.trim() !== "" && [...text].length <= max;
const fitting = (max) => PAYLOADS.filter((text) => fits(text, max));
/** As a line of text is shown, whatever cannot be seen in it. */
const line = (text) => text.replace(/\s+/g, " ").replace(/\p{C}/gu, "").trim();
/** A part of them, spread over all kinds. */
const some = (list, each) => list.filter((_, at) => at % each === 0);
/** It runs by itself as soon as it becomes markup, which a script that is put into a page later does not. */
const runs = (text) => text.startsWith("<img src=x onerror=");
/** One of each kind, for what takes a step for every single one. */
const few = (max) =>
  KINDS.map((kind) => {
    const fitting = kind.filter((text) => fits(text, max));
    return fitting.find(runs) ?? fitting[0] ?? assert.fail();
  });

/** All kinds of cards; gives how many were taken. */
async function sayCards(caller) {
  const attempt = (type, content) => stored(caller.say(type, content));
  const sum = async (asked) => (await Promise.all(asked)).reduce((a, b) => a + b, 0);
  const named = PAYLOADS.map((text, at) => attempt(10, { spuId: at + 1, spuName: text, price: 1 }));
  for (const [at, text] of some(PAYLOADS, 3).entries()) {
    const items = [{ spuName: text, count: 1, price: 1, properties: [{ valueName: text }] }];
    named.push(attempt(11, { id: at + 1, no: text, status: 0, items }));
  }
  // Nothing is wrong with the names: they are shown.
  const names = await sum(named);
  assert.ok(names > PAYLOADS.length, `${names} were stored`);
  const addresses = await sum(
    ADDRESSES.flatMap((address) => [
      attempt(10, { spuId: 9, spuName: "a lamp", picUrl: address, url: address }),
      attempt(2, { picUrl: address }),
      attempt(3, { url: address, duration: 1 }),
      attempt(4, { url: address, picUrl: address }),
      attempt(6, { url: address, name: address, size: 1 }),
    ]),
  );
  assert.ok(addresses < ADDRESSES.length * 2, `${addresses} addresses were taken`);
  return names + addresses;
}

test("what a stranger sends is text, on his own page and at the desk", async (t) => {
  const step = steps(t);
  const world = await World.open(t, ["--no-limits"]);
  const { origin } = world.server;
  const [writer, sender] = [await Caller.visitor(origin), await Caller.visitor(origin)];
  const cards = await sayCards(sender);
  await sender.say(1, { text: "these were cards" });
  // The others come while both pages are open, and are drawn on the spot.
  const late = some(PAYLOADS, 5);
  const early = PAYLOADS.filter((text) => !late.includes(text));
  await Promise.all(early.map((text) => writer.say(1, { text })));
  await writer.say(1, { text: "these were texts" });
  const { page: admin } = await world.admin();

  /** Both pages with what he has said. */
  const open = async (caller, last) => {
    const member = await pageOf(world, caller);
    const row = admin.locator("conversation-list li").filter({ hasText: last });
    await row.locator("[data-action=choose]").click();
    await admin.locator("message-list").getByText(last).waitFor();
    return { member, admin };
  };

  await step("names, numbers and addresses on cards and files, or refused", async () => {
    const views = await open(sender, "these were cards");
    for (const [name, view] of Object.entries(views)) {
      await readAll(view, cards + 1);
      const products = view.locator("[data-part=product] strong");
      const drawn = async () => (await products.count()) >= PAYLOADS.length - 10;
      await until(async () => (await drawn()) || products.count(), `${name}: all are drawn`);
      await assertHarmless(view, name);
      const titles = await products.allTextContents();
      assert.ok(titles.some((title) => title.includes("<img src=x onerror=")));
    }
    await views.member.context().close();
    world.nothingWentWrong();
  });

  const views = await open(writer, "these were texts");

  await step(`${PAYLOADS.length} texts, which are shown as they were written`, async () => {
    assert.ok(PAYLOADS.length >= 150);
    await Promise.all(late.map((text) => writer.say(1, { text })));
    for (const [name, view] of Object.entries(views)) {
      await readAll(view, PAYLOADS.length + 1);
      await assertHarmless(view, name);
      const shown = await view.locator("message-list [data-part=bubble]").allTextContents();
      const signs = (text) => text.replaceAll("[爱心]", "💗").trim();
      const missing = PAYLOADS.filter((text) => !shown.some((one) => one.trim() === signs(text)));
      assert.deepEqual(missing, [], name);
    }
    world.nothingWentWrong();
  });

  await step("a file's name", async () => {
    // No more than may be chosen at once.
    const files = some(PAYLOADS, 9).map((text) => {
      return { name: `${text}.txt`, mimeType: "text/html", buffer: Buffer.from(text) };
    });
    await views.member.locator("message-composer input[type=file]").setInputFiles(files);
    for (const [where, view] of Object.entries(views)) {
      const names = view.locator("[data-part=row] strong");
      const drawn = async () => (await names.count()) === files.length;
      await until(async () => (await drawn()) || names.count(), `${where}: all are drawn`);
      await assertHarmless(view, where);
      const shown = await names.allTextContents();
      assert.ok(shown.some((name) => name.includes("onerror=window.__xss=1")));
    }
    world.nothingWentWrong();
  });
});

/** A member of the shop, by its word, who has said something from one of its pages. @returns {Promise<{ name: string, visited: boolean }>} */
async function guest(origin, key, at, name) {
  const token = proof(key, { sub: `m-${at}`, name, level: name.slice(0, 60) });
  const caller = await Caller.member(origin, token);
  await caller.say(1, { text: `needle ${at}, ${name}` });
  const response = await fetch(`${origin}/app-api/member/visit/update`, {
    method: "PUT",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${caller.token}`,
      "user-agent": name.replace(/[^\x20-\x7e]/g, "") || "x",
    },
    body: JSON.stringify({
      pageUrl: `https://shop.test/?${encodeURIComponent(name)}`,
      pageTitle: name,
      referrer: `https://from.test/#${name}`,
      language: "en",
      product: { spuId: at + 1, spuName: name, price: 100 },
    }),
  });
  const { code } = await response.json();
  assert.ok([0, 400, 422].includes(code), `${code}`);
  return { name, visited: code === 0 };
}

/** Nobody looks, and what the desktop would show is noted. */
function overhear() {
  document.hasFocus = () => false;
  window.notified = [];
  window.Notification = class {
    static permission = "granted";
    static requestPermission = async () => "granted";
    constructor(title, { body }) {
      window.notified.push([title, body]);
    }
    close() {}
  };
}

test("what customers are called, say and look at is text everywhere at the desk", async (t) => {
  const step = steps(t);
  const world = await World.open(t, ["--no-limits"]);
  const key = world.server.command("key", "rotate", "identity").trim();
  // Rows that cannot be seen are not drawn.
  const viewport = { width: 1280, height: 3600 };
  const { page: admin } = await world.admin({ viewport }, (page) => page.addInitScript(overhear));
  const names = [...new Set([...few(64), ...some(fitting(64), 4)])].slice(0, 48);
  const people = [];
  for (const [at, name] of names.entries()) {
    await stored(guest(world.server.origin, key, at, name).then((one) => people.push(one)));
  }
  const visits = people.filter(({ visited }) => visited).length;
  assert.ok(people.length >= 30, `${people.length} of ${names.length} people`);
  assert.ok(visits >= people.length - 5, `${visits} visits of ${people.length} people`);
  const rows = admin.locator("conversation-list li");
  const rowOf = (name) => rows.filter({ hasText: `needle ${names.indexOf(name)},` });
  const press = (name) => rowOf(name).locator("[data-action=choose]").click();
  const known = few(64).filter((name) => people.some((one) => one.name === name));
  assert.ok(known.length >= 5, `${known}`);

  await step("in the list, and what is announced", async () => {
    await until(async () => (await rows.count()) === people.length || rows.count(), "all rows");
    await assertHarmless(admin, "the list");
    const shown = await rows.locator("strong").allTextContents();
    const missing = people.filter(({ name }) => !shown.includes(name.trim()));
    assert.deepEqual(missing, []);
    const announced = await admin.evaluate(() => window.notified.flat());
    const meant = announced.filter((text) => /__xss/.test(text));
    assert.ok(meant.length >= people.length / 2, `${meant.length} were announced`);
    world.nothingWentWrong();
  });

  await step("in what is searched and found", async () => {
    const search = admin.locator("conversation-finder input[type=search]");
    const found = admin.locator("found-list li");
    for (const text of known) {
      await search.fill(text.trim().slice(0, 60));
      await search.press("Enter");
      await found.locator("mark").first().waitFor();
      await assertHarmless(admin, `looking for ${text}`);
    }
    await search.fill("needle");
    await search.press("Enter");
    await until(async () => (await found.count()) === people.length || found.count(), "found");
    await assertHarmless(admin, "found");
    await search.press("Escape");
    world.nothingWentWrong();
  });

  await step("his name, page, title, referrer, browser and product beside the chat", async () => {
    for (const name of known) {
      await press(name);
      await admin.locator("message-list").getByText(name.trim()).waitFor();
      const { visited } = people.find((one) => one.name === name);
      // Each in its own part: the heading has the name too.
      for (const part of visited ? ["page", "looking"] : []) {
        const box = admin.locator(`member-pane [data-part=${part}]`);
        const shown = async () => line(await box.textContent());
        await until(async () => (await shown()).includes(line(name)) || shown(), part);
      }
      await assertHarmless(admin, name);
      assert.equal(await admin.locator("[data-part=open] h2").textContent(), name.trim());
    }
    world.nothingWentWrong();
  });

  await step("what was typed for him and not sent", async () => {
    const box = admin.locator("message-composer textarea");
    const ids = new Map();
    for (const text of known) {
      // Its last words are not shown where a draft is.
      ids.set(text, await rowOf(text).getAttribute("data-id"));
      await press(text);
      const here = () => admin.url().endsWith(`c=${ids.get(text)}`) || admin.url();
      await until(async () => here(), "chosen");
      await box.fill(line(text));
    }
    await press(people.find(({ name }) => !known.includes(name)).name);
    for (const [text, id] of ids) {
      const last = admin.locator(`conversation-list li[data-id="${id}"] [data-part=last]`);
      const shown = async () => line(await last.textContent());
      const drafted = async () => (await shown()) === `[Draft] ${line(text)}` || shown();
      await until(drafted, `the draft of ${text}`);
    }
    await assertHarmless(admin, "the drafts");
    world.nothingWentWrong();
  });
});

test("the names of the staff, the shop and what it greets with are text to the customer", async (t) => {
  const world = await World.open(t, ["--no-limits"]);
  const { origin } = world.server;
  const owner = Caller.owner(world);
  const caller = await Caller.visitor(origin);
  await caller.say(1, { text: "who is there" });
  const path = "/admin-api/promotion/kefu-conversation/list";
  const [{ id }] = await owner.ask("GET", path);
  const page = await pageOf(world, caller);
  const names = [];
  for (const nickname of some(fitting(30), 2)) {
    const asked = owner.ask("PUT", "/admin-api/system/user/profile/update", { nickname });
    if (!(await stored(asked))) continue;
    names.push(nickname);
    await owner.say(1, { text: `from name ${names.length}` }, id);
    // The name stands above the first of an answer.
    await caller.say(1, { text: "and who are you" });
  }
  assert.ok(names.length >= 5, `${names.length} names`);
  await page.locator("message-list").getByText(`from name ${names.length}`).waitFor();
  await assertHarmless(page, "the names");
  const shown = await page.locator("message-list [data-part=name]").allTextContents();
  assert.deepEqual(shown.map(line), names.map(line));
  await page.context().close();
  // Whoever has not written yet is greeted.
  const other = await (await world.person()).newPage();
  for (const text of few(40)) {
    const settings = { name: text, greetingEn: text, greetingZh: text };
    await owner.ask("PUT", "/admin-api/promotion/kefu-shop/update", settings);
    await other.goto(`${origin}/member/`);
    await until(async () => line(await other.title()) === line(text) || text, "the title");
    const greeting = other.locator("[data-part=greeting] p").first();
    await greeting.waitFor();
    assert.equal(line(await greeting.textContent()), line(text));
    await assertHarmless(other, text);
  }
  world.nothingWentWrong();
});

test("what a shop's page says of itself is text in the chat", async (t) => {
  const world = await World.open(t, ["--no-limits"]);
  const { page, chat } = await world.customer();
  const chip = chat.locator("ask-chip strong");
  for (const [at, text] of [...few(500), ...some(ADDRESSES, 3)].entries()) {
    await page.evaluate(
      ([name, spuId]) => {
        window.kefu("product", { spuId, spuName: name, price: 100, url: name, picUrl: name });
        window.kefu("page", { url: location.href, title: name });
      },
      [text, at + 1],
    );
    await until(async () => {
      const [shown = ""] = await chip.allTextContents();
      return line(shown) === line(text) || { shown, text };
    }, "the product");
    await assertHarmless(chat, text);
  }
  await write(chat, "I am here");
  await untilStates(chat, ["sent"]);
  assert.equal(await page.evaluate(() => window.__xss), undefined);
  world.nothingWentWrong();
});
