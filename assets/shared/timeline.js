// One conversation as it is shown: what the server has said, in the order of its ids, and then what is still on its way.
// Values in, values out: no page, no clock, no network. Anything may be received twice.

/** @import { Message } from "./protocol.js" */
/** @import { Entry } from "./outbox.js" */

/**
 * @typedef {object} Timeline
 * @property {readonly (Message & { local?: boolean })[]} messages by id, oldest first
 * @property {readonly Waiting[]} waiting
 * @property {boolean} complete nothing older is left on the server
 */

/** @typedef {Entry & { afterId: number }} Waiting a refused entry stays after the message it followed */

/**
 * @typedef {object} Row
 * @property {string} key stays the same when a pending row becomes a stored one
 * @property {"mine" | "theirs"} side
 * @property {"pending" | "failed" | "sent" | "read"} state
 * @property {number} contentType
 * @property {string} content
 * @property {number} createTime
 * @property {string | null} avatar
 * @property {number} [sender] 0 for one's own
 * @property {string} [name] of the sender, where the side alone does not say it
 * @property {string | null} failure
 * @property {string | null} clientMessageId
 * @property {Uploading} [upload] while it is on its way up
 */

/** @typedef {{ name: string, size: number, progress: number, picture: { src: string, width: number, height: number } | null, again: boolean }} Uploading */

/** @type {Timeline} */
export const empty = Object.freeze({
  messages: Object.freeze([]),
  waiting: Object.freeze([]),
  complete: false,
});

/** @param {Timeline} timeline */
export function lastId(timeline) {
  return timeline.messages.at(-1)?.id ?? 0;
}

/** The newest message of the other side. @param {Timeline} timeline @param {number} author */
export function lastTheirs(timeline, author) {
  return lastOf(timeline, (message) => message.senderType !== author);
}

/** From the end: what is looked for is there. @param {Timeline} timeline @param {(message: Timeline["messages"][number]) => boolean} test */
function lastOf({ messages }, test) {
  for (let at = messages.length - 1; at >= 0; at -= 1) {
    const message = messages[at];
    if (message && test(message)) return message;
  }
  return undefined;
}

/**
 * Those that are newer than all the server has said so far, oldest first: whoever waits for messages hears of them now.
 * @param {Timeline} timeline
 * @param {readonly Message[]} messages
 */
export function newIn(timeline, messages) {
  const newest = lastOf(timeline, ({ local }) => !local)?.id ?? 0;
  return messages.filter(({ id }) => id > newest).sort((a, b) => a.id - b.id);
}

/** What the server said last, for later. @param {Timeline} timeline @param {number} most */
export function newest({ messages, complete }, most) {
  const stored = messages.filter(({ local }) => !local);
  return { messages: stored.slice(-most), complete: complete && stored.length <= most };
}

/**
 * @param {Timeline} timeline
 * @param {readonly Message[]} messages in any order
 * @param {number} author whose page this is: only his own messages answer his waiting ones
 * @returns {Timeline}
 */
export function receive(timeline, messages, author) {
  const own = messages.filter((message) => message.senderType === author);
  const answered = new Set(own.map((message) => message.clientMessageId));
  return {
    ...timeline,
    messages: joined(timeline.messages, messages),
    waiting: timeline.waiting.filter((entry) => !answered.has(entry.clientMessageId)),
  };
}

/** @param {Timeline["messages"]} here @param {readonly Message[]} more @returns {Timeline["messages"]} */
function joined(here, more) {
  const [only] = more;
  // What is said now is the newest, nearly always: thousands before it need not be put in order again.
  if (only && more.length === 1 && only.id > (here.at(-1)?.id ?? 0)) return [...here, only];
  const byId = new Map(here.map((message) => [message.id, message]));
  for (const message of more) byId.set(message.id, message);
  return [...byId.values()].sort((a, b) => a.id - b.id);
}

/**
 * A page older than all that is here.
 * @param {Timeline} timeline
 * @param {readonly Message[]} page
 * @param {number} author
 * @param {number} size of a full page
 */
export function receiveOlder(timeline, page, author, size) {
  return { ...receive(timeline, page, author), complete: page.length < size };
}

/**
 * The newest page, asked for after a gap whose end was `head`. What was here stays when the page reaches back to it, and goes
 * when something may be missing in between.
 * @param {Timeline} timeline
 * @param {readonly Message[]} page
 * @param {number} author
 * @param {number} size of a full page
 * @param {number} head
 * @returns {Timeline}
 */
export function refresh(timeline, page, author, size, head) {
  const whole = page.length < size;
  const floor = whole ? 0 : Math.min(...page.map((message) => message.id));
  const meets = timeline.messages.some(({ id, local }) => !local && id >= floor && id <= head);
  if (meets && !whole) return receive(timeline, page, author);
  const newer = timeline.messages.filter((message) => message.id > floor);
  return { ...receive({ ...timeline, messages: newer }, page, author), complete: whole };
}

