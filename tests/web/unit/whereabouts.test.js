import assert from "node:assert/strict";
import { test } from "node:test";
import { isLooking } from "../../../assets/admin/whereabouts.js";

const MINUTE = 60_000;
const NOW = Date.parse("2026-11-25T12:00:00Z");

/** Minutes since he was told to be on a page, and since he was there at all. */
const looking = (page, here) =>
  isLooking(
    { visit: { updateTime: NOW - page * MINUTE }, loginDate: here && NOW - here * MINUTE },
    NOW,
  );

test("a customer looks at a page while he is there", () => {
  assert.equal(looking(0, 0.1), true);
  assert.equal(looking(12, 1), true);
});

test("who left, or has forgotten the page, looked at it", () => {
  assert.equal(looking(4, 4), false);
  assert.equal(looking(7 * 24 * 60, 7 * 24 * 60), false);
  assert.equal(looking(50, 0.1), false);
  assert.equal(looking(1, null), false);
  assert.equal(isLooking({ visit: null, loginDate: NOW }, NOW), false);
});
