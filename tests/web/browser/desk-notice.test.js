import assert from "node:assert/strict";
import { test } from "node:test";
import { visitor } from "./crowd.js";
import { ADMIN, steps, until, untilTexts, World } from "./harness.js";
import { cuttable } from "./line.js";
import { overhear } from "./overhear.js";

const permit = (desk, permission) =>
  desk.evaluate((now) => {
    Notification.permission = now;
  }, permission);
const look = (desk, now) => desk.evaluate((seen) => window.look(seen), now);
const openFirst = (desk) => desk.locator("conversation-list [data-action=choose]").first().click();
const lastLine = (desk, text) =>
  desk.locator("conversation-list [data-part=last]").getByText(text, { exact: true }).waitFor();

/** Everything is read and looked at, the desktop may show things, and nothing has been heard. */
async function settle(desk) {
  await look(desk, true);
  await openFirst(desk);
  await until(async () => (await desk.title()) === "Support desk", "all is read");
  await desk.evaluate(() => {
    Notification.permission = "granted";
    window.notifications.length = 0;
    window.rings = 0;
  });
}

/** As `settle`, when what rang is long ago. */
async function settleLater(desk) {
  await desk.clock.fastForward(10_000);
  await settle(desk);
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

/** Nobody has pressed anything in a page that the session of before has opened: what it is to ring for comes after this. */
async function pressOnce(desk) {
  const hint = desk.getByText("Click once to hear new messages");
  await hint.waitFor();
  await desk.mouse.click(600, 400);
  await hint.waitFor({ state: "detached" });
}

async function isNotHeardYet({ world, desk }) {
  await pressOnce(desk);
  await look(desk, false);
  await (await visitor(world.server)).write("hello");
  await until(async () => (await rings(desk)) === 1, "it rings");
  world.nothingWentWrong();
}

async function keepsWhatIsChosen({ world, desk }) {
  await settle(desk);
  await permit(desk, "default");
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
  await bell.click();
  assert.equal(await panel.getByRole("switch", { name: "Sound" }).isChecked(), false);
  assert.equal(await panel.getByRole("slider").inputValue(), "20");
  await desk.keyboard.press("Escape");
  await permit(desk, "granted");
  await look(desk, false);
  await (await visitor(world.server)).write("quietly");
  await until(async () => (await desk.title()) === "(1) Support desk", "counted");
  await until(async () => (await shown(desk)).length === 1, "it has been told");
  assert.equal(await rings(desk), 0);
  await bell.click();
  await panel.getByRole("switch", { name: "Sound" }).click();
  await desk.keyboard.press("Escape");
  world.nothingWentWrong();
}

async function ringsInOneTab({ world, desk }) {
  await settle(desk);
  const two = await desk.context().newPage();
  await two.goto(`${world.server.origin}/admin/`);
  await lastLine(two, "quietly");
  await permit(two, "granted");
  await two.mouse.click(600, 400);
  const both = async (ask) => (await Promise.all([ask(desk), ask(two)])).flat();
  const ringsOfBoth = async () => (await both(rings)).reduce((a, b) => a + b);
  for (const page of [desk, two]) await look(page, false);
  await (await visitor(world.server)).write("to both");
  await until(async () => (await both(shown)).length === 1, "one of them tells the desktop");
  await until(async () => (await ringsOfBoth()) === 1, "one of them rings");
  // To look at the one that did not tell is as good.
  await look((await shown(desk)).length === 0 ? desk : two, true);
  await until(async () => (await both(shown)).every(({ closed }) => closed), "both are quiet");
  assert.equal(await ringsOfBoth(), 1);
  await two.close();
  world.nothingWentWrong();
}

async function worksWithout({ world, desk }) {
  await settleLater(desk);
  await permit(desk, "denied");
  await look(desk, false);
  await (await visitor(world.server)).write("no notification");
  await until(async () => (await rings(desk)) === 1, "it rings");
  assert.deepEqual(await shown(desk), []);
  const bell = desk.getByRole("button", { name: "Notifications" });
  await bell.click();
  await desk.getByText("Your browser blocks them.").waitFor();
  await desk.keyboard.press("Escape");
  await desk.evaluate(() => {
    window.kept = Notification;
    delete window.Notification;
  });
  await bell.click();
  await desk.getByText("This browser has no desktop notifications.").waitFor();
  await desk.keyboard.press("Escape");
  const secure = (value) =>
    desk.evaluate((is) => {
      Object.defineProperty(window, "isSecureContext", { value: is, configurable: true });
    }, value);
  await secure(false);
  await bell.click();
  await desk.getByText("This page is open over plain HTTP").waitFor();
  await desk.keyboard.press("Escape");
  await secure(true);
  await desk.evaluate(() => {
    window.Notification = window.kept;
  });
  world.nothingWentWrong();
}

async function tellsSoftly({ world, desk }) {
  await settleLater(desk);
  const person = await visitor(world.server);
  await person.write("one");
  await until(async () => (await rings(desk)) === 1, "once");
  await openFirst(desk);
  await untilTexts(desk, ["one"]);
  await desk.clock.fastForward(60_000);
  await person.write("two");
  await untilTexts(desk, ["one", "two"]);
  await desk.clock.runFor(2000);
  assert.equal(await rings(desk), 1);
  assert.deepEqual(await shown(desk), []);
  world.nothingWentWrong();
}

async function neverCounts({ world, desk }) {
  await settleLater(desk);
  const person = await visitor(world.server);
  await person.write("first of all");
  await lastLine(desk, "first of all");
  await openFirst(desk);
  await until(async () => (await desk.title()) === "Support desk", "read");
  await desk.evaluate(() => {
    window.titles = [];
    new MutationObserver(() => window.titles.push(document.title)).observe(document.head, {
      childList: true,
      subtree: true,
      characterData: true,
    });
  });
  for (const text of ["read at once", "and this one"]) {
    await person.write(text);
    await lastLine(desk, text);
  }
  assert.equal(await desk.locator("conversation-list [data-part=unread]").count(), 0);
  assert.deepEqual([...new Set(await desk.evaluate(() => window.titles))].join(), "Support desk");
  world.nothingWentWrong();
}

async function ringsUntilLookedAt({ world, desk }) {
  await settleLater(desk);
  await look(desk, false);
  const person = await visitor(world.server);
  await person.write("<b>hello</b>\nis anybody there?");
  await until(async () => (await rings(desk)) === 1, "it rings");
  await until(async () => (await shown(desk)).length === 1, "the desktop tells");
  const [first] = await shown(desk);
  const name = await desk.locator("conversation-list li strong").first().textContent();
  assert.match(name, /^Visitor \d+$/);
  assert.equal(first.title, name);
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
}

async function saysThatItThrows({ world, desk }) {
  await desk.evaluate(() => {
    window.throws = true;
  });
  await desk.getByRole("button", { name: "Notifications" }).click();
  const panel = desk.getByRole("dialog", { name: "Notifications" });
  await panel.getByRole("button", { name: "Test it" }).click();
  await panel.getByText("It rang.", { exact: true }).waitFor();
  await panel.getByText("This browser has no desktop notifications.").waitFor();
  world.nothingWentWrong();
}

test("at a desk that is looked at or not", async (t) => {
  const step = steps(t);
  const world = await World.open(t, ["--no-limits"]);
  const { page: desk } = await world.admin({}, (page) => page.context().addInitScript(overhear));
  const shop = { world, desk };

  await step("a desk that was only opened says that it is not heard yet, until it is pressed", () =>
    isNotHeardYet(shop),
  );
  await step(
    "the bell leads through the permission, a test, the volume and silence, and all of it is kept",
    () => keepsWhatIsChosen(shop),
  );
  await step("two tabs of one browser ring once, and to look at one quietens both", () =>
    ringsInOneTab(shop),
  );

  // From here on no other tab has a clock of its own.
  await desk.clock.install();
  await step("without notifications the desk works all the same, and says what is missing", () =>
    worksWithout(shop),
  );
  await step(
    "whoever looks at the page is told by it alone, and softly when it is another conversation",
    () => tellsSoftly(shop),
  );
  await step("what one reads as it comes is never counted as unread", () => neverCounts(shop));
  await step(
    "a new message rings until somebody looks, and tells the desktop once for each conversation",
    () => ringsUntilLookedAt(shop),
  );
  await step("where notifications are of no use to a page, the bell says so", () =>
    saysThatItThrows(shop),
  );
});

test("of many that wrote while the line was down three are told, and a number", async (t) => {
  const world = await World.open(t, ["--no-limits"]);
  const people = [];
  for (let count = 0; count < 8; count += 1) people.push(await visitor(world.server));
  const { page: desk } = await world.admin({}, async (page) => {
    await page.addInitScript(overhear);
    await cuttable(page);
  });
  await permit(desk, "granted");
  await pressOnce(desk);
  // What is in the list that a page begins with is no news to it.
  await desk.getByText("No conversations yet").waitFor();
  // So that it resumes, and all that is missed comes as messages.
  await people[0].write("first");
  await until(async () => (await rings(desk)) === 1, "it was heard while somebody looked");
  await look(desk, false);
  await desk.cut();
  for (const person of people) await person.write("are you there?");
  const asked = [];
  desk.on("request", (request) => {
    if (request.url().includes("kefu-conversation/get?")) asked.push(request.url());
  });
  desk.mend();
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
  assert.equal(await page.getByText("Click once to hear new messages").count(), 0);
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
