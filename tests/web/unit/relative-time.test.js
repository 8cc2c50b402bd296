import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, day, startOfDay, untilTomorrow } from "../../../assets/shared/days.js";
import { relative } from "../../../assets/shared/relative-time.js";

const now = new Date(2026, 10, 18, 15, 30).getTime();
const ago = (minutes) => now - minutes * 60_000;

test("a list says minutes, then the hour, yesterday, the weekday and the date", () => {
  assert.equal(relative(ago(0), now, "en"), "now");
  assert.equal(relative(ago(-5), now, "en"), "now");
  assert.match(relative(ago(5), now, "en"), /^5\s?m/);
  assert.equal(relative(ago(90), now, "en"), "14:00");
  assert.equal(relative(ago(24 * 60), now, "en"), "Yesterday");
  assert.equal(relative(ago(3 * 24 * 60), now, "en"), "Sun");
  assert.equal(relative(ago(30 * 24 * 60), now, "en"), "10/19");
});

test("it speaks Chinese too", () => {
  assert.equal(relative(ago(24 * 60), now, "zh-CN"), "昨天");
  assert.match(relative(ago(5), now, "zh-CN"), /5\s?分钟前/);
});

test("a day is today, yesterday, a day of this week or a date", () => {
  assert.equal(day(now, now, "en"), "Today");
  assert.equal(day(ago(16 * 60), now, "en"), "Yesterday");
  assert.equal(day(ago(6 * 24 * 60), now, "en"), "Thursday");
  assert.equal(day(ago(6 * 24 * 60), now, "zh-CN"), "星期四");
  assert.equal(day(ago(7 * 24 * 60), now, "en"), "November 11");
  assert.equal(day(new Date(2025, 0, 2).getTime(), now, "zh-CN"), "2025年1月2日");
});

test("the clock has 24 hours", () => {
  assert.equal(clock(now, "en"), "15:30");
  assert.equal(clock(new Date(2026, 0, 1, 0, 5).getTime(), "en"), "00:05");
});

test("a day begins and ends at midnight, also the one on which the clocks go forward", () => {
  for (const [month, date] of [
    [0, 31],
    [2, 29],
    [11, 31],
  ]) {
    const evening = new Date(2026, month, date, 23, 59, 59).getTime();
    const start = new Date(2026, month, date).getTime();
    assert.equal(startOfDay(evening), start);
    assert.equal(startOfDay(start), start);
    const next = evening + untilTomorrow(evening);
    assert.equal(startOfDay(next), new Date(2026, month, date + 1).getTime());
    assert.equal(startOfDay(start - 1), new Date(2026, month, date - 1).getTime());
  }
});
