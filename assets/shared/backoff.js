// How long to wait before the next try: full jitter, so that a restart is not followed by a stampede.

const BASE_MS = 1000;
const CAP_MS = 30_000;

/**
 * @param {number} attempt counted from 0
 * @param {number} [retryMs] a time the server named; it is the least that is waited
 * @param {() => number} [random]
 */
export function backoff(attempt, retryMs, random = Math.random) {
  if (retryMs !== undefined) return retryMs + random() * BASE_MS;
  return random() * Math.min(CAP_MS, BASE_MS * 2 ** Math.min(attempt, 16));
}
