// The customer's chat: joins session, socket, outbox and the one conversation. Where things are kept and who frames the page
// is given to it.

import { ApiError, createApi } from "../shared/api.js";
import { coalesce, persist } from "../shared/coalesce.js";
import { Conversation } from "../shared/conversation.js";
import { Outbox } from "../shared/outbox.js";
import { AUTHOR, FRAME, memberPaths as paths } from "../shared/protocol.js";
import { Socket } from "../shared/socket.js";
import { Session } from "./session.js";

/** @import { Call } from "../shared/api.js" */
/** @import { Attention } from "../shared/attention.js" */
/** @import { MessageComposer } from "../shared/message-composer.js" */
/** @import { MessageList } from "../shared/message-list.js" */
/** @import { Entry } from "../shared/outbox.js" */
/** @import { Hello, OwnConversation } from "../shared/protocol.js" */
/** @import { Store } from "../shared/store.js" */

/**
 * @typedef {object} Setup
 * @property {string} language
 * @property {Store} store
 * @property {Attention} attention
 * @property {MessageList} list
 * @property {MessageComposer} composer
 * @property {(count: number) => void} onUnread
 * @property {(fine: boolean) => void} onConnection
 */

export class Chat {
  /** @type {OwnConversation | null} */
  #own = null;
  /** Whose messages are shown. @type {string | null} */
  #shownToken = null;
  /** @type {string | null} the token of the visitor the socket is for */
  #listeningAs = null;

  /** @param {Setup} setup */
  constructor({ language, store, attention, list, composer, onUnread, onConnection }) {
    this.onUnread = onUnread;
    this.onConnection = onConnection;
    /** @type {Call} */
    this.call = createApi({ locale: language });
    this.session = new Session(store, async () => {
      const { accessToken } = await this.call("POST", paths.visitor);
      return accessToken;
    });
    this.outbox = new Outbox({ store, owner: "member", send: (entry) => this.#send(entry) });
    this.conversation = new Conversation({
      author: AUTHOR.member,
      conversationId: null,
      page: (beforeId) => this.#ask("GET", paths.messages(beforeId)),
      read: ({ conversationId, id }) => this.#ask("PUT", paths.read(conversationId, id)),
      outbox: this.outbox,
      attention,
      list,
      composer,
    });
    this.refetch = coalesce(async () => this.#apply(await this.#ask("GET", paths.conversation)));
    this.socket = new Socket({
      ticket: async () => (await this.#ask("POST", paths.ticket)).ticket,
      onHello: (hello) => this.#onHello(hello),
      onFrame: (type, content) => this.#onFrame(type, content),
      onState: onConnection,
      onEnded: () => this.#onEnded(),
    });
  }

  start() {
    this.session.watch(() => this.#follow());
    this.#follow();
    this.outbox.start();
  }

  /** The network or the person is back. */
  check() {
    this.socket.check();
    this.outbox.wake();
  }

  /**
   * Asks as this visitor; a dead token is forgotten.
   * @param {Parameters<Call>[0]} method
   * @param {string} path
   * @param {unknown} [body]
   */
  async #ask(method, path, body) {
    const { token } = this.session;
    if (!token) throw new ApiError(401, "");
    try {
      return await this.call(method, path, body, { Authorization: `Bearer ${token}` });
    } catch (cause) {
      if (cause instanceof ApiError && cause.status === 401) this.session.drop(token);
      throw cause;
    }
  }

  /** A new visitor begins with what waits in the outbox: what the one before him wrote is not his. */
  #showOwn() {
    const { token } = this.session;
    if (!token || token === this.#shownToken) return;
    if (this.#shownToken) {
      this.#own = null;
      this.conversation.forget();
    }
    this.#shownToken = token;
  }

  /** @param {Entry} entry @returns {Promise<number>} */
  async #send({ contentType, content, clientMessageId }) {
    await this.session.ensure();
    this.#follow();
    return this.#ask("POST", paths.send, { contentType, content, clientMessageId });
  }

  /** @param {OwnConversation | null} next */
  #apply(next) {
    const before = this.#own;
    if (!next || (before?.id === next.id && next.version < before.version)) return;
    this.#own = next;
    this.conversation.setReadId(next.adminReadId);
    this.onUnread(next.unreadCount);
    const rewritten = before?.id !== next.id || before.generation !== next.generation;
    if (before && rewritten) this.conversation.reload().catch(() => this.socket.check());
  }

  /** @param {Hello} hello */
  async #onHello({ resumed, head }) {
    await this.refetch();
    if (!resumed || !this.conversation.loaded) await this.conversation.refresh(head ?? 0);
    this.conversation.reportRead();
    this.outbox.wake();
  }

  /** @param {string} type @param {any} content */
  #onFrame(type, content) {
    if (type === FRAME.conversation) this.#apply(content?.conversation ?? null);
    if (type === FRAME.message) this.conversation.receive(content);
    const changed =
      type === FRAME.message ? content.senderType === AUTHOR.admin : type === FRAME.read;
    if (changed) void persist(this.refetch);
  }

  /** The socket belongs to the visitor of now, whoever made him. */
  #follow() {
    this.#showOwn();
    const { token } = this.session;
    if (token !== this.#listeningAs) this.socket.stop();
    this.#listeningAs = token;
    if (token) this.socket.start();
    else this.onConnection(true);
  }

  #onEnded() {
    if (this.#listeningAs) this.session.drop(this.#listeningAs);
    this.#follow();
  }
}
