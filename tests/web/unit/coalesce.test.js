import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../../assets/shared/api.js";
import { coalesce, persist } from "../../../assets/shared/coalesce.js";

/** Work that goes on until it is let go. */
function slow() {
  const waiting = [];
  let started = 0;
  const work = () => {
    started += 1;
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  };
  return { work, waiting, started: () => started };
}

const soon = () => new Promise(setImmediate);

test("many reasons meanwhile are one more question, and none after it", async () => {
  const { work, waiting, started } = slow();
  const ask = coalesce(work);
  const all = [ask(), ask(), ask()];
  assert.equal(started(), 1);
  waiting[0].resolve();
  await soon();
  assert.equal(started(), 2);
  waiting[1].resolve();
  await Promise.all(all);
  assert.equal(started(), 2);
  void ask();
  assert.equal(started(), 3);
});

test("a question that fails is told to all who asked, and the next one asks anew", async () => {
  const { work, waiting, started } = slow();
  const ask = coalesce(work);
  const refused = [assert.rejects(ask(), /down/), assert.rejects(ask(), /down/)];
  waiting[0].reject(new Error("down"));
  await Promise.all(refused);
  const again = ask();
  assert.equal(started(), 2);
  waiting[1].resolve();
  await again;
});

/** Fails with these, one after the other, and then works. */
function failing(...errors) {
  let tries = 0;
  const work = async () => {
    const error = errors[tries];
    tries += 1;
    if (error) throw error;
  };
  return { work, tries: () => tries };
}

test("a busy server is asked again, a refusal and the end of a session are not", async () => {
  const never = () => 0;
  const foreign = new ApiError(401, "", undefined, false);
  const busy = failing(new ApiError(0, ""), new ApiError(503, ""), foreign);
  assert.equal(await persist(busy.work, never), true);
  assert.equal(busy.tries(), 4);
  for (const status of [401, 404]) {
    const refused = failing(new ApiError(status, ""));
    assert.equal(await persist(refused.work, never), false);
    assert.equal(refused.tries(), 1);
  }
});

test("it is given up in the end", async () => {
  const dead = failing(...Array(20).fill(new ApiError(503, "")));
  assert.equal(await persist(dead.work, () => 0), false);
  assert.equal(dead.tries(), 6);
});
