// The shop's page's side of the talk with the chat's frame: what it is told, what it may ask for. Joins the customer, the panel
// and the page. Loaded by widget.js together with the frame.

import { Customer, isOurs, Kept, RESET, UNREAD, VISITOR } from "./widget-customer.js";
import { follow, place } from "./widget-page.js";
import { Panel } from "./widget-panel.js";

// A proof that is long in coming does not hold the customer up.
const PROOF_MS = 4000;
/** A page may have changed since these were said of it. */
const OF_A_PAGE = ["product", "order", "page"];

class Chat {
  /** The frame is told things. */
  running = false;
  /** Lets the next tab have the lock. @type {(() => void) | undefined} */
  #release;

  /** @param {KefuParts} it */
  constructor(it) {
    this.it = it;
    this.kept = new Kept(it);
    this.customer = new Customer(this.kept, this);
    this.panel = new Panel(it, () => this.again());
    it.hear = (event) => this.#hear(event);
    it.framed = () => this.panel.framed();
    it.shown = () => {
      this.panel.shown();
      this.post({ kefu: "shown", open: it.open });
    };
    it.drawn = (count, zh) => {
      this.panel.drawn(zh);
      it.badge?.(count);
    };
    it.turned = (context) => this.post({ kefu: "context", ...context });
    addEventListener("storage", (event) => this.#onStorage(event));
    addEventListener("online", () => {
      if (!this.running) this.again();
    });
    this.#takeCalls();
  }

  /** @param {{ kefu: string } & Record<string, unknown>} message */
  post(message) {
    const { frame, origin } = this.it;
    if (this.running) frame?.contentWindow?.postMessage(message, origin);
  }

  /** A new frame, for somebody else or in another language. */
  again() {
    if (!this.it.frame) return;
    this.#drop();
    this.it.load();
  }

  #drop() {
    const { it } = this;
    this.running = false;
    this.#release?.();
    it.frame?.remove();
    it.frame = null;
  }

  #takeCalls() {
    const { it, customer } = this;
    const { reset } = it.calls;
    it.calls.identify = (given) => {
      customer.identify(given);
      it.load();
    };
    it.calls.reset = () => {
      this.#drop();
      reset?.();
      customer.forget();
      it.show(false);
    };
    it.calls.locale = (name) => {
      it.locale = /^(zh|en)/i.exec(`${name}`)?.[0]?.toLowerCase() ?? "";
      it.draw();
      if (!it.frame?.src.includes(`locale=${it.locale}`)) this.again();
    };
  }

  #start() {
    const { open, color, locale, script, context } = this.it;
    const title = script.dataset.title ?? "";
    const { items } = this.kept;
    const { proof } = this.customer;
    this.#release?.();
    this.running = true;
    this.post({ kefu: "start", items, open, color, title, locale, proof, ...context?.() });
  }

  /** @param {StorageEvent} event made by another tab */
  #onStorage({ key, newValue: value, storageArea }) {
    if (storageArea !== this.it.local || !isOurs(key)) return;
    if (key !== RESET) return this.post({ kefu: "changed", key, value });
    this.customer.forget();
    this.it.show(false);
    this.again();
  }

  /** @param {MessageEvent} event */
  #hear({ origin, source, data }) {
    const { frame } = this.it;
    if (!frame || origin !== this.it.origin || source !== frame.contentWindow) return;
    const { kefu, key = VISITOR, value = null } = data ?? {};
    const text = value === null || typeof value === "string";
    if (Object.keys(this.#wishes).includes(kefu) && isOurs(key) && text) {
      this.#wishes[kefu]?.({ ...data, key, value });
    }
  }

  /** What the framed page may ask for. @type {Record<string, (wish: any) => void>} */
  #wishes = {
    ready: () => {
      const { frame } = this.it;
      this.panel.heard();
      const enough = new Promise((resolve) => setTimeout(resolve, PROOF_MS));
      void Promise.race([this.customer.settled, enough]).then(() => {
        if (this.it.frame === frame) this.#start();
      });
    },
    up: () => this.panel.up(),
    set: ({ key, value }) => this.kept.keep(key, value),
    // All tabs of the shop share the lock, held until "put" says what was made.
    take: ({ key }) => {
      const { frame } = this.it;
      const hold = () =>
        new Promise((done) => {
          if (this.it.frame !== frame) return done(undefined);
          this.#release = () => done(undefined);
          return this.post({ kefu: "taken", key, value: this.kept.read(key) });
        });
      if (navigator.locks) void navigator.locks.request("kefu", hold);
      else void hold();
    },
    put: ({ key, value }) => {
      const first = this.kept.read(key) ?? value;
      this.kept.keep(key, first);
      this.post({ kefu: "kept", key, value: first });
      this.#release?.();
    },
    unread: ({ count }) => {
      if (!Number.isSafeInteger(count) || count < 0) return;
      this.kept.keep(UNREAD, count > 0 ? `${count}` : null);
      this.it.count(count);
    },
    message: ({ id, contentType, text, createTime }) => {
      const shape = [id, contentType, createTime].every(Number.isSafeInteger);
      if (!shape || typeof text !== "string") return;
      this.it.tell("message", { id, contentType, text, createTime });
    },
    close: () => this.it.show(false),
    again: () => this.again(),
    prove: () => this.customer.again(),
  };
}

/** @param {KefuParts} it */
export function begin(it) {
  follow(it);
  const chat = new Chat(it);
  chat.panel.framed();
  if (it.open) it.shown?.();
  for (const [name, [address, values]] of it.queue) {
    if (!OF_A_PAGE.includes(name) || place(address) === place(location.href)) {
      it.calls[name]?.(...values);
    }
  }
  it.queue.clear();
  for (const event of it.heard) it.hear(event);
}
