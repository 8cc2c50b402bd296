// The real server and a real browser for one test: starts them, watches for what must never happen, and stops them.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";
import { chromium } from "playwright-core";

const here = (path) => new URL(path, import.meta.url).pathname;
const BIN = process.env.KEFU_BIN ?? here("../../../target/debug/kefu-server");
export const PLAIN_HOST = "chat.shop.test";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // An address that browsers do not trust, as they do 127.0.0.1: a shop's on plain HTTP.
  `--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`,
];

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };
export const ADMIN = { username: "owner1", password: "correct horse", nickname: "Lin" };

export class Server {
  /** With `file` it goes on with what is in that one. */
  static async start(flags, file) {
    const server = new Server();
    server.flags = flags;
    server.folder = mkdtempSync(join(tmpdir(), "kefu-"));
    if (file) copyFileSync(file, join(server.folder, "shop.db"));
    server.listen = "127.0.0.1:0";
    await server.run();
    server.listen = new URL(server.origin).host;
    return server;
  }

  async run() {
    const place = ["--listen", this.listen, "--db", join(this.folder, "shop.db")];
    this.process = spawn(BIN, [...place, ...this.flags], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const orphan = () => this.process.kill("SIGKILL");
    process.once("exit", orphan);
    this.process.once("exit", () => process.off("exit", orphan));
    const lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
    const first = (await lines.next()).value ?? "";
    this.origin = first.match(/^listening on (http:\S+)$/)?.[1];
    assert.ok(this.origin, `the server said: ${first}`);
    this.setupCode = (await lines.next()).value?.match(/#setup=([\w-]+)/)?.[1];
  }

  /** As a power cut would. */
  async kill(signal = "SIGKILL") {
    const gone = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill(signal);
    await gone;
  }

  /** An admin from the command line. */
  addAdmin({ username, password, nickname }) {
    const args = ["--db", join(this.folder, "shop.db"), "admin", "add", username];
    const { status, stderr } = spawnSync(
      BIN,
      [...args, "--nickname", nickname, "--password-stdin"],
      { input: `${password}\n`, encoding: "utf8" },
    );
    assert.equal(status, 0, stderr);
  }

  /** Puts rows into the shop's catalog, as the command line does. */
  importCatalog(rows) {
    const file = join(this.folder, "rows.jsonl");
    writeFileSync(file, rows.map((row) => JSON.stringify(row)).join("\n"));
    const args = ["--db", join(this.folder, "shop.db"), "catalog", "import", file];
    const { status, stderr } = spawnSync(BIN, args, { encoding: "utf8" });
    assert.equal(status, 0, stderr);
  }

  /** What a command prints. */
  command(...args) {
    const place = ["--db", join(this.folder, "shop.db")];
    const { status, stdout, stderr } = spawnSync(BIN, [...place, ...args], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    return stdout;
  }

  async stop() {
    if (this.process.exitCode === null && this.process.signalCode === null) await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What a page must never do: break its policy, throw, complain, or ask another host. */
function watch(context, hosts, wrongs) {
  context.on("weberror", (error) => wrongs.push(`error: ${error.error()}`));
  context.on("console", (message) => {
    // What breaks the policy is an error on the console too. A server that is down, or says 401 to a stranger, is reported by the browser itself.
    const network = /Failed to load resource|WebSocket connection to/.test(message.text());
    if (message.type() === "error" && !network) wrongs.push(`console: ${message.text()}`);
  });
  context.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (/^https?:$/.test(protocol) && !hosts.has(origin)) wrongs.push(`host: ${origin}`);
  });
}

/** One for all tests of a process, as starting it takes longer than most of them. @type {Promise<import("playwright-core").Browser> | undefined} */
let browser;

function startBrowser() {
  if (browser) return browser;
  const starting = chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: FLAGS,
  });
  browser = starting;
  // One that did not start, or has crashed, is not everybody's end.
  const forget = () => {
    if (browser === starting) browser = undefined;
  };
  starting.then((started) => started.once("disconnected", forget), forget);
  return starting;
}

export async function closeBrowser() {
  await (await browser)?.close();
}

// Without `node --test` there is no end to wait for: `make screens` and worker.js close it by themselves.
if (process.env.NODE_TEST_CONTEXT) after(closeBrowser);

/**
 * The file of a shop whose owner has signed in once, and his session: most tests begin there, and passwords are slow to hash.
 * @type {Promise<{ file: string, session: { name: string, value: string } }> | undefined}
 */
let opened;

function openedShop() {
  opened ??= openShop().catch((cause) => {
    // One that did not open is not everybody's end.
    opened = undefined;
    throw cause;
  });
  return opened;
}

async function openShop() {
  const server = await Server.start([]);
  process.once("exit", () => rmSync(server.folder, { recursive: true, force: true }));
  server.addAdmin(ADMIN);
  const response = await fetch(`${server.origin}/admin-api/system/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Kefu-Session": "cookie" },
    body: JSON.stringify({ username: ADMIN.username, password: ADMIN.password }),
  });
  const cookie = response.headers.get("set-cookie") ?? "";
  const [, name, value] = cookie.match(/^(\w+)=(\w+);/) ?? assert.fail(`no session: ${cookie}`);
  await server.kill("SIGTERM");
  return { file: join(server.folder, "shop.db"), session: { name, value } };
}

/** A server and the people at it; everybody has a browser's profile of his own, which ends with the test. */
export class World {
  /** A shop that has an owner, or one that has just been unpacked. */
  static async open(t, flags = [], { isNew = false } = {}) {
    const world = new World();
    world.wrongs = [];
    world.people = [];
    world.session = isNew ? undefined : (await openedShop()).session;
    const starting = Server.start(flags, isNew ? undefined : (await openedShop()).file);
    t.after(async () => {
      await Promise.all(world.people.map((context) => context.close()));
      await (await starting).stop();
    });
    [world.server, world.browser] = await Promise.all([starting, startBrowser()]);
    world.hosts = new Set([world.server.origin]);
    return world;
  }

  async person({ viewport = DESKTOP, locale = "en", ...more } = {}) {
    const context = await this.browser.newContext({ viewport, locale, ...more });
    this.people.push(context);
    watch(context, this.hosts, this.wrongs);
    context.setDefaultTimeout(30_000);
    return context;
  }

  /** A customer on the demo shop's page, with the chat open. */
  async customer(options) {
    const context = await this.person(options);
    const page = await context.newPage();
    await page.goto(`${this.server.origin}/demo/`);
    return { context, page, chat: await openWidget(page) };
  }

  /** The owner's own browser, in which he has signed in before. */
  async owner(options) {
    const context = await this.person(options);
    const { name, value } = this.session;
    const isPublic = this.server.flags.some((flag) => flag.startsWith("https:"));
    const { origin } = this.server;
    const cookie = isPublic
      ? { name: `__Host-${name}`, url: origin.replace("http:", "https:"), secure: true }
      : { name, url: origin };
    await context.addCookies([{ ...cookie, value, httpOnly: true }]);
    return context;
  }

  /** The owner at the desk; `prepare` has the page before it is opened. */
  async admin(options, prepare = async () => {}) {
    const context = await this.owner(options);
    const page = await context.newPage();
    await prepare(page);
    await page.goto(`${this.server.origin}/admin/`);
    await page.getByRole("heading", { name: "Conversations" }).waitFor();
    return { context, page };
  }

  /** One of the staff who signs in with his name and password. */
  async signedIn(who = ADMIN, options = {}, prepare = async () => {}) {
    const context = await this.person(options);
    const page = await context.newPage();
    await prepare(page);
    await page.goto(`${this.server.origin}/admin/`);
    await signIn(page, who);
    return { context, page };
  }

  /** Since it was asked last. */
  nothingWentWrong() {
    assert.deepEqual(this.wrongs.splice(0), []);
  }
}

/**
 * Parts of one test that go on from where the one before ended: after one that failed the others could only wait for what does
 * not come.
 * @param {import("node:test").TestContext} t
 */
export function steps(t) {
  let skip;
  return (name, work) =>
    t.test(name, { skip }, async (step) => {
      skip = "a step before it failed";
      await work(step);
      skip = undefined;
    });
}

/** The launcher is in a closed shadow root: a person clicks where it is. */
export async function clickLauncher(page) {
  await page.locator("kefu-widget").waitFor({ state: "attached" });
  const { width, height } = page.viewportSize();
  await page.mouse.click(width - 48, height - 48);
}

/** Gives the chat's frame; a reload makes a new one. */
export async function openWidget(page) {
  await clickLauncher(page);
  return chatOf(page);
}

/** Found by its address, since no selector reaches into a closed shadow root. */
export async function chatOf(page) {
  const find = () => page.frames().find((frame) => frame.url().includes("/member/"));
  // A reload may take the frame away while it is looked at.
  const isReady = async () =>
    (await find()
      ?.locator("textarea")
      .isVisible()
      .catch(() => false)) === true;
  await until(isReady, "the chat's frame");
  return find();
}

export async function signIn(page, { username, password } = ADMIN) {
  await page.getByLabel("User name").fill(username);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Conversations" }).waitFor();
}

/** Writes and presses Enter, as people do. */
export async function write(chat, text) {
  const box = chat.locator("message-composer textarea");
  await box.fill(text);
  await box.press("Enter");
}

export async function until(condition, what, ms = 30_000) {
  const end = Date.now() + ms;
  let last;
  for (;;) {
    last = await condition();
    if (last === true) return;
    if (Date.now() > end) assert.fail(`${what}: ${JSON.stringify(last)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** The texts on the screen, from the top. */
export function shownTexts(chat) {
  return chat.locator("message-list [data-part=bubble]").allTextContents();
}

export async function untilTexts(chat, wanted) {
  const same = async () => {
    const shown = await shownTexts(chat);
    return JSON.stringify(shown) === JSON.stringify(wanted) || shown;
  };
  await until(same, `the screen does not show ${JSON.stringify(wanted)}`);
}

export async function untilStates(chat, states) {
  const wanted = JSON.stringify(states);
  const same = async () => {
    const rows = chat.locator("message-list li[data-side=mine]");
    const shown = await rows.evaluateAll((items) => items.map((item) => item.dataset.state));
    return JSON.stringify(shown) === wanted || shown;
  };
  await until(same, `the ticks are not ${wanted}`);
}

/** What the server has, oldest first, asked for anew by the admin's own page. */
export function storedTexts(page, conversationId) {
  return page.evaluate(async (id) => {
    const path = `/admin-api/promotion/kefu-message/list?conversationId=${id}&limit=200`;
    const { data } = await (await fetch(path)).json();
    return data.map((message) => JSON.parse(message.content).text).reverse();
  }, conversationId);
}
