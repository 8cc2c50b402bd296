// A few small texts that survive a reload, behind one interface. A page on its own uses its localStorage; a framed page
// asks the widget on the shop's page to keep them, since a frame's own storage is thrown away by some browsers.

/** @import { Bridge } from "./bridge.js" */

/**
 * @typedef {object} Store
 * @property {(key: string) => string | null} get
 * @property {(key: string, value: string | null) => void} set null removes
 * @property {(prefix: string) => string[]} keys
 * @property {(key: string, make: () => Promise<string>) => Promise<string>} once among all tabs: the first stored wins
 * @property {(listener: (key: string, value: string | null) => void, signal?: AbortSignal) => void} watch changes made by other tabs
 */

const PREFIX = "kefu:";

/** Forgets with the page. @param {Record<string, string>} [items] @returns {Store} */
export function memoryStore(items = {}) {
  const memory = new Map(Object.entries(items));
  /** @type {Store["set"]} */
  const set = (key, value) => {
    if (value === null) memory.delete(key);
    else memory.set(key, value);
  };
  return {
    get: (key) => memory.get(key) ?? null,
    set,
    keys: (prefix) => [...memory.keys()].filter((key) => key.startsWith(prefix)),
    once: async (key, make) => {
      const value = memory.get(key) ?? (await make());
      set(key, value);
      return value;
    },
    watch: () => {},
  };
}

/** Storage can be blocked, or full: then it says so once, here. */
function openStorage() {
  try {
    const storage = globalThis.localStorage;
    storage.setItem(`${PREFIX}probe`, "1");
    storage.removeItem(`${PREFIX}probe`);
    return storage;
  } catch {
    return null;
  }
}

/** Ours, without the prefix. @param {Record<string, string>} kept @returns {Record<string, string>} */
function itemsOf(kept) {
  return Object.fromEntries(
    Object.entries(kept)
      .filter(([key]) => key.startsWith(PREFIX))
      .map(([key, value]) => [key.slice(PREFIX.length), value]),
  );
}

/** @param {() => Promise<string>} work */
function underLock(work) {
  // Web Locks are missing on plain HTTP and in old browsers; then the first stored still wins.
  return navigator.locks ? navigator.locks.request(PREFIX, work) : work();
}

/** @returns {Store} */
export function localStore() {
  const storage = openStorage();
  if (!storage) return memoryStore();
  const memory = memoryStore(itemsOf({ ...storage }));
  /** @type {Store["set"]} */
  const set = (key, value) => {
    memory.set(key, value);
    try {
      if (value === null) storage.removeItem(PREFIX + key);
      else storage.setItem(PREFIX + key, value);
    } catch {
      // Full: memory has it.
    }
  };
  return {
    ...memory,
    set,
    once: (key, make) =>
      underLock(async () => {
        const made = storage.getItem(PREFIX + key) ?? (await make());
        const first = storage.getItem(PREFIX + key) ?? made;
        set(key, first);
        return first;
      }),
    watch: (listener, signal) => {
      /** @param {StorageEvent} event */
      const hear = ({ key, newValue, storageArea }) => {
        if (storageArea !== storage || !key?.startsWith(PREFIX)) return;
        const name = key.slice(PREFIX.length);
        memory.set(name, newValue);
        listener(name, newValue);
      };
      addEventListener("storage", hear, { signal });
    },
  };
}

/**
 * @param {Bridge} bridge
 * @param {Record<string, string>} kept by the widget
 * @returns {Store}
 */
export function bridgeStore(bridge, kept) {
  const memory = memoryStore(itemsOf(kept));
  return {
    ...memory,
    set: (name, value) => {
      memory.set(name, value);
      bridge.send({ kefu: "set", key: PREFIX + name, value });
    },
    once: async (name, make) => {
      const key = PREFIX + name;
      // The widget holds the lock from here until it is told what was made, even if nothing was.
      let { value } = await bridge.ask({ kefu: "take", key }, "taken");
      try {
        value ??= await make();
      } finally {
        ({ value } = await bridge.ask({ kefu: "put", key, value }, "kept"));
        memory.set(name, value);
      }
      return value ?? "";
    },
    watch: (listener) =>
      bridge.listen("changed", ({ key, value }) => {
        const name = key.slice(PREFIX.length);
        memory.set(name, value);
        listener(name, value);
      }),
  };
}
