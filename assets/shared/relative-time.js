// How long ago, in a list. The formatting is pure; one timer keeps every <time> of the page right.

import { clock, day, daysBetween, formatOf } from "./days.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Short, for a list: minutes today, then the hour, the day, the date. @param {number} time @param {number} now @param {string} locale */
export function relative(time, now, locale) {
  const ago = now - time;
  const words = formatOf(Intl.RelativeTimeFormat, locale, { numeric: "auto", style: "narrow" });
  // Intl says 现在, people say 刚刚.
  if (ago < MINUTE) return locale.startsWith("zh") ? "刚刚" : words.format(0, "second");
  if (ago < HOUR) return words.format(-Math.floor(ago / MINUTE), "minute");
  const days = daysBetween(time, now);
  if (days === 0) return clock(time, locale);
  if (days === 1) return day(time, now, locale);
  if (days < 7) return formatOf(Intl.DateTimeFormat, locale, { weekday: "short" }).format(time);
  return formatOf(Intl.DateTimeFormat, locale, {
    year: days < 300 ? undefined : "numeric",
    month: "numeric",
    day: "numeric",
  }).format(time);
}

/** @param {HTMLTimeElement} element @param {number} time @param {string} locale */
export function showRelative(element, time, locale) {
  element.dateTime = new Date(time).toISOString();
  element.dataset.relative = String(time);
  element.textContent = relative(time, Date.now(), locale);
}

/** @param {string} locale */
export function keepTimesRight(locale) {
  return setInterval(() => {
    for (const element of document.querySelectorAll("time[data-relative]")) {
      if (!(element instanceof HTMLTimeElement)) continue;
      const text = relative(Number(element.dataset.relative), Date.now(), locale);
      if (element.textContent !== text) element.textContent = text;
    }
  }, 20_000);
}
