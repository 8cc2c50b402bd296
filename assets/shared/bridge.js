// The framed page's side of the talk with widget.js: exact origin and source, and only messages of a known shape.

/**
 * @typedef {object} Start what the widget tells the framed page first
 * @property {Record<string, string>} items
 * @property {boolean} open
 * @property {string} color
 * @property {string} title
 */

/** @typedef {{ key: string, value: string | null }} Kept */

/**
 * @typedef {object} Answers
 * @property {Start} start
 * @property {Kept} taken
 * @property {Kept} kept
 * @property {Kept} changed
 * @property {{ open: boolean }} shown
 */

/** @param {any} data */
const isKept = (data) =>
  typeof data.key === "string" && (data.value === null || typeof data.value === "string");

/** @type {Record<keyof Answers, (data: any) => boolean>} */
const shapes = {
  start: (data) =>
    typeof data.items === "object" &&
    data.items !== null &&
    Object.values(data.items).every((value) => typeof value === "string") &&
    typeof data.open === "boolean" &&
    typeof data.color === "string" &&
    typeof data.title === "string",
  taken: isKept,
  kept: isKept,
  changed: isKept,
  shown: (data) => typeof data.open === "boolean",
};

/** The origin in `?parent=`, when it is one. @param {string} search */
export function parentOrigin(search) {
  const given = new URLSearchParams(search).get("parent");
  if (!given || !URL.canParse(given)) return null;
  const { origin, protocol } = new URL(given);
  return origin === given && /^https?:$/.test(protocol) ? origin : null;
}

/** @param {Window} parent @param {string} origin */
export function openBridge(parent, origin) {
  /** @param {{ kefu: string } & Record<string, unknown>} message */
  const send = (message) => parent.postMessage(message, origin);

  /**
   * @template {keyof Answers} Name
   * @param {Name} name
   * @param {(data: Answers[Name]) => void} listener
   * @param {AbortSignal} [signal]
   */
  const listen = (name, listener, signal) => {
    /** @param {MessageEvent} event */
    const hear = ({ source, origin: from, data }) => {
      if (source !== parent || from !== origin || data?.kefu !== name) return;
      if (shapes[name](data)) listener(data);
    };
    addEventListener("message", hear, { signal });
  };

  /**
   * @template {keyof Answers} Name
   * @param {{ kefu: string } & Record<string, unknown>} message
   * @param {Name} answer
   * @returns {Promise<Answers[Name]>}
   */
  const ask = (message, answer) =>
    new Promise((resolve) => {
      const once = new AbortController();
      const done = (/** @type {Answers[Name]} */ data) => {
        once.abort();
        resolve(data);
      };
      listen(answer, done, once.signal);
      send(message);
    });

  return { send, listen, ask };
}

/** @typedef {ReturnType<typeof openBridge>} Bridge */
