// How long people wait, printed and never asserted: from the click on the launcher until one can send, on a slow phone;
// opening a long conversation among ten thousand; the longest task while scrolling.

import { Caller } from "../browser/caller.js";

/** What browsers' tools call "Fast 3G", on a processor four times slower. */
const FAST_3G = {
  offline: false,
  latency: 562.5,
  downloadThroughput: (1.6 * 1024 * 1024 * 0.9) / 8,
  uploadThroughput: (750 * 1024 * 0.9) / 8,
};
const SLOWER = 4;
const AT_ONCE = 48;

/** @param {string} text */
export const say = (text) => process.stdout.write(`${text}\n`);

/** @param {import("playwright-core").Page | import("playwright-core").Frame} place a frame with a process of its own is one */
async function slowDown(place) {
  const context = "page" in place ? place.page().context() : place.context();
  const session = await context.newCDPSession(place);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", FAST_3G);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
}

/**
 * Nothing is in the browser's cache: the first visit of a customer, in a shop on another origin than the chat, as shops are.
 * The shop's page itself is there before the line gets slow. The frame has a process of its own, which is slowed down before
 * it has asked for anything.
 */
export async function clickToSendable(world, shop, viewport) {
  const context = await world.person({ viewport, locale: "zh-CN" });
  const page = await shop.visit("/", { context });
  await page.locator("kefu-widget").waitFor({ state: "attached" });
  await slowDown(page);
  const slow = new Set();
  let release;
  const slowed = new Promise((resolve) => {
    release = resolve;
  });
  await page.route("**/member/?**", async (route) => {
    await slowed;
    await route.continue();
  });
  const began = performance.now();
  await page.mouse.click(viewport.width - 48, viewport.height - 48);
  for (;;) {
    const frame = page.frames().find((one) => one !== page.mainFrame());
    if (frame && !slow.has(frame)) {
      slow.add(frame);
      // A frame of the shop's own process shares its throttle and has no session of its own.
      await slowDown(frame).catch(() => {});
      release();
    }
    const ready = await frame
      ?.evaluate(() => {
        const box = document.querySelector("textarea");
        return box instanceof HTMLTextAreaElement && !box.disabled;
      })
      .catch(() => false);
    if (ready) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const ms = Math.round(performance.now() - began);
  await context.close();
  return ms;
}

async function inParallel(count, work) {
  let next = 0;
  const one = async () => {
    while (next < count) {
      next += 1;
      await work(next);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

/** Ten thousand customers who wrote once, and one who wrote fifty thousand times. */
export async function crowd(origin, conversations, messages) {
  await inParallel(conversations, async (at) => {
    const visitor = await Caller.visitor(origin);
    await visitor.say(1, { text: `第 ${at} 位顾客：请问今天能发货吗？` });
  });
  const talker = await Caller.visitor(origin);
  await inParallel(messages, (at) =>
    talker.say(1, { text: `消息 ${at}：在吗？`.repeat(1 + (at % 4)) }),
  );
}

/** The tasks of over 50 ms that the browser saw while `work` was done, the longest first, in ms. */
async function longTasks(page, work) {
  await page.evaluate(() => {
    window.tasks = [];
    window.watcher = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.tasks.push(Math.round(duration));
    });
    window.watcher.observe({ entryTypes: ["longtask"] });
  });
  await work();
  return page.evaluate(() => {
    for (const { duration } of window.watcher.takeRecords()) window.tasks.push(duration);
    window.watcher.disconnect();
    return window.tasks.sort((a, b) => b - a);
  });
}

/** @param {import("playwright-core").Page} page at the desk */
export async function openLongest(page) {
  const row = page.locator("conversation-list [data-action=choose]").first();
  await row.waitFor();
  return page.evaluate(async () => {
    const button = document.querySelector("conversation-list [data-action=choose]");
    const list = document.querySelector("message-list ol");
    const began = performance.now();
    button?.click();
    await new Promise((resolve) => {
      const look = () =>
        list?.querySelector("[data-part=bubble]") ? resolve(0) : setTimeout(look, 1);
      look();
    });
    // Until it is on the screen.
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return Math.round(performance.now() - began);
  });
}

/** What scrolls, by the wheel, `step` pixels a turn, until `isThere` or for so many turns; the longest tasks of it. */
async function wheel(page, selector, step, turns, isThere) {
  const { x, y, width, height } = await page.locator(selector).boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  return longTasks(page, async () => {
    for (let turn = 0; turn < turns; turn += 1) {
      await page.mouse.wheel(0, step);
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      if (turn % 10 === 9 && (await isThere())) return;
    }
  });
}

/** Down the list of ten thousand to where it ends, page after page as it comes. */
export async function scrollList(page, conversations) {
  const last = () =>
    page.evaluate(() => {
      const rows = [...document.querySelectorAll("conversation-list ol > li")];
      return Math.max(0, ...rows.map((row) => Number(row.getAttribute("aria-posinset") ?? 0)));
    });
  const ends = () =>
    page.evaluate(() => {
      const list = document.querySelector("conversation-list");
      return list !== null && list.scrollTop + list.clientHeight >= list.scrollHeight - 2;
    });
  let height = 0;
  let still = 0;
  const tasks = await wheel(page, "conversation-list", 4_000, 3_000, async () => {
    if (!(await ends())) return false;
    // A page may be on its way.
    await new Promise((resolve) => setTimeout(resolve, 200));
    const now = await page.evaluate(
      () => document.querySelector("conversation-list")?.scrollHeight ?? 0,
    );
    still = now === height ? still + 1 : 0;
    height = now;
    return still > 5;
  });
  return { tasks, reached: (await last()) || `${height} px of about ${conversations} rows` };
}

/** Up the history until several thousand messages of `all` are behind; only those near the reader are in the page. */
export async function scrollHistory(page, wanted, all) {
  const count = async () => {
    const text = await page.locator("message-list ol > li[data-side]").first().textContent();
    return all - Number(text?.match(/消息 (\d+)/)?.[1] ?? all);
  };
  const isThere = async () => (await count()) >= wanted;
  const tasks = await wheel(page, "message-list [data-part=view]", -6_000, 4_000, isThere);
  const drawn = await page.locator("message-list ol > li").count();
  return { tasks, reached: `${await count()} messages back, ${drawn} rows in the page` };
}
