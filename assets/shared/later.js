// Something that is loaded when it is first needed, and followed by whoever is there then.

/**
 * @template Value
 * @typedef {object} Later
 * @property {Value | null} value what is here already
 * @property {() => Promise<Value>} get
 * @property {(listener: (value: Value) => void, signal: AbortSignal) => void} whenHere tells at once or when it comes
 */

/** @template Value @param {() => Promise<Value>} make @returns {Later<Value>} */
export function later(make) {
  /** @type {Promise<Value> | null} */
  let coming = null;
  /** @type {Set<(value: Value) => void>} */
  const listeners = new Set();
  /** @type {Later<Value>} */
  const self = {
    value: null,
    get() {
      coming ??= make().then((value) => {
        self.value = value;
        for (const listener of listeners) listener(value);
        return value;
      });
      // What could not be loaded is tried again at the next need.
      coming.catch(() => {
        coming = null;
      });
      return coming;
    },
    whenHere(listener, signal) {
      if (self.value !== null) return listener(self.value);
      listeners.add(listener);
      signal.addEventListener("abort", () => listeners.delete(listener));
      return undefined;
    },
  };
  return self;
}
