// Of a long history only what is near the reader is in the page, and he does not notice.

import assert from "node:assert/strict";
import { test } from "node:test";
import { visitor } from "./crowd.js";
import { DESKTOP, steps, until, World } from "./harness.js";

/** From the 400th on only a part is drawn, which is much less than these. */
const ALL = 450;
const DRAWN_MAX = 350;
const view = (desk) => desk.locator("message-list [data-part=view]");

/** The numbers that can be seen, from the top, how far below the edge the first begins, and what is in the page at all. */
function lookAt(node) {
  const { top, bottom } = node.getBoundingClientRect();
  const rows = [...node.querySelectorAll("li[data-side]")];
  const number = (row) => Number(row.textContent.match(/#(\d+)/)[1]);
  const seen = rows.filter((row) => {
    const box = row.getBoundingClientRect();
    return box.bottom > top && box.top < bottom;
  });
  const gap = seen[0] ? Math.round(seen[0].getBoundingClientRect().top - top) : null;
  return { seen: seen.map(number), gap, drawn: rows.length, height: node.scrollHeight };
}

/** An open conversation whose messages are numbered from 1 and of different heights. */
async function open(t) {
  const world = await World.open(t, ["--no-limits"]);
  const customer = await visitor(world.server);
  for (let at = 1; at <= ALL; at += 1)
    await customer.write(`#${at} ${"word ".repeat((at * 7) % 24)}`);
  const { page: desk } = await world.admin({}, (page) =>
    page.addInitScript(`window.lookAt = ${lookAt}`),
  );
  await desk.locator("conversation-list [data-action=choose]").first().click();
  await desk.locator("message-list").getByText(`#${ALL} `).waitFor();
  return { world, desk, customer };
}

function look(desk) {
  return view(desk).evaluate((node) => window.lookAt(node));
}

/** What is seen after each of so many scrolls, when the page has answered to it. */
function walk(desk, by, turns) {
  return view(desk).evaluate(
    async (node, way) => {
      const looks = [];
      while (looks.length < way.turns) {
        node.scrollBy({ top: way.by });
        for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
        looks.push(window.lookAt(node));
      }
      return looks;
    },
    { by, turns },
  );
}

async function scroll(desk, by) {
  return (await walk(desk, by, 1))[0];
}

/** Back to the first message, page by page. */
async function readBack(desk) {
  await until(async () => {
    const { seen } = await scroll(desk, -4000);
    return seen[0] === 1 || seen;
  }, "the first message");
}

function assertWhole(seen) {
  const [first = 0] = seen;
  assert.ok(seen.length > 0, "nothing is seen");
  assert.deepEqual(
    seen,
    seen.map((_, at) => first + at),
    "what is seen has no hole",
  );
}

async function readsThrough({ desk }) {
  await readBack(desk);
  const met = new Set();
  let before = await look(desk);
  const { height } = before;
  for (const now of [before, ...(await walk(desk, 600, Math.ceil(height / 600)))]) {
    assertWhole(now.seen);
    assert.ok(now.drawn < DRAWN_MAX, `${now.drawn} rows are in the page`);
    for (const number of now.seen) met.add(number);
    assert.ok(now.seen[0] >= before.seen[0], "one step down leads down");
    assert.ok(now.seen[0] <= before.seen.at(-1) + 1, "and passes nothing over");
    before = now;
  }
  assert.equal(before.seen.at(-1), ALL);
  assert.equal(met.size, ALL);
}

async function drags({ desk }) {
  const { height } = await look(desk);
  for (const part of [0.9, 0.2, 0.7, 0.45]) {
    await view(desk).evaluate((node, top) => node.scrollTo({ top }), height * part);
    await until(async () => (await look(desk)).seen.length > 0, "rows where it was dragged to");
    const { seen } = await scroll(desk, 0);
    assertWhole(seen);
    // Lengths repeat themselves every two dozen messages: their place tells how far down they are.
    assert.ok(Math.abs(seen[0] / ALL - part) < 0.06, `${seen[0]} of ${ALL} at ${part}`);
  }
}

async function isNotMoved({ desk, customer }) {
  const before = await scroll(desk, 0);
  await customer.write(`#${ALL + 1} https://shop.test/lamp`);
  await desk.getByRole("button", { name: "New messages" }).waitFor();
  const after = await scroll(desk, 0);
  assert.deepEqual([after.seen, after.gap], [before.seen, before.gap]);
  await desk.getByRole("button", { name: "New messages" }).click();
  const end = await scroll(desk, 0);
  assert.equal(end.seen.at(-1), ALL + 1);
  assertWhole(end.seen);
}

async function keepsTheKeyboard({ desk }) {
  const link = desk.locator("message-list a");
  await link.focus();
  await readBack(desk);
  assert.equal(await link.count(), 0, "it is too far away to be in the page");
  const part = await desk.evaluate(() => document.activeElement?.getAttribute("data-part"));
  assert.equal(part, "view");
  await desk.keyboard.press("End");
  await until(async () => (await look(desk)).seen.at(-1) === ALL + 1, "the end, by keyboard");
}

async function touchesNoOther({ desk, customer }) {
  await desk.evaluate(() => {
    window.added = 0;
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) window.added += addedNodes.length;
    }).observe(document.querySelector("message-list ol"), { childList: true });
  });
  const link = desk.locator("message-list a");
  await link.focus();
  await customer.write(`#${ALL + 2} one more`);
  await until(async () => (await look(desk)).seen.at(-1) === ALL + 2, "the new message");
  assert.equal(await desk.evaluate(() => window.added), 1);
  assert.ok(await link.evaluate((node) => node === document.activeElement));
}

