// People without a page, and the shop's owner without a desk: what their pages would ask of the server.

/** Asks a server as one person. */
export class Caller {
  /** @param {string | null} [browser] what it says it is */
  constructor(origin, token = null, browser = null) {
    this.origin = origin;
    this.token = token;
    this.browser = browser;
  }

  async ask(method, path, body) {
    const headers = { "content-type": "application/json" };
    if (this.token) headers.authorization = `Bearer ${this.token}`;
    if (this.browser !== null) headers["user-agent"] = this.browser;
    const init = { method, headers, body: body && JSON.stringify(body) };
    const { code, data, msg } = await (await fetch(this.origin + path, init)).json();
    if (code !== 0) throw Object.assign(new Error(`${method} ${path}: ${msg}`), { code });
    return data;
  }

  /** @param {number} [conversationId] of an admin's message */
  say(contentType, content, conversationId) {
    const side = conversationId === undefined ? "/app-api" : "/admin-api";
    const clientMessageId = crypto.randomUUID();
    const body = { conversationId, contentType, content: JSON.stringify(content), clientMessageId };
    return this.ask("POST", `${side}/promotion/kefu-message/send`, body);
  }

  static async visitor(origin, browser = null) {
    const caller = new Caller(origin, null, browser);
    const { accessToken } = await caller.ask("POST", "/app-api/member/auth/visitor", {});
    return new Caller(origin, accessToken, browser);
  }

  /** The member whom this proof names; with a visitor's token, that one becomes him. */
  static async member(origin, proof, token = null) {
    const path = "/app-api/member/auth/identify";
    const { accessToken } = await new Caller(origin, token).ask("POST", path, { token: proof });
    return new Caller(origin, accessToken);
  }

  /** One of the staff who signs in. */
  static async admin(origin, { username, password }) {
    const path = "/admin-api/system/auth/login";
    const { accessToken } = await new Caller(origin).ask("POST", path, { username, password });
    return new Caller(origin, accessToken);
  }

  /** The owner, who has signed in before. @param {import("./harness.js").World} world */
  static owner({ server, session }) {
    return new Caller(server.origin, session.value);
  }
}
