// The framed page's side of the talk with the widget's scripts: exact origin and source, and only messages of a known shape.

/** @typedef {{ url: string, title: string, referrer: string }} ShopPage where the customer is */

/**
 * What he looks at there. Without an id the catalog does not know it.
 * @typedef {object} ShopProduct
 * @property {number} [spuId]
 * @property {string} spuName
 * @property {string} [picUrl]
 * @property {number} [price] in fen
 * @property {string} [url]
 */

/** @typedef {{ id?: number, no?: string }} ShopOrder what names an order of his */
/** @typedef {{ page: ShopPage, product: ShopProduct | null, order: ShopOrder | null }} Context */

/**
 * What the widget tells the framed page first.
 * @typedef {Context & {
 *   items: Record<string, string>,
 *   open: boolean,
 *   color: string,
 *   title: string,
 *   locale: string,
 *   proof: string | null,
 * }} Start
 */

/** @typedef {{ key: string, value: string | null }} Kept */

/**
 * @typedef {object} Answers
 * @property {Start} start
 * @property {Kept} taken
 * @property {Kept} kept
 * @property {Kept} changed
 * @property {{ open: boolean }} shown
 * @property {Context} context
 * @property {{ proof: string }} identify
 */

/** @typedef {"string" | "number" | "boolean"} Kind */

/** Whether each of these fields is of its kind; with a "?" it may be absent. @param {any} data @param {Record<string, Kind | `${Kind}?`>} fields */
function has(data, fields) {
  if (typeof data !== "object" || data === null) return false;
  return Object.entries(fields).every(([name, kind]) => {
    const value = data[name];
    return kind.endsWith("?") && value === undefined
      ? true
      : typeof value === kind.replace("?", "");
  });
}

/** @param {any} data */
const isKept = (data) =>
  has(data, { key: "string" }) && (data.value === null || typeof data.value === "string");

/** @param {any} data */
const isContext = ({ page, product, order }) =>
  has(page, { url: "string", title: "string", referrer: "string" }) &&
  (product === null ||
    has(product, {
      spuId: "number?",
      spuName: "string",
      picUrl: "string?",
      price: "number?",
      url: "string?",
    })) &&
  (order === null || has(order, { id: "number?", no: "string?" }));

/** @type {Record<keyof Answers, (data: any) => boolean>} */
const shapes = {
  start: (data) =>
    has(data, { open: "boolean", color: "string", title: "string", locale: "string" }) &&
    has(data.items, {}) &&
    Object.values(data.items).every((value) => typeof value === "string") &&
    (data.proof === null || typeof data.proof === "string") &&
    isContext(data),
  taken: isKept,
  kept: isKept,
  changed: isKept,
  shown: (data) => has(data, { open: "boolean" }),
  context: isContext,
  identify: (data) => has(data, { proof: "string" }),
};

/** The origin in `?parent=`, when it is one. @param {string} search */
export function parentOrigin(search) {
  const given = new URLSearchParams(search).get("parent") ?? "";
  try {
    const { origin, protocol } = new URL(given);
    return origin === given && /^https?:$/.test(protocol) ? origin : null;
  } catch {
    return null;
  }
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
