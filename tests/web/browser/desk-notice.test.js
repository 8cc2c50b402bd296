import assert from "node:assert/strict";
import { test } from "node:test";
import { visitor } from "./crowd.js";
import { ADMIN, until, untilTexts, World } from "./harness.js";

/** What the page would have the desktop show and the loudspeaker play; and whether anybody looks, as the test says. */
async function overhear(context, permission, deaf = false) {
  await context.addInitScript(
    ([allowed, silent]) => {
      const shown = [];
      class FakeNotification extends EventTarget {
        static permission = allowed === "throws" ? "granted" : allowed;
        static requestPermission = async () => {
          FakeNotification.permission = "granted";
          return "granted";
        };
        constructor(title, options) {
          super();
          // As on Android.
          if (allowed === "throws") throw new TypeError("Illegal constructor");
          Object.assign(this, { title, ...options });
          shown.push(this);
        }
        close() {
          this.closed = true;
          this.onclose?.();
        }
      }
      window.Notification = FakeNotification;
      window.notifications = shown;
      window.rings = 0;
      const param = { value: 0, setValueAtTime() {}, exponentialRampToValueAtTime() {} };
      window.AudioContext = class {
        state = silent ? "suspended" : "running";
        currentTime = 0;
        destination = {};
        // A browser that hears nothing before the page is pressed keeps it waiting.
        resume = () => {
          if (!silent || navigator.userActivation.hasBeenActive) this.state = "running";
          return this.state === "running" ? Promise.resolve() : new Promise(() => {});
        };
        suspend = () => {
          this.state = "suspended";
          return Promise.resolve();
        };
        createGain = () => ({ gain: param, connect() {} });
        createOscillator = () => ({
          frequency: param,
          connect() {},
          start() {
            // Two notes are one ring.
            window.rings += 0.5;
          },
          stop() {
            setTimeout(() => this.onended?.());
          },
        });
      };
      window.looking = true;
      document.hasFocus = () => window.looking;
      window.look = (now) => {
        window.looking = now;
        dispatchEvent(new Event(now ? "focus" : "blur"));
      };
    },
    [permission, deaf],
  );
}

async function deskOf(world, { permission = "granted", deaf = false, ...options } = {}) {
  const { page } = await world.admin(options, (one) => overhear(one.context(), permission, deaf));
  await page.getByText("No conversations yet").waitFor();
  return page;
}

const rings = (page) => page.evaluate(() => window.rings);
const shown = (page) =>
  page.evaluate(() =>
    window.notifications.map(({ title, body, tag, closed = false }) => ({
      title,
      body,
      tag,
      closed,
    })),
  );

test("a new message rings until somebody looks, and tells the desktop once for each conversation", async (t) => {
  const world = await World.open(t, ["--no-limits"]);
  const desk = await deskOf(world);
  await desk.clock.install();
  await desk.evaluate(() => window.look(false));
  const person = await visitor(world.server);
  await person.write("<b>hello</b>\nis anybody there?");
  await until(async () => (await rings(desk)) === 1, "it rings");
  await until(async () => (await shown(desk)).length === 1, "the desktop tells");
  const [first] = await shown(desk);
  assert.equal(first.title, "Visitor 1");
  assert.equal(first.body, "<b>hello</b> is anybody there?");
  assert.equal(await desk.title(), "(1) Support desk");
  await desk.clock.fastForward(16_000);
  await until(async () => (await rings(desk)) === 2, "it rings again");
  await person.write("hello?");
  await until(async () => (await shown(desk)).length === 2, "the desktop tells anew");
  assert.equal((await shown(desk))[1].tag, first.tag);
  // A press on it leads there, and to look is enough to have silence.
  await desk.evaluate(() => {
    window.look(true);
    window.notifications[1].onclick();
  });
  await untilTexts(desk, ["<b>hello</b>\nis anybody there?", "hello?"]);
  await until(async () => (await desk.title()) === "Support desk", "read");
  const heard = await rings(desk);
  await desk.clock.fastForward(300_000);
  assert.equal(await rings(desk), heard);
  assert.equal((await shown(desk)).at(-1).closed, true);
  world.nothingWentWrong();
});

test("whoever looks at the page is told by it alone, and softly when it is another conversation", async (t) => {
  const world = await World.open(t, ["--no-limits"]);
  const desk = await deskOf(world);
  await desk.clock.install();
  const person = await visitor(world.server);
  await person.write("one");
  await until(async () => (await rings(desk)) === 1, "once");
  await desk.locator("conversation-list [data-action=choose]").click();
  await untilTexts(desk, ["one"]);
  await desk.clock.fastForward(60_000);
  await person.write("two");
  await untilTexts(desk, ["one", "two"]);
  await desk.clock.runFor(2000);
  assert.equal(await rings(desk), 1);
  assert.deepEqual(await shown(desk), []);
  world.nothingWentWrong();
});

