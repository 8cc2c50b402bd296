// The member pane of the desk, and customers without a page, for the tests of both.

import { Caller } from "./caller.js";
import { proof } from "./shop.js";

/** A customer without a page: what his page, or somebody who plays one, would send. */
export class Customer {
  constructor(caller) {
    this.caller = caller;
  }

  call(method, path, body) {
    return this.caller.ask(method, `/app-api${path}`, body);
  }

  say(text) {
    return this.caller.say(1, { text });
  }

  visit(page) {
    return this.call("PUT", "/member/visit/update", page);
  }
}

export async function visitor({ server }, browser = "test") {
  return new Customer(await Caller.visitor(server.origin, browser));
}

export async function verified({ server }, claims, browser = "test") {
  const key = server.command("key", "rotate", "identity").trim();
  const { token } = await Caller.member(server.origin, proof(key, claims));
  return new Customer(new Caller(server.origin, token, browser));
}

export const pane = (page) => page.locator("member-pane");
export const chat = (page) => page.locator("message-list");
export const remark = (page) => page.getByRole("textbox", { name: "Remark" });
export const toggle = (page) => page.getByRole("button", { name: "Customer details", exact: true });
export const fact = (page, name) =>
  pane(page)
    .locator("dl > div")
    .filter({ has: page.getByText(name, { exact: true }) })
    .locator("dd > span[dir]");
