// Tells the staff that somebody waits: a sound until somebody looks, the count in the title, and a notification of the
// desktop where the browser allows it.

import { nameOf } from "./conversation-row.js";
import { Ringing } from "./ringing.js";
import { summary } from "./summary.js";

/** @import { Attention } from "../shared/attention.js" */
/** @import { Conversation, Message } from "../shared/protocol.js" */
/** @import { Store } from "../shared/store.js" */
/** @import { Say } from "../shared/text.js" */
/** @import { Chime } from "./chime.js" */

const VOLUME_KEY = "notice:volume";
const MUTED_KEY = "notice:muted";
const VOLUME_FIRST = 0.6;
const BODY_LENGTH_MAX = 140;
/** So long a browser may take that lets the sound be heard by itself. */
const TRIED_MS = 500;

/** @typedef {"granted" | "denied" | "default" | "insecure" | "missing"} Permission */

/** What the desktop shows has no markup and no line of its own. @param {string} text */
export function plainLine(text) {
  // Letters that turn the direction or cannot be seen are left out too.
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  const letters = [...line];
  return letters.length > BODY_LENGTH_MAX ? `${letters.slice(0, BODY_LENGTH_MAX).join("")}…` : line;
}

/** A browser without tabs that hear each other. */
function loneChannel() {
  return { postMessage: () => {}, onmessage: null, close: () => {} };
}

/** @typedef {{ conversation: Conversation, message: Message | null }} Told that a customer has written */

export class Notice {
  /** @type {Chime | null} */
  #chime = null;
  /** Whether the browser lets the sound be heard is known. */
  #tried = false;
  /** The browser has the word for notifications, and not the thing. */
  #broken = false;
  /** Shown by the desktop now. @type {Map<number, Notification>} */
  #shown = new Map();
  /** @type {Set<() => void>} */
  #listeners = new Set();

  /**
   * @param {object} setup
   * @param {Store} setup.store
   * @param {Attention} setup.attention
   * @param {Say} setup.say
   * @param {(id: number) => void} setup.onOpen a notification was pressed
   */
  constructor(setup) {
    this.setup = setup;
    const { attention, store } = setup;
    this.ringing = new Ringing({
      channel:
        "BroadcastChannel" in globalThis ? new BroadcastChannel("kefu-notice") : loneChannel(),
      isLookedAt: () => attention.given,
      canRing: () => !this.muted && this.volume > 0 && this.#chime?.ready === true,
      ring: () => this.#chime?.play(this.volume),
      announce: (news) => this.#announce(news),
      onLooked: () => this.#closeAll(),
    });
    attention.listen(() => {
      if (!attention.given) return;
      this.ringing.looked();
      this.#closeAll();
    });
    store.watch((key) => {
      if (key.startsWith("notice:")) this.#tell();
    });
    for (const name of ["pointerdown", "keydown"]) {
      addEventListener(name, () => void this.unlock().catch(() => {}), { capture: true });
    }
  }

  get volume() {
    const kept = Number.parseFloat(this.setup.store.get(VOLUME_KEY) ?? "");
    return kept >= 0 && kept <= 1 ? kept : VOLUME_FIRST;
  }

  set volume(volume) {
    this.setup.store.set(VOLUME_KEY, String(volume));
    this.#tell();
  }

  get muted() {
    return this.setup.store.get(MUTED_KEY) === "1";
  }

  set muted(muted) {
    this.setup.store.set(MUTED_KEY, muted ? "1" : null);
    if (muted) this.ringing.calm();
    this.#tell();
  }

  /** @returns {Permission} */
  get permission() {
    if (!globalThis.isSecureContext) return "insecure";
    const missing = this.#broken || !("Notification" in globalThis);
    return missing ? "missing" : Notification.permission;
  }

  /** The sound is wanted, and the browser waits for a press on the page before it lets it be heard. */
  get waitsForPress() {
    return this.#tried && !this.muted && this.volume > 0 && this.#chime?.ready === false;
  }

