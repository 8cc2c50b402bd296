// The way down: a WebSocket that comes back for ever and says where it stopped, so that nothing is missed. It knows what a
// position is and when it may move; what the frames mean is the page's business.

import { asApiError } from "./api.js";
import { backoff } from "./backoff.js";
import { CLOSE_SESSION_ENDED, FRAME } from "./protocol.js";

/** @import { Hello, Message } from "./protocol.js" */

const PING_MS = 25_000;
const PONG_MS = 5000;
const OPEN_MS = 15_000;

/**
 * @typedef {object} SocketSetup
 * @property {() => Promise<string>} ticket one use, from the API
 * @property {(hello: Hello) => Promise<void>} onHello fetches what a socket does not replay
 * @property {(type: string, content: any) => void} onFrame
 * @property {(online: boolean) => void} onState
 * @property {() => void} onEnded the session is over: no more tries
 * @property {string} [origin]
 * @property {(url: string) => WebSocket} [create]
 * @property {() => number} [random]
 */

/** @param {unknown} text @returns {{ type: string, content: any } | null} */
export function parseFrame(text) {
  try {
    const frame = JSON.parse(String(text));
    if (typeof frame?.type !== "string" || typeof frame.content !== "string") return null;
    return { type: frame.type, content: JSON.parse(frame.content) };
  } catch {
    return null;
  }
}

export class Socket {
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {{ id: number, time: number } | null} from here on the server is to continue */
  #position = null;
  /** @type {{ id: number, time: number } | null} the newest received while a refetch is still under way */
  #received = null;
  /** Nothing is missing before the position. */
  #settled = false;
  #epoch = "";
  #attempt = 0;
  #running = false;
  #run = 0;
  #opening = false;
  #greeted = false;
  /** @type {number | undefined} */
  #retryMs;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retryTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #deadTimer;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #pingTimer;

  /** @param {SocketSetup} setup */
  constructor(setup) {
    this.setup = {
      origin: globalThis.location?.origin ?? "",
      create: (/** @type {string} */ url) => new WebSocket(url),
      random: Math.random,
      ...setup,
    };
  }

  start() {
    if (this.#running) return;
    this.#running = true;
    this.#run += 1;
    this.#pingTimer = setInterval(() => this.#ping(), PING_MS);
    void this.#open();
  }

  stop() {
    this.#running = false;
    this.#run += 1;
    this.#opening = false;
    clearInterval(this.#pingTimer);
    clearTimeout(this.#retryTimer);
    this.#drop();
    // The next session starts from nothing.
    this.#position = null;
    this.#attempt = 0;
  }

  /** Something hints that the way is free, or that it has silently gone: find out now. */
  check() {
    if (!this.#running) return;
    if (this.#socket) return this.#ping();
    clearTimeout(this.#retryTimer);
    void this.#open();
  }

  async #open() {
    if (this.#opening || this.#socket) return;
    this.#opening = true;
    const run = this.#run;
    const ticket = await this.setup.ticket().catch(asApiError);
    // Stopped meanwhile, and perhaps started again for somebody else.
    if (run !== this.#run) return;
    this.#opening = false;
    if (typeof ticket === "string") this.#connect(ticket);
    else if (ticket.ended) this.#end();
    else this.#later(ticket.retryMs);
  }

  /** @param {string} ticket */
  #connect(ticket) {
    const url = new URL("/infra/ws", this.setup.origin.replace(/^http/, "ws"));
    url.searchParams.set("token", ticket);
    url.searchParams.set("v", "1");
    if (this.#position) {
      url.searchParams.set("after", String(this.#position.id));
      url.searchParams.set("afterTime", String(this.#position.time));
      url.searchParams.set("epoch", this.#epoch);
    }
    const socket = this.setup.create(url.href);
    this.#socket = socket;
    this.#greeted = false;
    this.#deadTimer = setTimeout(() => this.#lost(socket), OPEN_MS);
    socket.onmessage = ({ data }) => this.#hear(socket, data);
    socket.onclose = ({ code }) => {
      if (socket !== this.#socket) return;
      if (code === CLOSE_SESSION_ENDED) this.#end();
      else this.#lost(socket);
    };
  }

  /** @param {WebSocket} socket @param {unknown} data */
  #hear(socket, data) {
    if (socket !== this.#socket) return;
    // Any word is a sign of life.
    if (this.#greeted) clearTimeout(this.#deadTimer);
    const frame = data === "pong" ? null : parseFrame(data);
    if (!frame) return;
    if (frame.type === FRAME.hello) return void this.#greet(socket, frame.content);
    if (frame.type === FRAME.bye) this.#retryMs = Number(frame.content?.retryMs) || undefined;
    if (frame.type === FRAME.message) this.#advance(frame.content);
    this.setup.onFrame(frame.type, frame.content);
  }

  /** @param {Message} message */
  #advance({ id, createTime }) {
    if (!(id > 0)) return;
    const here = { id, time: createTime };
    if (this.#settled) this.#position = id > (this.#position?.id ?? 0) ? here : this.#position;
    else this.#received = here;
  }

  /** @param {WebSocket} socket @param {Hello} hello */
  async #greet(socket, hello) {
    clearTimeout(this.#deadTimer);
    this.#greeted = true;
    this.#settled = hello.resumed === true;
    this.#received = null;
    this.#epoch = String(hello.epoch ?? "");
    if (!this.#settled) this.#position = null;
    try {
      await this.setup.onHello(hello);
    } catch {
      // Without the refetch there may be a hole: begin again.
      return this.#lost(socket);
    }
    if (socket !== this.#socket) return undefined;
    this.#attempt = 0;
    if (!this.#settled) this.#settle(hello);
    this.setup.onState(true);
    return undefined;
  }

  /** @param {Hello} hello */
  #settle({ head, headTime }) {
    const atHead = head && headTime ? { id: head, time: headTime } : null;
    this.#position = this.#received ?? atHead;
    this.#settled = true;
  }

  #ping() {
    const socket = this.#socket;
    if (!socket || !this.#greeted || socket.readyState !== 1) return;
    clearTimeout(this.#deadTimer);
    this.#deadTimer = setTimeout(() => this.#lost(socket), PONG_MS);
    socket.send("ping");
  }

  /** @param {WebSocket} socket */
  #lost(socket) {
    if (socket !== this.#socket) return;
    this.#drop();
    this.#later(this.#retryMs);
  }

  /** @param {number} [retryMs] */
  #later(retryMs) {
    this.#retryMs = undefined;
    this.setup.onState(false);
    if (!this.#running) return;
    clearTimeout(this.#retryTimer);
    const ms = backoff(this.#attempt, retryMs, this.setup.random);
    this.#attempt += 1;
    this.#retryTimer = setTimeout(() => void this.#open(), ms);
  }

  #drop() {
    clearTimeout(this.#deadTimer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #end() {
    this.stop();
    this.setup.onEnded();
  }
}

/** Says `check` when the network or the person comes back. @param {() => void} check @param {AbortSignal} [signal] */
export function onReturn(check, signal) {
  addEventListener("online", check, { signal });
  addEventListener("pageshow", check, { signal });
  document.addEventListener(
    "visibilitychange",
    () => {
      if (document.visibilityState === "visible") check();
    },
    { signal },
  );
}