/** @param {Timeline} timeline @param {Entry} entry @returns {Timeline} */
export function compose(timeline, entry) {
  const afterId = entry.failure === null ? lastId(timeline) : Number.POSITIVE_INFINITY;
  return { ...timeline, waiting: [...timeline.waiting, { ...entry, afterId }] };
}

/** @param {Timeline} timeline @param {string} clientMessageId @returns {Timeline} */
export function withdraw(timeline, clientMessageId) {
  const waiting = timeline.waiting.filter((entry) => entry.clientMessageId !== clientMessageId);
  return { ...timeline, waiting };
}

/** @param {Timeline} timeline @param {Entry} refused @returns {Timeline} */
export function fail(timeline, refused) {
  const waiting = timeline.waiting.map((entry) =>
    entry.clientMessageId === refused.clientMessageId
      ? { ...refused, afterId: lastId(timeline) }
      : entry,
  );
  return { ...timeline, waiting };
}

/**
 * The server took it under this id; its own words for it will come and replace ours.
 * @param {Timeline} timeline
 * @param {Entry} entry
 * @param {number} id
 * @param {number} author
 * @returns {Timeline}
 */
export function confirm(timeline, entry, id, author) {
  const known = timeline.messages.some((message) => message.id === id);
  if (known) return withdraw(timeline, entry.clientMessageId);
  const { clientMessageId, contentType, content, createTime } = entry;
  const message = {
    id,
    conversationId: entry.conversationId ?? 0,
    senderId: 0,
    senderAvatar: null,
    senderType: author,
    contentType,
    content,
    createTime,
    clientMessageId,
    local: true,
  };
  return receive(timeline, [message], author);
}

/**
 * Who has written it, on a side that several write on: a colleague, or one of the staff.
 * @param {Message} message
 * @param {boolean} mine the side
 * @param {number | null} me
 */
function senderOf({ senderId, senderNickname }, mine, me) {
  const own = mine && (me === null || senderId === me || senderId === 0);
  return own ? { sender: 0, name: "" } : { sender: senderId, name: senderNickname ?? "" };
}

/** The row of each message as it was last shown: while nothing about it changes it stays the same object. @type {WeakMap<object, Row>} */
const shown = new WeakMap();

/** @param {Message | Waiting} of @param {Row} row @returns {Row} */
function sameAsShown(of, row) {
  const before = shown.get(of);
  const names = /** @type {const} */ (["state", "key", "side", "sender", "name"]);
  if (before && names.every((name) => before[name] === row[name])) return before;
  shown.set(of, row);
  return row;
}

/** @param {Message} message @param {number} author @param {number} readId @param {number | null} me @returns {Row} */
function storedRow(message, author, readId, me) {
  const mine = message.senderType === author;
  return {
    key: message.clientMessageId
      ? `${message.senderType}:${message.clientMessageId}`
      : `id:${message.id}`,
    side: mine ? "mine" : "theirs",
    state: mine && message.id <= readId ? "read" : "sent",
    contentType: message.contentType,
    content: message.content,
    createTime: message.createTime,
    avatar: message.senderAvatar,
    ...senderOf(message, mine, me),
    failure: null,
    clientMessageId: message.clientMessageId,
  };
}

/** @param {Waiting} entry @param {number} author @returns {Row} */
function waitingRow(entry, author) {
  return sameAsShown(entry, {
    key: `${author}:${entry.clientMessageId}`,
    side: "mine",
    state: entry.failure === null ? "pending" : "failed",
    contentType: entry.contentType,
    content: entry.content,
    createTime: entry.createTime,
    avatar: null,
    sender: 0,
    failure: entry.failure,
    clientMessageId: entry.clientMessageId,
  });
}

/**
 * @param {Timeline} timeline
 * @param {number} author
 * @param {number} readId up to here the other side has read
 * @param {number | null} [me] which of the staff asks; null for a customer
 * @returns {Row[]} in the order of the screen
 */
export function rows(timeline, author, readId, me = null) {
  const failed = timeline.waiting
    .filter((entry) => entry.failure !== null)
    .sort((a, b) => a.afterId - b.afterId);
  const pending = timeline.waiting.filter((entry) => entry.failure === null);
  /** @type {Row[]} */
  const list = [];
  const keys = new Set();
  for (const message of timeline.messages) {
    while (failed[0] && failed[0].afterId < message.id) {
      list.push(waitingRow(/** @type {Waiting} */ (failed.shift()), author));
    }
    const row = storedRow(message, author, readId, me);
    // Two members of the staff may have used one id by chance.
    if (keys.has(row.key)) row.key = `id:${message.id}`;
    keys.add(row.key);
    list.push(sameAsShown(message, row));
  }
  return [...list, ...[...failed, ...pending].map((entry) => waitingRow(entry, author))];
}