  async askPermission() {
    await Notification.requestPermission();
    this.#tell();
  }

  /** @param {() => void} listener @returns {() => void} stops listening */
  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Some browsers let a page be heard that was not pressed yet, and the others are to be told of. */
  start() {
    void this.unlock().catch(() => {});
    setTimeout(() => {
      this.#tried = true;
      this.#tell();
    }, TRIED_MS);
  }

  /** Works while a person presses something. */
  async unlock() {
    if (!this.#chime) {
      const { Chime } = await import("./chime.js");
      this.#chime ??= new Chime(() => this.#tell());
    }
    if (this.#chime.ready) return;
    await this.#chime.unlock();
    this.#tell();
  }

  /**
   * A customer has written.
   * @param {Conversation} conversation
   * @param {Message | null} message the newest, where one knows it
   * @param {boolean} open his conversation is the open one
   */
  news(conversation, message, open) {
    const { id, version } = conversation;
    const key = message ? `message ${message.id}` : `conversation ${id} ${version}`;
    void this.ringing.news({ conversation, message }, !open, key);
  }

  /** Others have written as well, while the line was down. @param {number} count @param {string} key the same in each tab */
  more(count, key) {
    void this.ringing.news(count, true, `more ${key}`);
  }

  /** @param {number} unread of all conversations */
  count(unread) {
    const { say } = this.setup;
    const shown = unread > 999 ? "999+" : String(unread);
    document.title = unread > 0 ? `(${shown}) ${say("admin.title")}` : say("admin.title");
    // Where the desk is installed, its icon counts too.
    void navigator.setAppBadge?.(unread).catch(() => {});
    if (unread === 0) {
      this.ringing.calm();
      this.#closeAll();
    }
  }

  /** Somebody of the staff has read it. @param {number} id */
  settled(id) {
    this.#shown.get(id)?.close();
    this.#shown.delete(id);
  }

  /** As it will be. @returns {Promise<{ heard: boolean, shown: boolean }>} */
  async test() {
    // Without a sound there may still be something to see.
    await this.unlock().catch(() => {});
    const volume = this.muted ? VOLUME_FIRST : this.volume;
    const heard = volume > 0 && this.#chime?.ready === true;
    if (heard) this.#chime?.play(volume);
    const { say } = this.setup;
    const shown = this.#show(0, say("notice.test.title"), say("notice.test.body"));
    return { heard, shown };
  }

  /** @param {Told | number} news or how many more there are */
  #announce(news) {
    const { say } = this.setup;
    if (typeof news === "number") {
      this.#show(0, say("admin.title"), say("notice.more", { count: news }));
      return;
    }
    const { conversation, message } = news;
    const { lastMessageContentType, lastMessageContent } = conversation;
    const contentType = message?.contentType ?? lastMessageContentType;
    const text = summary(contentType, message?.content ?? lastMessageContent ?? "", say);
    this.#show(conversation.id, plainLine(nameOf(conversation, say)), plainLine(text));
  }

  /** @param {number} id of the conversation, 0 for none @param {string} title @param {string} body */
  #show(id, title, body) {
    if (this.permission !== "granted") return false;
    /** @type {Notification} */
    let shown;
    try {
      const icon = new URL("../shared/icon.svg", location.href).href;
      // Our own sound is enough, where it may be heard.
      const silent = this.muted || this.#chime?.ready === true;
      const options = { body, tag: `kefu-${id}`, icon, renotify: true, silent };
      shown = new Notification(title, options);
    } catch {
      // Phones allow it to service workers only: for a page that is as if there were none.
      this.#broken = true;
      this.#tell();
      return false;
    }
    this.#shown.set(id, shown);
    shown.onclose = () => {
      if (this.#shown.get(id) === shown) this.#shown.delete(id);
    };
    shown.onclick = () => {
      window.focus();
      if (id > 0) this.setup.onOpen(id);
      shown.close();
    };
    return true;
  }

  #closeAll() {
    for (const shown of this.#shown.values()) shown.close();
    this.#shown.clear();
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }
}
