// A customer's token: what takes it away, and what does not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { steps, until, untilStates, World, write } from "./harness.js";
import { png } from "./sample.js";
import { choose, file, member, rows } from "./talk.js";

const tokenOf = (page) => page.evaluate(() => localStorage.getItem("kefu:token"));

async function newVisitor(world) {
  const path = `${world.server.origin}/app-api/member/auth/visitor`;
  return (await (await fetch(path, { method: "POST" })).json()).data.accessToken;
}

test("with one customer's page", async (t) => {
  const step = steps(t);
  const world = await World.open(t);
  const page = await member(world);

  await step(
    "a hotel's network that answers 401 does not make a stranger of the customer",
    async () => {
      const token = await tokenOf(page);
      const asked = [];
      const hotel = (route) => {
        asked.push(new URL(route.request().url()).pathname);
        return route.fulfill({
          status: 401,
          contentType: "text/html",
          body: "<h1>Room number?</h1>",
        });
      };
      await page.route("**/app-api/**", hotel);
      await write(page, "from the hotel");
      await until(async () => asked.some((path) => path.endsWith("/send")), "it was tried");
      await page.reload();
      await until(async () => asked.some((path) => path.endsWith("/ws-ticket")), "and the socket");
      await untilStates(page, ["pending"]);
      assert.equal(await tokenOf(page), token);
      await page.unroute("**/app-api/**", hotel);
      await untilStates(page, ["sent", "sent"]);
      assert.equal(await tokenOf(page), token);
      world.nothingWentWrong();
    },
  );

  await step(
    "a picture's refusal takes the session away that it was sent with, and no other",
    async () => {
      let refuse;
      let asked = 0;
      await page.route("**/infra/file/upload", async (route) => {
        asked += 1;
        if (asked > 1) return route.continue();
        await new Promise((resolve) => {
          refuse = resolve;
        });
        return route.fulfill({ status: 401, json: { code: 401, data: null, msg: "" } });
      });
      await choose(page, file("lamp.png", "image/png", png(40, 30)));
      await until(async () => asked === 1, "it is on its way");
      // Another tab begins anew meanwhile: whatever it shows, what it keeps is kept for all of them.
      const next = await newVisitor(world);
      const other = await page.context().newPage();
      await other.goto(`${world.server.origin}/member/en.webmanifest`);
      await other.evaluate((token) => localStorage.setItem("kefu:token", token), next);
      await rows(page, "text").first().waitFor({ state: "detached" });
      refuse();
      await rows(page, "image").and(page.locator("[data-state=sent]")).waitFor();
      assert.equal(await tokenOf(page), next);
      world.nothingWentWrong();
    },
  );
});
