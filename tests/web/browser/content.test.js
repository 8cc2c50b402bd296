import assert from "node:assert/strict";
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { steps, until, World, write } from "./harness.js";
import { png } from "./sample.js";
import { choose, desk, file, member, rows } from "./talk.js";

const OWN = /^(http:\/\/[^/]+)?\/f\/[A-Za-z0-9]{43}$/;

const mine = (chat) => chat.locator("message-list li[data-side=mine]");

/** Gives what waits for the ticks of all that comes after what is there now. */
async function ticksFromNow(chat) {
  const before = await mine(chat).count();
  return async (wanted) => {
    const same = async () => {
      const shown = await mine(chat).evaluateAll((items) =>
        items.map((item) => item.dataset.state),
      );
      const added = shown.slice(before);
      return JSON.stringify(added) === JSON.stringify(wanted) || added;
    };
    await until(same, `the new ticks are not ${JSON.stringify(wanted)}`);
  };
}

test("of one customer, who is alone at first and then talks with the desk", async (t) => {
  const step = steps(t);
  const world = await World.open(t, ["--no-limits"]);
  const chat = await member(world);
  /** A large one is chosen on the disk, as people do: it would travel to the browser as text otherwise. */
  const place = (name) => join(world.server.folder, name);

  await step("pasted and dropped pictures are sent", async () => {
    const ticks = await ticksFromNow(chat);
    await chat.locator("textarea").focus();
    const bytes = [...png(40, 40)];
    const give = (type) =>
      chat.evaluate(
        ([kind, data]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([new Uint8Array(data)], "x.png", { type: "image/png" }));
          const init = { bubbles: true, cancelable: true };
          const box = document.querySelector("textarea");
          if (kind === "paste") {
            box.dispatchEvent(new ClipboardEvent("paste", { ...init, clipboardData: transfer }));
          } else {
            const list = document.querySelector("message-list");
            for (const name of ["dragenter", "dragover", "drop"]) {
              list.dispatchEvent(new DragEvent(name, { ...init, dataTransfer: transfer }));
            }
          }
        },
        [type, bytes],
      );
    // The page may not listen yet when the first one is pasted: only then is it pasted again.
    await until(async () => {
      await give("paste");
      return rows(chat, "image")
        .first()
        .waitFor({ timeout: 5000 })
        .then(
          () => true,
          () => false,
        );
    }, "pasted");
    await ticks(["sent"]);
    await give("drop");
    await ticks(["sent", "sent"]);
    assert.equal(await rows(chat, "image").count(), 2);
    world.nothingWentWrong();
  });

  await step(
    "a large picture is shrunk before it travels, and one that is seen through stays so",
    async () => {
      const ticks = await ticksFromNow(chat);
      const sent = [];
      await chat.route("**/infra/file/upload", async (route) => {
        sent.push(route.request().postDataBuffer());
        await route.continue();
      });
      const large = png(2700, 64, { noise: true });
      const clear = png(700, 560, { noise: true, alpha: 120 });
      assert.ok(clear.length > 1024 * 1024);
      writeFileSync(place("large.png"), large);
      writeFileSync(place("clear.png"), clear);
      await choose(chat, place("large.png"), place("clear.png"));
      await ticks(["sent", "sent"]);
      await chat.unrouteAll();
      assert.ok(sent[0].length < large.length / 2, `${sent[0].length} of ${large.length}`);
      assert.match(sent[0].toString("latin1", 0, 300), /filename="large.jpg"/);
      assert.match(sent[1].toString("latin1", 0, 300), /filename="clear.png"/);
      const sizes = await chat.evaluate(async () => {
        const headers = { Authorization: `Bearer ${localStorage.getItem("kefu:token")}` };
        const path = "/app-api/promotion/kefu-message/list?limit=2";
        const { data } = await (await fetch(path, { headers })).json();
        // Messages of one second are never parted: there may be more.
        return data.slice(0, 2).map(({ content }) => JSON.parse(content).width);
      });
      assert.deepEqual(sizes, [700, 2560]);
      world.nothingWentWrong();
    },
  );

  await step("an upload can be cancelled, fails visibly, and is tried again", async () => {
    const ticks = await ticksFromNow(chat);
    const refusal = { status: 507, json: { code: 507, data: null, msg: "no room" } };
    let answer = (route) => route.fulfill(refusal);
    await chat.route("**/infra/file/upload", (route) => answer(route));
    await choose(chat, file("a.txt", "text/plain", Buffer.from("a")));
    await chat.getByText("no room").waitFor();
    answer = (route) => route.continue();
    await chat.getByRole("button", { name: "Retry" }).click();
    await ticks(["sent"]);

    answer = () => {};
    await choose(chat, file("b.txt", "text/plain", Buffer.from("b")));
    await chat.getByRole("progressbar").waitFor();
    await write(chat, "meanwhile");
    await ticks(["sent", "sent", "pending"]);
    await chat.getByRole("button", { name: "Cancel" }).click();
    await ticks(["sent", "sent"]);

    writeFileSync(place("huge.bin"), "");
    truncateSync(place("huge.bin"), 10 * 1024 * 1024 + 1);
    await choose(chat, place("huge.bin"));
    await chat.getByText("larger than 10 MB").waitFor();
    await chat.getByRole("button", { name: "Delete" }).click();
    await ticks(["sent", "sent"]);
    await chat.unrouteAll();
    world.nothingWentWrong();
  });

  await step(
    "a HEIC that this browser cannot draw anew does not go with the place it was taken at",
    async () => {
      const ticks = await ticksFromNow(chat);
      let sent = 0;
      await chat.route("**/infra/file/upload", (route) => {
        sent += 1;
        return route.continue();
      });
      await choose(
        chat,
        file("IMG_0001.HEIC", "image/heic", Buffer.from("no picture to Chromium")),
      );
      await chat.getByText("cannot open HEIC").waitFor();
      assert.equal(await chat.getByRole("button", { name: "Retry" }).count(), 0);
      await chat.getByRole("button", { name: "Delete" }).click();
      await ticks([]);
      assert.equal(sent, 0);
      await chat.unrouteAll();
      world.nothingWentWrong();
    },
  );

  await step("of more files than go at once the first are sent, and that is said", async () => {
    const ticks = await ticksFromNow(chat);
    const names = Array.from({ length: 21 }, (_, at) => `${at + 1}.txt`);
    await choose(chat, ...names.map((name) => file(name, "text/plain", Buffer.from(name))));
    await chat.getByRole("alert").getByText("No more than 20 files at once").waitFor();
    await ticks(Array(20).fill("sent"));
    const last = rows(chat, "file").last();
    await last.getByText("20.txt").waitFor();
    assert.equal(await chat.getByText("21.txt").count(), 0);
    world.nothingWentWrong();
  });

  await step("an upload that a reload has stopped is gone, and that is said", async () => {
    const before = await mine(chat).count();
    const stuck = chat.getByText("late.txt");
    await chat.route("**/infra/file/upload", () => {});
    await choose(chat, file("late.txt", "text/plain", Buffer.from("b")));
    await chat.getByRole("progressbar").waitFor();
    await chat.reload();
    await chat.getByText("The page closed before this was sent").waitFor();
    await stuck.waitFor();
    assert.equal(await chat.getByRole("button", { name: "Retry" }).count(), 0);
    await chat.getByRole("button", { name: "Delete" }).click();
    await stuck.waitFor({ state: "detached" });
    await chat.reload();
    await until(async () => (await mine(chat).count()) === before, "all that was sent");
    assert.equal(await stuck.count(), 0);
    await chat.unrouteAll();
    world.nothingWentWrong();
  });

  const admin = await desk(world);

  await step(
    "a picture travels from the customer to the desk, keeps its place, and opens in full",
    async () => {
      const ticks = await ticksFromNow(chat);
      await choose(chat, file("lamp.png", "image/png", png(640, 480)));
      await ticks(["read"]);
      const picture = rows(admin, "image").last().locator("[data-part=picture]");
      await picture.waitFor();
      const image = picture.locator("img");
      await until(() => image.evaluate((node) => node.naturalWidth > 0), "the picture is here");
      assert.match(await image.getAttribute("src"), /^\/f\/[A-Za-z0-9]{43}\/thumbnail$/);
      const { width, height } = await picture.boundingBox();
      assert.deepEqual([Math.round(width), Math.round(height)], [256, 192]);

      await picture.focus();
      await admin.keyboard.press("Enter");
      const viewer = admin.getByRole("dialog");
      await until(
        () => viewer.locator("img").evaluate((node) => node.naturalWidth === 640),
        "in full size",
      );
      await admin.keyboard.press("Escape");
      await viewer.waitFor({ state: "detached" });
      assert.ok(await picture.evaluate((node) => node === document.activeElement));

      await choose(admin, file("answer.png", "image/png", png(300, 600)));
      await rows(chat, "image").and(chat.locator("[data-side=theirs]")).waitFor();
      const lastMessage = admin.locator("conversation-list [data-part=last]");
      await until(async () => (await lastMessage.textContent()) === "[Picture]", "the list");
      world.nothingWentWrong();
    },
  );

  await step(
    "a file is a card with its name and size, and is downloaded under that name",
    async () => {
      await choose(chat, file("价目表.csv", "text/csv", Buffer.from("a,b\n".repeat(700))));
      const card = rows(admin, "file").filter({ hasText: "价目表" }).locator("a");
      await card.getByText("价目表.csv").waitFor();
      await card.getByText("2.7 kB").waitFor();
      assert.match(await card.getAttribute("href"), OWN);
      const [download] = await Promise.all([admin.waitForEvent("download"), card.click()]);
      assert.equal(download.suggestedFilename(), "价目表.csv");
      world.nothingWentWrong();
    },
  );
});