test("two tabs of one browser ring once, and to look at one quietens both", async (t) => {
  const world = await World.open(t, ["--no-limits"]);
  const one = await deskOf(world);
  const two = await one.context().newPage();
  await two.goto(`${world.server.origin}/admin/`);
  await two.getByText("No conversations yet").waitFor();
  await two.mouse.click(600, 400);
  const both = async (look) => (await Promise.all([look(one), look(two)])).flat();
  for (const page of [one, two]) await page.evaluate(() => window.look(false));
  const person = await visitor(world.server);
  await person.write("hello");
  await until(async () => (await both(shown)).length === 1, "one of them tells the desktop");
  await until(async () => (await both(rings)).reduce((a, b) => a + b) === 1, "one of them rings");
  // To look at the one that did not tell is as good.
  const silent = (await shown(one)).length === 0 ? one : two;
  await silent.evaluate(() => window.look(true));
  await until(async () => (await both(shown)).every(({ closed }) => closed), "both are quiet");
  assert.equal(
    (await both(rings)).reduce((a, b) => a + b),
    1,
  );
  world.nothingWentWrong();
});

test("after a reload the desk says that it is not heard yet, until it is pressed", async (t) => {
  const world = await World.open(t, ["--no-limits"]);
  const desk = await deskOf(world, { deaf: true });
  const hint = desk.getByText("Click once to hear new messages");
  assert.equal(await hint.count(), 0);
  await desk.reload();
  await hint.waitFor();
  await desk.mouse.click(600, 400);
  await hint.waitFor({ state: "detached" });
  await desk.evaluate(() => window.look(false));
  await (await visitor(world.server)).write("hello");
  await until(async () => (await rings(desk)) === 1, "it rings");
  world.nothingWentWrong();
});

test("of many that wrote while the line was down three are told, and a number", async (t) => {
  const world = await World.open(t, ["--no-limits"]);
  const people = [];
  for (let count = 0; count < 8; count += 1) people.push(await visitor(world.server));
  const context = await world.owner();
  await overhear(context, "granted");
  const desk = await context.newPage();
  let socket;
  let held = null;
  let mend;
  await desk.routeWebSocket("**/infra/ws?**", (route) => {
    socket = route;
    route.connectToServer();
  });
  await desk.route("**/infra/ws-ticket", async (route) => {
    await held;
    await route.continue();
  });
  await desk.goto(`${world.server.origin}/admin/`);
  await desk.getByText("No conversations yet").waitFor();
  // So that it resumes, and all that is missed comes as messages.
  await people[0].write("first");
  await until(async () => (await rings(desk)) === 1, "it was heard while somebody looked");
  await desk.evaluate(() => window.look(false));
  held = new Promise((resolve) => {
    mend = resolve;
  });
  await socket.close({ code: 1012 });
  for (const person of people) await person.write("are you there?");
  const asked = [];
  desk.on("request", (request) => {
    if (request.url().includes("kefu-conversation/get?")) asked.push(request.url());
  });
  mend();
  await until(async () => {
    const told = await shown(desk);
    return told.length === 4 || told;
  }, "three, and a number");
  const told = await shown(desk);
  assert.deepEqual(
    told.slice(0, 3).map(({ title }) => title),
    ["Visitor 8", "Visitor 7", "Visitor 6"],
  );
  assert.equal(told[3].body, "5 more conversations have new messages.");
  assert.equal(await desk.title(), "(9) Support desk");
  assert.deepEqual(asked, []);
  world.nothingWentWrong();
});

test("what one reads as it comes is never counted as unread", async (t) => {
  const world = await World.open(t, ["--no-limits"]);
  const desk = await deskOf(world);
  const person = await visitor(world.server);
  await person.write("one");
  await desk.locator("conversation-list [data-action=choose]").click();
  await until(async () => (await desk.title()) === "Support desk", "read");
  await desk.evaluate(() => {
    window.titles = [];
    new MutationObserver(() => window.titles.push(document.title)).observe(document.head, {
      childList: true,
      subtree: true,
      characterData: true,
    });
  });
  await person.write("two");
  await desk.locator("conversation-list [data-part=last]").getByText("two").waitFor();
  await person.write("three");
  await desk.locator("conversation-list [data-part=last]").getByText("three").waitFor();
  assert.equal(await desk.locator("conversation-list [data-part=unread]").count(), 0);
  assert.deepEqual([...new Set(await desk.evaluate(() => window.titles))].join(), "Support desk");
  world.nothingWentWrong();
});

