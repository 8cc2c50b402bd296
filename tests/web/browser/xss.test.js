// Nothing that a stranger wrote, whatever field he wrote it into, ever becomes more than text.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Caller, proof } from "../look/shop.js";
import { chatOf, clickLauncher, until, untilStates, World, write } from "./harness.js";
import { ADDRESSES, PAYLOADS } from "./payloads.js";

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
    const shown = await page.locator("message-list li:not([data-day])").count();
    return shown >= count || shown;
  }, "all messages");
}

/** A member's page whose texts are all payloads, and the desk beside it. */
async function open(t, flags = ["--no-limits"]) {
  const world = await World.open(t, flags);
  world.server.addAdmin();
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

test("names, numbers and addresses on cards and files are text, or refused", async (t) => {
  const { world, page, caller } = await open(t);
  let stored = 1;
  const attempt = async (type, content) => {
    await caller.say(type, content).then(
      () => {
        stored += 1;
      },
      (cause) => assert.match(String(cause), /400|不正确|must|:/),
    );
  };
  for (const [at, text] of PAYLOADS.entries()) {
    await attempt(10, { spuId: at + 1, spuName: text, price: 1 });
    const items = [{ spuName: text, count: 1, price: 1, properties: [{ valueName: text }] }];
    if (at % 3 === 0) await attempt(11, { id: at + 1, no: text, status: 0, items });
  }
  for (const address of ADDRESSES) {
    await attempt(10, { spuId: 9, spuName: "a lamp", picUrl: address, url: address });
    await attempt(2, { picUrl: address });
    await attempt(3, { url: address, duration: 1 });
    await attempt(4, { url: address, picUrl: address });
    await attempt(6, { url: address, name: address, size: 1 });
  }
  assert.ok(stored > PAYLOADS.length, `${stored} were stored`);
  const admin = await openDesk(world);
  for (const [name, view] of Object.entries({ member: page, admin })) {
    await readAll(view, stored);
    await assertHarmless(view, name);
  }
  world.nothingWentWrong();
});

test("a file's name is text", async (t) => {
  const { world, page } = await open(t);
  const names = PAYLOADS.filter((_, at) => at % 8 === 0).map((text) => `${text}.txt`);
  const input = page.locator("message-composer input[type=file]");
  for (const [at, name] of names.entries()) {
    await input.setInputFiles([{ name, mimeType: "text/html", buffer: Buffer.from(name) }]);
    await untilStates(page, Array(at + 2).fill("sent"));
  }
  const admin = await openDesk(world);
  for (const [where, view] of Object.entries({ member: page, admin })) {
    await readAll(view, names.length + 1);
    await assertHarmless(view, where);
  }
  world.nothingWentWrong();
});

test("a customer's name, page, title, referrer, browser and product are text at the desk", async (t) => {
  const { world } = await open(t);
  const key = world.server.command("key", "rotate", "identity").trim();
  const names = PAYLOADS.filter((text) => [...text].length <= 64);
  const { origin } = world.server;
  const admin = await openDesk(world);
  for (const [at, name] of names.entries()) {
    if (at % 6 !== 0) continue;
    const token = proof(key, { sub: `m-${at}`, name, level: name.slice(0, 60) });
    const signedIn = await fetch(`${origin}/app-api/member/auth/identify`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token }),
    });
    const { code, data } = await signedIn.json();
    if (code !== 0) continue;
    const caller = new Caller(origin, data.accessToken);
    await caller.say(1, { text: `I am number ${at}` });
    const agent = name.replace(/[^\x20-\x7e]/g, "") || "x";
    await fetch(`${origin}/app-api/member/visit/update`, {
      method: "PUT",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${data.accessToken}`,
        "user-agent": agent,
      },
      body: JSON.stringify({
        pageUrl: `https://shop.test/?${encodeURIComponent(name)}`,
        pageTitle: name,
        referrer: `https://from.test/#${name}`,
        language: "en",
        product: { spuId: at + 1, spuName: name, price: 100 },
      }),
    });
    await admin.getByText(`I am number ${at}`, { exact: true }).first().click();
    await admin.locator("message-list").getByText(`I am number ${at}`).waitFor();
    await assertHarmless(admin, name);
    assert.equal(await admin.locator("[data-part=open] h2").textContent(), name.trim());
  }
  world.nothingWentWrong();
});

test("what a shop's page says of itself is text in the chat", async (t) => {
  const { world } = await open(t);
  const page = await (await world.person()).newPage();
  await page.goto(`${world.server.origin}/demo/`);
  await clickLauncher(page);
  const chat = await chatOf(page);
  for (const [at, text] of PAYLOADS.entries()) {
    if (at % 10 !== 0) continue;
    await page.evaluate((name) => {
      window.kefu("product", { spuId: 1, spuName: name, price: 100, url: name, picUrl: name });
    }, text);
    await page.evaluate((title) => window.kefu("page", { url: location.href, title }), text);
  }
  await write(chat, "I am here");
  await untilStates(chat, ["sent"]);
  await assertHarmless(chat, "chat");
  assert.equal(await page.evaluate(() => window.__xss), undefined);
  world.nothingWentWrong();
});
