// `make screens`: the main states of both pages as pictures in tests/web/screens/, to be looked at, and what people wait for.
// Nothing is asserted here; the browser tests do that.

import { mkdirSync, rmSync } from "node:fs";
import { ADMIN, closeBrowser, DESKTOP, PHONE, World } from "../browser/harness.js";
import { Shop } from "../browser/shop.js";
import { adminScreens, firstScreens } from "./admin.js";
import { clickToSendable, crowd, openLongest, say, scrollHistory, scrollList } from "./measure.js";
import { memberScreens } from "./member.js";
import { furnish } from "./shop.js";

const FOLDER = new URL("../screens/", import.meta.url).pathname;
/** `make screens` takes them all; part of a name, as in 390-dark, takes those. */
const WANTED = process.argv[3] ?? "";
const CONVERSATIONS = Number(process.env.KEFU_CONVERSATIONS ?? 10_000);
/** So many of the messages are scrolled through. */
const HISTORY = Number(process.env.KEFU_HISTORY ?? 4_000);
const MESSAGES = Number(process.env.KEFU_MESSAGES ?? 50_000);

const ends = [];
const t = { after: (end) => ends.push(end) };
const end = async () => {
  for (const one of ends.toReversed()) await one();
  await closeBrowser();
};

/** Both sizes, both lights, both languages. The states beside the main ones are looked at in a half of them. */
function* looks() {
  for (const viewport of [PHONE, DESKTOP]) {
    for (const colorScheme of ["light", "dark"]) {
      for (const locale of ["zh-CN", "en"]) {
        const name = `${viewport.width}-${colorScheme}-${locale.slice(0, 2)}`;
        const more = (colorScheme === "light") === (locale === "zh-CN");
        const shoot = (page, state) =>
          page.screenshot({ path: `${FOLDER}${state}-${name}.png`, animations: "disabled" });
        if (name.includes(WANTED)) yield { look: { viewport, colorScheme, locale }, more, shoot };
      }
    }
  }
}

async function pictures() {
  const fresh = await World.open(t, [], { isNew: true });
  for (const { look, more, shoot } of looks()) {
    if (more) await firstScreens(fresh, look, shoot, true);
  }
  fresh.server.addAdmin(ADMIN);
  for (const { look, more, shoot } of looks()) {
    if (more) await firstScreens(fresh, look, shoot, false);
  }
  const world = await World.open(t);
  const shop = await furnish(world, t.after);
  for (const { look, more, shoot } of looks()) {
    await memberScreens(world, shop, look, shoot, more);
    await adminScreens(world, shop, look, shoot, more);
  }
  say(`pictures are in ${FOLDER}`);
  for (const wrong of [...fresh.wrongs, ...world.wrongs]) say(`went wrong: ${wrong}`);
}

async function numbers() {
  const world = await World.open(t, ["--no-limits"]);
  const shop = await Shop.open(t, world, { policy: "default-src * 'unsafe-inline'" });
  for (const viewport of [PHONE, DESKTOP]) {
    const ms = await clickToSendable(world, shop, viewport);
    say(`from click to sendable, fast 3G, 4x CPU, ${viewport.width} px: ${ms} ms (bar 3000)`);
  }
  say(`telling of ${CONVERSATIONS} customers and ${MESSAGES} messages of one more`);
  await crowd(world.server.origin, CONVERSATIONS, MESSAGES);
  const page = await (await world.owner()).newPage();
  await page.goto(`${world.server.origin}/admin/`);
  say(`opening the longest conversation: ${await openLongest(page)} ms (bar 300)`);
  const said = ({ tasks, reached }) =>
    `${reached} reached, longest task ${tasks[0] ?? "under 50"} ms, ${tasks.length} over 50 ms (bar 100)`;
  say(`scrolling the list: ${said(await scrollList(page, CONVERSATIONS))}`);
  say(`scrolling the history: ${said(await scrollHistory(page, HISTORY, MESSAGES))}`);
}

if (WANTED === "" && process.argv[2] !== "numbers")
  rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
try {
  const only = process.argv[2];
  if (only !== "numbers") await pictures();
  if (only !== "pictures") await numbers();
} finally {
  await end();
}
