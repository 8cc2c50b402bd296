// A shop of its own, on another site than the chat (localhost is not 127.0.0.1), with a strict policy.

import { createHmac } from "node:crypto";
import { createServer } from "node:http";

const TYPES = { js: "text/javascript", css: "text/css" };

/** What a shop's backend signs. */
export function proof(key, claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(Date.now() / 1000) + 300;
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part({ exp, ...claims })}`;
  return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
}

export class Shop {
  /** `pages` are the bodies of its pages by path; an ending .js or .css says what else it is. */
  static async open(t, world, { pages = {}, attributes = "", policy } = {}) {
    const shop = new Shop();
    shop.world = world;
    shop.pages = pages;
    shop.chat = world.server.origin;
    shop.widget = `<script async src="${shop.chat}/widget.js" ${attributes}></script>`;
    shop.policy =
      policy ??
      `default-src 'none'; script-src 'self' ${shop.chat}; style-src 'self'; frame-src ${shop.chat}; img-src data:; require-trusted-types-for 'script'; trusted-types 'none'`;
    const server = createServer(({ url }, response) => {
      const path = new URL(url, shop.chat).pathname;
      const type = TYPES[path.split(".")[1]] ?? "text/html";
      const headers = { "Content-Type": type, "Content-Security-Policy": shop.policy };
      response.writeHead(200, headers).end(type === "text/html" ? shop.html(path) : pages[path]);
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => server.close());
    shop.origin = `http://localhost:${server.address().port}`;
    world.hosts.add(shop.origin);
    return shop;
  }

  html(path) {
    return `<!doctype html><html><head><title>Shop</title><link rel="icon" href="data:,">${this.widget}</head>
      <body>${this.pages[path] ?? "<p>A shop</p>"}</body></html>`;
  }

  /** A customer's window; what the chat's frame is told is noted there as `told`. One that visited another shop goes on here. */
  async visit(path = "/", { context, page: before, ...options } = {}) {
    if (before) {
      // The launcher of the next page is where the one before was pressed, and is larger under the pointer.
      await before.mouse.move(0, 0);
      await before.goto(this.origin + path);
      return before;
    }
    const person = context ?? (await this.world.person(options));
    const page = await person.newPage();
    await page.addInitScript(() => {
      window.told = [];
      addEventListener("message", ({ data }) => window.told.push(data));
    });
    await page.goto(this.origin + path);
    return page;
  }

  proof(sub, claims = {}) {
    this.key ??= this.world.server.command("key", "rotate", "identity").trim();
    return proof(this.key, { sub, name: `Member ${sub}`, ...claims });
  }
}

/** A call as the shop's page makes it. */
export function kefu(page, ...values) {
  return page.evaluate((given) => window.kefu(...given), values);
}

/** The launcher can be looked into. */
export function openShadows() {
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (init) {
    return attachShadow.call(this, { ...init, mode: "open" });
  };
}
