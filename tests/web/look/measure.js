// How long people wait, printed and never asserted: from the click on the launcher until one can send, on a slow phone;
// opening a long conversation among ten thousand; the longest task while scrolling.

import { Caller } from "./shop.js";

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

/** @param {import("playwright-core").Page} page */
async function slowDown(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", FAST_3G);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
}

/** Nothing is in the browser's cache: the first visit of a customer. */
export async function clickToSendable(world, viewport) {
  const page = await (await world.person({ viewport, locale: "zh-CN" })).newPage();
  await page.goto(`${world.server.origin}/demo/`);
  await page.locator("kefu-widget").waitFor({ state: "attached" });
  // A frame of the same origin shares the page's throttle.
  await slowDown(page);
  const began = performance.now();
  await page.mouse.click(viewport.width - 48, viewport.height - 48);
  for (;;) {
    const frame = page.frames().find((one) => one.url().includes("/member/"));
    const ready = await frame?.evaluate(() => {
      const box = document.querySelector("textarea");
      return box instanceof HTMLTextAreaElement && !box.disabled;
    });
    if (ready) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await page.context().close();
  return Math.round(performance.now() - began);
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

/** @param {import("playwright-core").Page} page @param {string} selector of what scrolls @param {number} step */
export async function scroll(page, selector, step) {
  const { x, y, width, height } = await page.locator(selector).boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  const tasks = await longTasks(page, async () => {
    for (let turn = 0; turn < 60; turn += 1) {
      await page.mouse.wheel(0, step);
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      if (turn % 6 === 5) await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
  return tasks;
}
