// Many customers at once, written through the API as their pages do, and their messages.

import { Caller } from "./caller.js";

/** A visitor who can write without a page. */
export async function visitor(server) {
  const caller = await Caller.visitor(server.origin);
  return { write: (text) => caller.say(1, { text }) };
}

/** One visitor for each text, in this order. */
export async function crowd(server, texts) {
  const people = [];
  for (const text of texts) {
    const person = await visitor(server);
    await person.write(text);
    people.push(person);
  }
  return people;
}

/** A list as long as a shop's that has been busy for years, answered in the server's stead. */
export async function endless(page, count, unread = 1) {
  const asked = [];
  await page.route("**/kefu-conversation/list?**", async (route) => {
    const query = new URL(route.request().url()).searchParams;
    asked.push(query.toString());
    const limit = Number(query.get("limit"));
    const from = query.has("beforeId") ? count - Number(query.get("beforeId")) + 1 : 0;
    const data = Array.from({ length: Math.min(limit, count - from) }, (_, index) => {
      const id = count - from - index;
      return {
        id,
        userId: id,
        userAvatar: null,
        userNickname: `Customer ${id}`,
        lastMessageTime: 1_700_000_000_000 + id * 1000,
        lastMessageContent: JSON.stringify({ text: `message of ${id}` }),
        lastMessageContentType: 1,
        adminPinned: false,
        adminDeleted: false,
        adminUnreadMessageCount: id % 3 === 0 ? unread : 0,
        version: 1,
        generation: 1,
        memberReadId: null,
        verified: false,
      };
    });
    await route.fulfill({ json: { code: 0, data, msg: "" } });
  });
  await page.route("**/kefu-conversation/unread-count", (route) =>
    route.fulfill({ json: { code: 0, data: { conversations: 3333, messages: 3333 }, msg: "" } }),
  );
  await page.addInitScript(() => {
    window.longest = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        window.longest = Math.max(window.longest, duration);
      }
    }).observe({ type: "longtask" });
  });
  return asked;
}
