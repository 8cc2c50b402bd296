// The customer's chat: joins session, socket, outbox and the one conversation. Where things are kept and who frames the page
// is given to it.

import { ApiError, asApiError } from "../shared/api.js";
import { coalesce, persist } from "../shared/coalesce.js";
import { jointly } from "../shared/connection-note.js";
import { Conversation } from "../shared/conversation.js";
import { later } from "../shared/later.js";
import { Outbox } from "../shared/outbox.js";
import { AUTHOR, FRAME } from "../shared/protocol.js";
import { Socket } from "../shared/socket.js";
import { memberPaths as paths } from "./paths.js";
import { bearing } from "./proven.js";

/** @import { Call } from "../shared/api.js" */
/** @import { Attention } from "../shared/attention.js" */
/** @import { MessageComposer } from "../shared/message-composer.js" */
/** @import { MessageList } from "../shared/message-list.js" */
/** @import { Entry } from "../shared/outbox.js" */
/** @import { Hello, Message, OwnConversation } from "../shared/protocol.js" */
/** @import { Store } from "../shared/store.js" */
/** @import { Say } from "../shared/text.js" */
/** @import { Context } from "./offer.js" */
/** @import { Session } from "./session.js" */

/**
 * @typedef {object} Setup
 * @property {Say} say
 * @property {string} language
 * @property {Store} store
 * @property {() => number} bytesMax of a file
 * @property {Call} call
 * @property {Session} session
 * @property {Attention} attention
 * @property {MessageList} list
 * @property {MessageComposer} composer
 * @property {() => void} focus to the composer, where that does not bring a keyboard up
 * @property {() => void} onProblem
 * @property {(count: number) => void} onUnread
 * @property {(message: Message) => void} onMessage
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
  constructor(setup) {
    const { store, call, session, attention, list, composer, onUnread, onConnection } = setup;
    this.setup = setup;
    this.onUnread = onUnread;
    // Before there is a visitor there is no socket, and only what is sent finds out that the server is away.
    const line = jointly(onConnection);
    this.onConnection = line("socket");
    this.call = call;
    this.session = session;
    this.owner = session.owner;
    const send = (/** @type {Entry} */ entry) => this.#send(entry);
    this.outbox = new Outbox({ store, owner: this.owner, send, onState: line("outbox") });
    this.uploads = later(() => this.#makeUploads());
    if (store.keys("upload:").length > 0) void this.uploads.get().catch(() => {});
    this.whereabouts = later(() => this.#makeWhereabouts());
    this.tools = later(() => this.#makeTools());
    this.conversation = new Conversation({
      author: AUTHOR.member,
      conversationId: null,
      page: (beforeId) => this.#ask("GET", paths.messages(beforeId)),
      read: ({ conversationId, id }) => this.#ask("PUT", paths.read(conversationId, id)),
      outbox: this.outbox,
      uploads: this.uploads,
      onProblem: setup.onProblem,
      attention,
      list,
      composer,
    });
    this.refetch = coalesce(async () => this.#apply(await this.#ask("GET", paths.conversation)));
    this.socket = new Socket({
      ticket: async () => (await this.#ask("POST", paths.ticket)).ticket,
      onHello: (hello) => this.#onHello(hello),
      onFrame: (type, content) => this.#onFrame(type, content),
      onState: this.onConnection,
      onEnded: () => this.#onEnded(this.#listeningAs),
    });
  }

  start() {
    this.session.watch(() => this.#follow());
    this.#follow();
    this.outbox.start();
  }

  /** The network or the person is back. */
  check() {
    this.session.check();
    this.socket.check();
    this.outbox.wake();
    this.#offerCards();
  }

  /** Where in the shop he is now. @param {Context} context */
  async setContext(context) {
    const { page, product, order } = context;
    if (!page && !product && !order) return;
    // Without what draws it there is no chip; the next step through the shop tries again.
    const whereabouts = await this.whereabouts.get().catch(() => null);
    await whereabouts?.set(context);
  }

  /** A product he has looked at, or one of his orders. @param {string} name of the composer's tool */
  async choose(name) {
    const chosen = await (await this.tools.get()).choose(name);
    if (chosen) this.conversation.sendCard(chosen.contentType, chosen.card);
  }

  /** To whoever has the chat open. */
  #offerCards() {
    if (!this.setup.attention.given || !this.session.token) return;
    void this.tools.get().then(
      (tools) => tools.offer(),
      () => {},
    );
  }

  async #makeTools() {
    const { Tools } = await import("./tools.js");
    const { say, language: locale, composer } = this.setup;
    return new Tools({
      token: () => this.session.token,
      get: (path) => this.#ask("GET", path),
      manner: { say, locale, staff: false },
      composer,
    });
  }

  async #makeWhereabouts() {
    const { Whereabouts } = await import("./whereabouts.js");
    const { store, say, language: locale, composer } = this.setup;
    return new Whereabouts({
      manner: { say, locale, staff: false },
      store,
      before: composer,
      token: () => this.session.token,
      ask: (method, path, body) => this.#ask(method, path, body),
      send: (contentType, content) => this.conversation.sendCard(contentType, content),
      focus: this.setup.focus,
    });
  }

  async #makeUploads() {
    const { makeUploads } = await import("../shared/attach.js");
    const { store, say, language, bytesMax } = this.setup;
    const locale = language;
    const setup = { store, owner: this.owner, outbox: this.outbox, say, locale, bytesMax };
    let token = "";
    const headers = async () => {
      token = await this.session.ensure();
      return { ...bearing(token), "Accept-Language": language };
    };
    // Files go one at a time: the token that was refused is the last one that was sent.
    return makeUploads(setup, paths.upload, headers, () => this.#onEnded(token));
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
      return await this.call(method, path, body, bearing(token));
    } catch (cause) {
      if (asApiError(cause).ended) this.session.drop(token);
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

  /** @param {OwnConversation | null} next @param {boolean} [pushed] maybe while the first page was being fetched */
  #apply(next, pushed = false) {
    const before = this.#own;
    if (!next || (before?.id === next.id && next.version < before.version)) return;
    this.#own = next;
    this.conversation.setReadId(next.adminReadId);
    this.onUnread(next.unreadCount);
    // A first conversation of a later generation came with messages that nobody has told this page of.
    const rewritten = before
      ? before.id !== next.id || before.generation !== next.generation
      : next.generation > 1 && (pushed || this.conversation.loaded);
    if (rewritten) this.conversation.reload().catch(() => this.socket.check());
  }

  /** @param {Hello} hello */
  async #onHello({ resumed, head }) {
    await this.refetch();
    if (!resumed || !this.conversation.loaded) {
      this.#tell(await this.conversation.refresh(head ?? 0));
    }
    this.conversation.reportRead();
    this.outbox.wake();
    this.#offerCards();
  }

  /** @param {string} type @param {any} content */
  #onFrame(type, content) {
    if (type === FRAME.conversation) this.#apply(content?.conversation ?? null, true);
    if (type === FRAME.message) this.#tell(this.conversation.receive(content));
    const changed =
      type === FRAME.message ? content.senderType === AUTHOR.admin : type === FRAME.read;
    if (changed) void persist(this.refetch);
  }

  /** Once each, however they came. @param {readonly Message[]} news */
  #tell(news) {
    for (const message of news) this.setup.onMessage(message);
  }

  /** A visitor has turned out to be a member: what he has waiting is his. */
  #become() {
    const { owner } = this.session;
    if (owner === this.owner) return;
    this.owner = owner;
    this.outbox.become(owner);
    this.uploads.value?.become(owner);
  }

  /** The socket belongs to the customer of now, whoever made him. */
  #follow() {
    this.#become();
    this.#showOwn();
    const { token } = this.session;
    if (token !== this.#listeningAs) this.socket.stop();
    this.#listeningAs = token;
    if (token) this.whereabouts.value?.tell();
    if (token) this.socket.start();
    else {
      this.onConnection(true);
      this.onUnread(0);
    }
  }

  /** @param {string | null} token of the session that has ended */
  #onEnded(token) {
    if (token) this.session.drop(token);
    this.#follow();
  }
}