test("the bell leads through the permission, a test, the volume and silence, and all of it is kept", async (t) => {
  const world = await World.open(t, ["--no-limits"]);
  const desk = await deskOf(world, { permission: "default" });
  const bell = desk.getByRole("button", { name: "Notifications" });
  await bell.click();
  const panel = desk.getByRole("dialog", { name: "Notifications" });
  await panel.getByRole("button", { name: "Allow notifications" }).click();
  await panel.getByText("On", { exact: true }).waitFor();
  await panel.getByRole("button", { name: "Test it" }).click();
  await panel.getByText("It rang and sent a notification.").waitFor();
  assert.deepEqual(
    (await shown(desk)).map(({ title }) => title),
    ["Test notification"],
  );
  assert.equal(await rings(desk), 1);
  await panel.getByRole("slider").fill("0");
  await panel.getByRole("button", { name: "Test it" }).click();
  await panel.getByText("It sent a notification. The volume is at zero").waitFor();
  assert.equal(await rings(desk), 1);
  await panel.getByRole("slider").fill("20");
  await panel.getByRole("switch", { name: "Sound" }).click();
  await desk.keyboard.press("Escape");
  await desk.reload();
  await desk.getByText("No conversations yet").waitFor();
  await desk.getByRole("button", { name: "Notifications" }).click();
  assert.equal(await panel.getByRole("switch", { name: "Sound" }).isChecked(), false);
  assert.equal(await panel.getByRole("slider").inputValue(), "20");
  await desk.keyboard.press("Escape");
  await desk.evaluate(() => window.look(false));
  await (await visitor(world.server)).write("quietly");
  await until(async () => (await desk.title()) === "(1) Support desk", "counted");
  assert.equal(await rings(desk), 0);
  world.nothingWentWrong();
});

test("where notifications are of no use to a page, the bell says so", async (t) => {
  const world = await World.open(t, ["--no-limits"]);
  const desk = await deskOf(world, { permission: "throws" });
  await desk.getByRole("button", { name: "Notifications" }).click();
  const panel = desk.getByRole("dialog", { name: "Notifications" });
  await panel.getByRole("button", { name: "Test it" }).click();
  await panel.getByText("It rang.", { exact: true }).waitFor();
  await panel.getByText("This browser has no desktop notifications.").waitFor();
  world.nothingWentWrong();
});

test("without notifications the desk works all the same, and says what is missing", async (t) => {
  const world = await World.open(t, ["--no-limits"]);
  const desk = await deskOf(world, { permission: "denied" });
  await desk.evaluate(() => window.look(false));
  await (await visitor(world.server)).write("hello");
  await until(async () => (await rings(desk)) === 1, "it rings");
  assert.deepEqual(await shown(desk), []);
  const bell = desk.getByRole("button", { name: "Notifications" });
  await bell.click();
  await desk.getByText("Your browser blocks them.").waitFor();
  await desk.keyboard.press("Escape");
  await desk.evaluate(() => {
    delete window.Notification;
  });
  await bell.click();
  await desk.getByText("This browser has no desktop notifications.").waitFor();
  await desk.keyboard.press("Escape");
  await desk.evaluate(() => {
    Object.defineProperty(window, "isSecureContext", { value: false });
  });
  await bell.click();
  await desk.getByText("This page is open over plain HTTP").waitFor();
  world.nothingWentWrong();
});

test("what makes the sound runs while something is heard, and rests", async (t) => {
  const world = await World.open(t);
  // Who has pressed something in a page may hear it.
  const { page } = await world.signedIn(ADMIN, {}, (desk) =>
    desk.addInitScript(() => {
      window.states = [];
      window.AudioContext = class extends AudioContext {
        constructor() {
          super();
          this.addEventListener("statechange", () => window.states.push(this.state));
        }
      };
    }),
  );
  const states = (count, what) =>
    until(async () => {
      const seen = await page.evaluate(() => window.states);
      return (seen.length >= count && seen.at(-1) === "suspended") || seen;
    }, what);
  await states(2, "it may be heard, and is not");
  await page.evaluate(() => {
    window.states = [];
    document.hasFocus = () => false;
    dispatchEvent(new Event("blur"));
  });
  await (await visitor(world.server)).write("anybody there?");
  await states(2, "it rings");
  const seen = await page.evaluate(() => window.states);
  assert.equal(seen[0], "running");
  world.nothingWentWrong();
});
