// Is a person looking? Only then is a message read.

/**
 * @param {boolean} framed inside a shop's page: open and visible will do; a page of its own must have the focus as well
 */
export function watchAttention(framed) {
  let open = !framed;
  /** @type {Set<() => void>} */
  const listeners = new Set();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  for (const name of ["focus", "blur"]) addEventListener(name, tell);
  document.addEventListener("visibilitychange", tell);
  return {
    get given() {
      return open && document.visibilityState === "visible" && (framed || document.hasFocus());
    },
    /** @param {boolean} now */
    setOpen(now) {
      open = now;
      tell();
    },
    /** @param {() => void} listener @returns {() => void} stops listening */
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** @typedef {ReturnType<typeof watchAttention>} Attention */
