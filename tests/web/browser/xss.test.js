// Nothing that a stranger wrote, whatever field he wrote it into, ever becomes more than text.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Caller } from "../look/shop.js";
import { visitor } from "./crowd.js";
import { chatOf, clickLauncher, until, untilStates, World, write } from "./harness.js";
import { ADDRESSES, PAYLOADS } from "./payloads.js";
import { proof } from "./shop.js";
import { sendRaw, setShop } from "./talk.js";

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
    assert.match(href, /^(https?:\/\/|\/f\/|#|mailto:|tel:|\.)/i, what);
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

/** A member's page whose texts are all payloads, and the desk beside it. */
async function open(t, flags = ["--no-limits"]) {
  const world = await World.open(t, flags);
  const page = await (await world.person()).newPage();
  await page.goto(`${world.server.origin}/member/`);
  await write(page, "hello");
  await untilStates(page, ["sent"]);
  const token = await page.evaluate(() => localStorage.getItem("kefu:token"));
  const caller = new Caller(world.server.origin, token);
  return { world, page, caller };
}

async function openDesk(world) {
  const { page } = await world.admin();
  await page.locator("conversation-list [data-action=choose]").first().click();
  await page.locator("message-list [data-part=bubble]").first().waitFor();
  return page;
}

test(`${PAYLOADS.length} texts are shown as they were written, on both pages`, async (t) => {
  assert.ok(PAYLOADS.length >= 150);
  const { world, page, caller } = await open(t);
  for (const text of PAYLOADS) await caller.say(1, { text });
  const admin = await openDesk(world);
  for (const [name, view] of Object.entries({ member: page, admin })) {
    await readAll(view, PAYLOADS.length + 1);
    await assertHarmless(view, name);
    const shown = await view.locator("message-list [data-part=bubble]").allTextContents();
    const signs = (text) => text.replaceAll("[爱心]", "💗").trim();
    const missing = PAYLOADS.filter((text) => !shown.some((one) => one.trim() === signs(text)));
    assert.deepEqual(missing, [], name);
  }
  world.nothingWentWrong();
});

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

/** Those that fit, and are more than nothing to those who trim. */
const fitting = (max) => PAYLOADS.filter((text) => text.trim() && [...text].length <= max);
/** As a line of text is shown, whatever cannot be seen in it. */
const line = (text) => text.replace(/\s+/g, " ").replace(/\p{C}/gu, "").trim();
/** A part of them, spread over all kinds. */
const some = (list, each) => list.filter((_, at) => at % each === 0);

test("names, numbers and addresses on cards and files are text, or refused", async (t) => {
  const { world, page, caller } = await open(t);
  let count = 1;
  const attempt = async (type, content) => {
    count += await stored(caller.say(type, content));
  };
  for (const [at, text] of PAYLOADS.entries()) {
    await attempt(10, { spuId: at + 1, spuName: text, price: 1 });
    const items = [{ spuName: text, count: 1, price: 1, properties: [{ valueName: text }] }];
    if (at % 3 === 0) await attempt(11, { id: at + 1, no: text, status: 0, items });
  }
  // Nothing is wrong with the names: they are shown.
  assert.ok(count > PAYLOADS.length, `${count} were stored`);
  const named = count;
  for (const address of ADDRESSES) {
    await attempt(10, { spuId: 9, spuName: "a lamp", picUrl: address, url: address });
    await attempt(2, { picUrl: address });
    await attempt(3, { url: address, duration: 1 });
    await attempt(4, { url: address, picUrl: address });
    await attempt(6, { url: address, name: address, size: 1 });
  }
  assert.ok(count - named < ADDRESSES.length * 2, `${count - named} addresses were taken`);
  const admin = await openDesk(world);
  for (const [name, view] of Object.entries({ member: page, admin })) {
    await readAll(view, count);
    await assertHarmless(view, name);
    const products = view.locator("[data-part=product] strong");
    const drawn = async () => (await products.count()) >= PAYLOADS.length - 10;
    await until(async () => (await drawn()) || products.count(), `${name}: the products are drawn`);
    const titles = await products.allTextContents();
    assert.ok(titles.some((title) => title.includes("<img src=x onerror=")));
  }
  world.nothingWentWrong();
});

test("a file's name is text", async (t) => {
  const { world, page } = await open(t);
  const names = some(PAYLOADS, 4).map((text) => `${text}.txt`);
  const input = page.locator("message-composer input[type=file]");
  for (const [at, name] of names.entries()) {
    await input.setInputFiles([{ name, mimeType: "text/html", buffer: Buffer.from(name) }]);
    await untilStates(page, Array(at + 2).fill("sent"));
  }
  const admin = await openDesk(world);
  for (const [where, view] of Object.entries({ member: page, admin })) {
    await readAll(view, names.length + 1);
    await assertHarmless(view, where);
    const cards = await view.locator("[data-part=row] strong").allTextContents();
    assert.equal(cards.length, names.length, where);
    assert.ok(cards.some((name) => name.includes("onerror=window.__xss=1")));
  }
  world.nothingWentWrong();
});

/** A member of the shop, by its word, who has said something from one of its pages. */
async function guest(origin, key, at, text) {
  const token = proof(key, { sub: `m-${at}`, name: text, level: text.slice(0, 60) });
  const path = "/app-api/member/auth/identify";
  const { accessToken } = await new Caller(origin).ask("POST", path, { token });
  await new Caller(origin, accessToken).say(1, { text: `I am number ${at}` });
  const response = await fetch(`${origin}/app-api/member/visit/update`, {
    method: "PUT",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${accessToken}`,
      "user-agent": text.replace(/[^\x20-\x7e]/g, "") || "x",
    },
    body: JSON.stringify({
      pageUrl: `https://shop.test/?${encodeURIComponent(text)}`,
      pageTitle: text,
      referrer: `https://from.test/#${text}`,
      language: "en",
      product: { spuId: at + 1, spuName: text, price: 100 },
    }),
  });
  const { code } = await response.json();
  assert.ok([0, 400, 422].includes(code), `${code}`);
  return code === 0 ? 1 : 0;
}

