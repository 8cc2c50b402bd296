import assert from "node:assert/strict";
import { test } from "node:test";
import { layout } from "../../../assets/shared/layout.js";

const noon = new Date(2026, 5, 1, 12).getTime();
const row = (key, side, minutes) => ({ key, side, createTime: noon + minutes * 60_000 });

test("neighbours of one author stand together until five minutes pass", () => {
  const items = layout([
    row("a", "mine", 0),
    row("b", "mine", 1),
    row("c", "theirs", 2),
    row("d", "theirs", 9),
  ]).filter((item) => "row" in item);
  assert.deepEqual(
    items.map(({ first, last }) => [first, last]),
    [
      [true, false],
      [false, true],
      [true, true],
      [true, true],
    ],
  );
});

test("two of the staff do not stand together", () => {
  const items = layout([
    { ...row("a", "theirs", 0), sender: 1 },
    { ...row("b", "theirs", 1), sender: 2 },
    { ...row("c", "theirs", 2), sender: 2 },
  ]).filter((item) => "row" in item);
  assert.deepEqual(
    items.map(({ first }) => first),
    [true, true, false],
  );
});

test("each day is announced once", () => {
  const items = layout([row("a", "mine", 0), row("b", "mine", 24 * 60), row("c", "mine", 5)]);
  assert.equal(items.filter((item) => "day" in item).length, 2);
  assert.equal(new Set(items.map((item) => item.key)).size, 5);
});

test("a row that stands as it stood is the same item, and so need not be drawn again", () => {
  const rows = [row("a", "mine", 0), row("b", "theirs", 1)];
  const before = layout(rows).filter((item) => "row" in item);
  const after = layout([...rows, row("c", "theirs", 2)]).filter((item) => "row" in item);
  assert.equal(after[0], before[0]);
  assert.notEqual(after[1], before[1]);
  assert.equal(after[1].last, false);
});

test("a time that is none ends nothing", () => {
  const items = layout([row("a", "mine", 0), { ...row("b", "mine", 1), createTime: Number.NaN }]);
  assert.equal(items.filter((item) => "row" in item).length, 2);
});
