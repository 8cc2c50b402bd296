// Days and hours as people say them. Pure.

const DAY = 24 * 60 * 60_000;

/** To make one takes longer than to use it a hundred times. @type {Map<string, any>} */
const formats = new Map();

/**
 * @template Format
 * @param {new (locale: string, options: any) => Format} Type
 * @param {string} locale
 * @param {Intl.DateTimeFormatOptions | Intl.RelativeTimeFormatOptions} options
 * @returns {Format}
 */
export function formatOf(Type, locale, options) {
  const key = `${Type.name} ${locale} ${JSON.stringify(options)}`;
  const format = formats.get(key) ?? new Type(locale, options);
  formats.set(key, format);
  return format;
}

/** The day that was asked for last: of neighbouring messages it nearly always is the same. */
let today = { start: Number.NaN, end: Number.NaN };

/** @param {number} time */
export function startOfDay(time) {
  if (time >= today.start && time < today.end) return today.start;
  const date = new Date(time);
  const start = date.setHours(0, 0, 0, 0);
  today = { start, end: date.setDate(date.getDate() + 1) };
  return start;
}

/** Milliseconds, and a moment more: then it surely is another day. @param {number} now */
export function untilTomorrow(now) {
  return new Date(now).setHours(24, 0, 1, 0) - now;
}

/** Whole days between two times, by the calendar. @param {number} from @param {number} to */
export function daysBetween(from, to) {
  return Math.round((startOfDay(to) - startOfDay(from)) / DAY);
}

/** @param {number} time @param {string} locale */
export function clock(time, locale) {
  return formatOf(Intl.DateTimeFormat, locale, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(time);
}

/** "today", "yesterday", the day of this week, or the date. @param {number} time @param {number} now @param {string} locale */
export function day(time, now, locale) {
  const days = daysBetween(time, now);
  if (days >= 0 && days < 2) {
    const word = formatOf(Intl.RelativeTimeFormat, locale, { numeric: "auto" }).format(
      -days,
      "day",
    );
    return word.charAt(0).toLocaleUpperCase(locale) + word.slice(1);
  }
  if (days > 0 && days < 7)
    return formatOf(Intl.DateTimeFormat, locale, { weekday: "long" }).format(time);
  const sameYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  return formatOf(Intl.DateTimeFormat, locale, {
    year: sameYear ? undefined : "numeric",
    month: "long",
    day: "numeric",
  }).format(time);
}
