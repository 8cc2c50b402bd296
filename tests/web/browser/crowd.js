// Many customers at once, written through the API as their pages do, and their messages.

/** Calls the server as a client of the shop does. */
async function call(server, method, path, body, token) {
  const response = await fetch(server.origin + path, {
    method,
    headers: {
      "Content-Type": "application/json",
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const { code, data, msg } = await response.json();
  if (code !== 0) throw new Error(`${path}: ${code} ${msg}`);
  return data;
}

let sent = 0;

/** A visitor who can write without a page. */
export async function visitor(server) {
  const { accessToken } = await call(server, "POST", "/app-api/member/auth/visitor", {});
  return {
    write(text) {
      sent += 1;
      const clientMessageId = `crowd-${String(sent).padStart(16, "0")}`;
      const body = { contentType: 1, content: JSON.stringify({ text }), clientMessageId };
      return call(server, "POST", "/app-api/promotion/kefu-message/send", body, accessToken);
    },
  };
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