async function staysWhileHidden({ desk, customer }) {
  await scroll(desk, -3000);
  const before = await scroll(desk, 0);
  const show = (display) =>
    desk.evaluate((how) => {
      document.querySelector("message-list").parentElement.style.display = how;
    }, display);
  await show("none");
  await customer.write(`#${ALL + 3} while nothing is seen`);
  await desk.locator("conversation-list").getByText("while nothing is seen").waitFor();
  await show("");
  const after = await scroll(desk, 0);
  assert.deepEqual([after.seen, after.gap], [before.seen, before.gap]);
}

async function fitsEveryScreen({ desk }) {
  await desk.setViewportSize({ width: 1280, height: 2900 });
  await view(desk).evaluate((node) => node.scrollTo({ top: node.scrollHeight }));
  const end = await scroll(desk, 0);
  const up = (await walk(desk, -20, 8)).at(-1);
  assert.ok(up.seen[0] <= end.seen[0] && up.gap !== end.gap, "small steps lead up as well");
  await desk.setViewportSize({ width: 420, height: 1200 });
  for (const part of [0.5, 0.1, 0.8]) {
    const { height } = await look(desk);
    await view(desk).evaluate((node, top) => node.scrollTo({ top }), height * part);
    await until(async () => (await look(desk)).seen.length > 0, "rows on the other screen");
    assertWhole((await scroll(desk, 0)).seen);
  }
}

async function leavesNothingBehind({ world, desk }) {
  await (await visitor(world.server)).write("#1 a short talk");
  await desk.setViewportSize(DESKTOP);
  const rows = desk.locator("conversation-list [data-action=choose]");
  await rows.getByText("a short talk").click();
  await until(async () => (await look(desk)).drawn === 1, "the short one alone");
  const short = await look(desk);
  assert.deepEqual(short.seen, [1]);
  assert.ok(short.height <= DESKTOP.height, "no room is kept for the long one");
  await rows.getByText("while nothing is seen").click();
  await until(async () => (await look(desk)).seen.at(-1) === ALL + 3, "the end of the long one");
  assertWhole((await look(desk)).seen);
}

test("a part of a long history is in the page", async (t) => {
  const step = steps(t);
  const shop = await open(t);
  await step("it is read to its beginning and back, and never shows a hole", () =>
    readsThrough(shop),
  );
  await step("whoever drags far sees at once what is there", () => drags(shop));
  await step("a new message moves nothing, and the way to it is short", () => isNotMoved(shop));
  await step("the keyboard is not lost with a row that is too far away", () =>
    keepsTheKeyboard(shop),
  );
  await step("one more touches none of the others", () => touchesNoOther(shop));
  await step("whoever looks elsewhere finds his place again", () => staysWhileHidden(shop));
  await step("on a screen of any size nothing is missing", () => fitsEveryScreen(shop));
  await step("the next conversation has nothing of it", () => leavesNothingBehind(shop));
  shop.world.nothingWentWrong();
});
