import assert from "node:assert/strict";
import { test } from "node:test";
import { later } from "../../../assets/shared/later.js";

test("it is made once, and those who wait are told", async () => {
  let made = 0;
  const thing = later(async () => {
    made += 1;
    return made;
  });
  const told = [];
  thing.whenHere((value) => told.push(`a${value}`), new AbortController().signal);
  assert.equal(thing.value, null);
  await Promise.all([thing.get(), thing.get()]);
  thing.whenHere((value) => told.push(`b${value}`), new AbortController().signal);
  assert.deepEqual([made, thing.value, told], [1, 1, ["a1", "b1"]]);
});

test("who has left is not told, and what could not be made is made at the next need", async () => {
  let tries = 0;
  const thing = later(async () => {
    tries += 1;
    if (tries === 1) throw new Error("no network");
    return tries;
  });
  const leaving = new AbortController();
  thing.whenHere(() => assert.fail("told"), leaving.signal);
  leaving.abort();
  await assert.rejects(thing.get());
  assert.equal(await thing.get(), 2);
});
