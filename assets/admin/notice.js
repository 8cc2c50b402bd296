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

export class Notice {
  /** @type {Chime | null} */
  #chime = null;
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
      announce: ({ conversation, message }) => this.#announce(conversation, message),
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
    return "Notification" in globalThis ? Notification.permission : "missing";
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

  /** Only while a person presses something. */
  async unlock() {
    if (!this.#chime) {
      const { Chime } = await import("./chime.js");
      this.#chime ??= new Chime();
    }
    if (!this.#chime.ready) await this.#chime.unlock();
  }

  /**
   * A customer has written.
   * @param {Conversation} conversation
   * @param {Message | null} message the newest, where one knows it
   * @param {boolean} open his conversation is the open one
   */
  news(conversation, message, open) {
    void this.ringing.news({ conversation, message }, !open);
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

  /** As it will be. */
  async test() {
    await this.unlock();
    this.#chime?.play(this.muted ? VOLUME_FIRST : this.volume);
    const { say } = this.setup;
    return this.#show(0, say("notice.test.title"), say("notice.test.body"));
  }

  /** @param {Conversation} conversation @param {Message | null} message */
  #announce(conversation, message) {
    const { say } = this.setup;
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
      // Phones allow it to service workers only.
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
