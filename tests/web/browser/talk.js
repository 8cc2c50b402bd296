// A customer and the desk in one conversation, for tests of what they send.

import { Caller } from "./caller.js";
import { untilStates, write } from "./harness.js";

const NEWEST = "/admin-api/promotion/kefu-conversation/list?limit=1";

/** The messages of one kind. */
export const rows = (page, kind) => page.locator(`message-list li[data-kind="${kind}"]`);

/** A page on its own with a visitor who has said hello. */
export async function member(world, options) {
  const page = await (await world.person(options)).newPage();
  await page.goto(`${world.server.origin}/member/`);
  await write(page, "hello");
  await untilStates(page, ["sent"]);
  return page;
}

export async function desk(world, options) {
  const { page } = await world.admin(options);
  await page.locator("conversation-list [data-action=choose]").first().click();
  await page.locator("message-list").getByText("hello").first().waitFor();
  return page;
}

/** Sends past the composer, as a client of the shop might. */
export function sendRaw(page, contentType, content) {
  return page.evaluate(
    async ([type, text]) => {
      const token = localStorage.getItem("kefu:token");
      const id = Number(new URLSearchParams(location.hash.slice(1)).get("c"));
      const path = token ? "/app-api" : "/admin-api";
      const response = await fetch(`${path}/promotion/kefu-message/send`, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          ...(token ? { Authorization: `Bearer ${token}` } : {}),
        },
        body: JSON.stringify({ conversationId: id, contentType: type, content: text }),
      });
      return (await response.json()).code;
    },
    [contentType, typeof content === "string" ? content : JSON.stringify(content)],
  );
}

/**
 * The conversation of whoever wrote last in the whole world, as the owner sees it: where several people write, the caller makes
 * sure who that is.
 */
export async function newest(world) {
  return (await Caller.owner(world).ask("GET", NEWEST))[0];
}

/** The owner answers whoever wrote last in the whole world, like `newest`; gives the message's id. */
export async function answer(world, text) {
  return Caller.owner(world).say(1, { text }, (await newest(world)).id);
}

/** As if chosen in the file dialog. */
export async function choose(page, ...files) {
  await page.locator("message-composer input[type=file]").setInputFiles(files);
}

export const file = (name, mimeType, buffer) => ({ name, mimeType, buffer });
