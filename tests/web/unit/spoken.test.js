import assert from "node:assert/strict";
import { test } from "node:test";
import { newestOf, newFrom } from "../../../assets/shared/spoken.js";

const row = (key) => ({ key, side: key.startsWith("m") ? "mine" : "theirs" });
const rows = (...keys) => keys.map(row);
const keys = (list) => list.map(({ key }) => key);

test("new is what the other side has said since, though own rows that wait stand after it", () => {
  const before = rows("t1", "m1", "m2");
  const after = rows("t1", "m1", "t2", "t3", "m2", "m3");
  assert.deepEqual(keys(newFrom(after, newestOf(before))), ["t2", "t3"]);
  assert.deepEqual(newFrom(before, newestOf(before)), []);
});

test("what is put before all that was here is not new", () => {
  assert.deepEqual(newFrom(rows("t0", "t00", "t1", "m1"), "t1"), []);
});

test("the first answer is new, and after a hole only the newest is", () => {
  assert.equal(newestOf(rows("m1")), "");
  assert.deepEqual(keys(newFrom(rows("m1", "t1"), "")), ["t1"]);
  assert.deepEqual(keys(newFrom(rows("t7", "t8", "t9"), "t1")), ["t9"]);
});
