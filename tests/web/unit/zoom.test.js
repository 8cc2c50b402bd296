import assert from "node:assert/strict";
import { test } from "node:test";
import { SCALE_MAX, settle, WHOLE, zoomed } from "../../../assets/shared/zoom.js";

const screen = { width: 400, height: 800 };

test("what is under the finger stays under it", () => {
  const at = { x: 100, y: -50 };
  const { scale, x, y } = zoomed(WHOLE, 2, at);
  assert.equal(scale, 2);
  // The point of the picture that was at 100, -50 is drawn there again.
  assert.deepEqual([x + at.x * scale, y + at.y * scale], [100, -50]);
});

test("a picture is never smaller than whole nor larger than it makes sense", () => {
  assert.equal(zoomed(WHOLE, 0.1, { x: 0, y: 0 }).scale, 1);
  assert.equal(zoomed(WHOLE, 1000, { x: 0, y: 0 }).scale, SCALE_MAX);
});

test("its edge stays at the edge of the screen", () => {
  const picture = { width: 400, height: 300 };
  assert.deepEqual(settle({ scale: 2, x: 900, y: 900 }, picture, screen), {
    scale: 2,
    x: 200,
    y: 0,
  });
  assert.deepEqual(settle({ scale: 1, x: -5, y: 9 }, picture, screen), { scale: 1, x: 0, y: 0 });
});
