// Many reasons to ask, one question: while one is under way, the next waits and stands for all that came meanwhile.

/** @param {() => Promise<unknown>} work */
export function coalesce(work) {
  /** @type {Promise<void> | null} */
  let running = null;
  let again = false;
  const run = async () => {
    do {
      again = false;
      await work();
    } while (again);
  };
  return () => {
    if (running) again = true;
    running ??= run().finally(() => {
      running = null;
    });
    return running;
  };
}
