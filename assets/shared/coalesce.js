// Many reasons to ask, one question: while one is under way, the next waits and stands for all that came meanwhile.

import { asApiError } from "./api.js";
import { backoff } from "./backoff.js";

const TRIES_MAX = 6;

/** @param {() => Promise<unknown>} work */
export function coalesce(work) {
  /** @type {Promise<void> | null} */
  let running = null;
  let again = false;
  const run = async () => {
    try {
      do {
        again = false;
        await work();
      } while (again);
    } finally {
      running = null;
    }
  };
  return () => {
    again = true;
    running ??= run();
    return running;
  };
}

/**
 * For small state that nobody waits for: a busy server is asked again a few times. A dead one is found by the socket, whose
 * return fetches everything anyway.
 * @param {() => Promise<unknown>} work
 * @param {() => number} [random]
 */
export async function persist(work, random = Math.random) {
  for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
    try {
      await work();
      return true;
    } catch (cause) {
      const error = asApiError(cause);
      if (error.final || error.ended) return false;
      const ms = backoff(attempt, error.retryMs, random);
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
  }
  return false;
}