test("a customer's name, page, title, referrer, browser and product are text at the desk", async (t) => {
  const { world } = await open(t);
  const key = world.server.command("key", "rotate", "identity").trim();
  const names = some(fitting(64), 3);
  const { origin } = world.server;
  const admin = await openDesk(world);
  let visits = 0;
  let people = 0;
  for (const [at, name] of names.entries()) {
    let visit = 0;
    const known = await stored(guest(origin, key, at, name).then((one) => (visit = one)));
    if (!known) continue;
    people += 1;
    visits += visit;
    await admin.getByText(`I am number ${at}`, { exact: true }).first().click();
    await admin.locator("message-list").getByText(`I am number ${at}`).waitFor();
    const pane = admin.locator("member-pane");
    if (visit) await pane.getByText(name.trim().replace(/\s+/g, " ")).first().waitFor();
    await assertHarmless(admin, name);
    assert.equal(await admin.locator("[data-part=open] h2").textContent(), name.trim());
  }
  assert.ok(people >= 30, `${people} of ${names.length} people`);
  assert.ok(visits >= people - 5, `${visits} visits of ${people} people`);
  world.nothingWentWrong();
});

/** Nobody looks, and what the desktop would show is noted. */
function overhear() {
  document.hasFocus = () => false;
  window.notified = [];
  window.Notification = class {
    static permission = "granted";
    static requestPermission = async () => "granted";
    constructor(title, { body }) {
      window.notified.push(title, body);
    }
    close() {}
  };
}

test("what is found, drafted and announced at the desk is text", async (t) => {
  const { world, page, caller } = await open(t);
  await (await visitor(world.server)).write("somebody else");
  const { page: admin } = await world.admin({}, (page) => page.addInitScript(overhear));
  const rowOf = (text) => admin.locator("conversation-list li").filter({ hasText: text }).first();
  const press = (row) => row.locator("[data-action=choose]").click();
  await rowOf("hello").waitFor();
  const search = admin.locator("conversation-finder input[type=search]");
  const texts = some(fitting(200), 6);
  for (const text of texts) {
    await caller.say(1, { text: `needle ${text}` });
    await rowOf("needle").waitFor({ state: "attached" });
    await search.fill(text.trim().slice(0, 60));
    await assertHarmless(admin, `looking for ${text}`);
  }
  await search.fill("needle");
  await until(async () => (await admin.locator("found-list li").count()) > 0, "what was found");
  await assertHarmless(admin, "found");
  const announced = await admin.evaluate(() =>
    window.notified.filter((line) => /__xss/.test(line)),
  );
  assert.ok(announced.length >= texts.length / 2, `${announced.length} were announced`);
  await search.fill("");
  const box = admin.locator("message-composer textarea");
  await press(rowOf("needle"));
  await admin.locator("message-list").getByText("needle").first().waitFor();
  const id = new URL(admin.url()).hash.match(/c=(\d+)/)[1];
  const row = admin.locator(`conversation-list li[data-id="${id}"]`);
  for (const text of texts) {
    await press(row);
    await until(async () => admin.url().includes(`c=${id}`), "chosen");
    await box.fill(line(text));
    await press(rowOf("somebody else"));
    await until(
      async () => line(await row.textContent()).includes(line(text)) || text,
      "the draft",
    );
    await assertHarmless(admin, `a draft: ${text}`);
  }
  assert.equal(await page.evaluate(() => window.__xss), undefined);
  world.nothingWentWrong();
});

test("the names of the staff, the shop and what it greets with are text to the customer", async (t) => {
  const { world, page } = await open(t);
  const admin = await openDesk(world);
  let named = 0;
  for (const text of some(fitting(30), 2)) {
    const code = await admin.evaluate(async (nickname) => {
      const response = await fetch("/admin-api/system/user/profile/update", {
        method: "PUT",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ nickname }),
      });
      return (await response.json()).code;
    }, text);
    assert.ok([0, 400, 422].includes(code), `${code}: ${text}`);
    if (code !== 0) continue;
    named += 1;
    assert.equal(await sendRaw(admin, 1, { text: `from name ${named}` }), 0);
    await page.locator("message-list").getByText(`from name ${named}`, { exact: true }).waitFor();
    await assertHarmless(page, text);
  }
  assert.ok(named >= 5, `${named} names`);
  let dressed = 0;
  for (const text of some(fitting(40), 3)) {
    const settings = { name: text, greetingEn: text, greetingZh: text };
    if (!(await stored(setShop(admin, settings)))) continue;
    dressed += 1;
    await page.reload();
    await until(async () => line(await page.title()) === line(text) || text, "the title");
    await page.locator("[data-part=greeting] p").first().waitFor();
    await assertHarmless(page, text);
  }
  assert.ok(dressed >= 10, `${dressed} shops`);
  world.nothingWentWrong();
});

test("what a shop's page says of itself is text in the chat", async (t) => {
  const { world } = await open(t);
  const page = await (await world.person()).newPage();
  await page.goto(`${world.server.origin}/demo/`);
  await clickLauncher(page);
  const chat = await chatOf(page);
  const chip = chat.locator("ask-chip strong");
  for (const [at, text] of some(fitting(500), 3).entries()) {
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
