// The member pane of the desk, and customers and staff without a page, for the tests of all of them.

import assert from "node:assert/strict";
import { proof } from "./shop.js";

/** A customer without a page: what his page, or somebody who plays one, would send. */
export class Customer {
  constructor(world, token, browser) {
    Object.assign(this, { origin: world.server.origin, token, browser });
  }

  async call(method, path, body) {
    const headers = {
      "Content-Type": "application/json",
      "User-Agent": this.browser ?? "test",
      ...(this.token ? { Authorization: `Bearer ${this.token}` } : {}),
    };
    const init = { method, headers, body: JSON.stringify(body) };
    const response = await fetch(`${this.origin}/app-api${path}`, init);
    const { code, data, msg } = await response.json();
    assert.equal(code, 0, msg);
    return data;
  }

  say(text) {
    const content = JSON.stringify({ text });
    return this.call("POST", "/promotion/kefu-message/send", { contentType: 1, content });
  }

  visit(page) {
    return this.call("PUT", "/member/visit/update", page);
  }
}

/** What one of the staff asks of the server without a page: the owner, unless the token is somebody else's. */
export async function askAsStaff(world, method, path, body, token = world.session.value) {
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${token}` };
  const init = { method, headers, body: JSON.stringify(body) };
  const response = await fetch(`${world.server.origin}/admin-api${path}`, init);
  const { code, data, msg } = await response.json();
  assert.equal(code, 0, msg);
  return data;
}

export async function visitor(world, browser) {
  const { accessToken } = await new Customer(world).call("POST", "/member/auth/visitor", {});
  return new Customer(world, accessToken, browser);
}

export async function verified(world, claims) {
  const key = world.server.command("key", "rotate", "identity").trim();
  const { accessToken } = await new Customer(world).call("POST", "/member/auth/identify", {
    token: proof(key, claims),
  });
  return new Customer(world, accessToken);
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
