// The lines between the days of a list: what is today's has another name tomorrow.

import { day, untilTomorrow } from "./days.js";

/** @param {HTMLElement} line @param {string} locale */
export function nameDay(line, locale) {
  const time = Number(line.dataset.day);
  const text = Number.isNaN(time) ? "" : day(time, Date.now(), locale);
  if (line.textContent !== text) line.textContent = text;
}

/**
 * At midnight today becomes yesterday, and a phone that slept finds out when it wakes.
 * @param {Element} list
 * @param {() => string} locale
 * @param {AbortSignal} signal
 */
export function renewDays(list, locale, signal) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let midnight;
  const renew = () => {
    for (const line of list.children) {
      if (line instanceof HTMLElement && "day" in line.dataset) nameDay(line, locale());
    }
    clearTimeout(midnight);
    midnight = setTimeout(renew, untilTomorrow(Date.now()));
  };
  document.addEventListener("visibilitychange", renew, { signal });
  signal.addEventListener("abort", () => clearTimeout(midnight));
  renew();
}
