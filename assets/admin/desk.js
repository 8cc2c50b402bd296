// The staff's desk after signing in: joins the list, the open conversation, the socket and the outbox.

import { ApiError } from "../shared/api.js";
import { coalesce, persist } from "../shared/coalesce.js";
import { Conversation } from "../shared/conversation.js";
import { on } from "../shared/dom.js";
import { later } from "../shared/later.js";
import { Outbox } from "../shared/outbox.js";
import { AUTHOR, CONTENT, FRAME, adminPaths as paths } from "../shared/protocol.js";
import { Socket } from "../shared/socket.js";
import { Conversations } from "./conversations.js";

/** @import { Call } from "../shared/api.js" */
/** @import { Attention } from "../shared/attention.js" */
/** @import { MessageComposer } from "../shared/message-composer.js" */
/** @import { MessageList } from "../shared/message-list.js" */
/** @import { Entry } from "../shared/outbox.js" */
/** @import { AdminUser, Conversation as Row, Hello } from "../shared/protocol.js" */
/** @import { Store } from "../shared/store.js" */
/** @import { Say } from "../shared/text.js" */
/** @import { ConversationList } from "./conversation-list.js" */

/**
 * @typedef {object} Setup
 * @property {AdminUser} user
 * @property {Call} call
 * @property {Store} store
 * @property {Attention} attention
 * @property {ConversationList} rows
 * @property {MessageList} list
 * @property {MessageComposer} composer
 * @property {(fine: boolean) => void} onConnection
 * @property {(open: Row | null, unread: number) => void} onChange
 * @property {(userId: number) => void} onMember something about this customer has changed
 * @property {(from: number, to: number) => void} onMerge whoever has `from` open shall see `to`
 * @property {(message: string) => void} onProblem
 * @property {(row: Row) => Promise<boolean>} confirmRemoval
 * @property {Say} say
 * @property {string} language
 * @property {() => void} onEnded the session is over
 */

export class Desk {
  #conversations = new Conversations();
  /** @type {Conversation | null} */
  #open = null;
  /** @type {number | null} */
  #openId = null;
  /** What was typed and not sent, so that it never goes to another customer. @type {Map<number, string>} */
  #drafts = new Map();
  /** @type {Map<number, () => Promise<void>>} */
  #refetches = new Map();
  #leaving = new AbortController();

  /** @param {Setup} setup */
  constructor(setup) {
    this.setup = setup;
    const { store, user, rows, onConnection } = setup;
    const { signal } = this.#leaving;
    this.outbox = new Outbox({
      store,
      owner: `admin-${user.id}`,
      send: (entry) => this.#send(entry),
    });
    this.uploads = later(() => this.#makeUploads());
    if (store.keys("upload:").length > 0) void this.uploads.get().catch(() => {});
    this.socket = new Socket({
      ticket: async () => (await this.#ask("POST", paths.ticket)).ticket,
      onHello: (hello) => this.#onHello(hello),
      onFrame: (type, content) => this.#onFrame(type, content),
      onState: onConnection,
      onEnded: () => this.#end(),
    });
    on(rows, "pin", ({ conversation }) => void this.#pin(conversation), signal);
    on(rows, "remove", ({ conversation }) => void this.#remove(conversation), signal);
  }

  start() {
    this.outbox.start();
    this.socket.start();
  }

  leave() {
    this.#leaving.abort();
    this.outbox.stop();
    this.uploads.value?.stop();
    this.socket.stop();
    this.open(null);
    this.setup.rows.show([], null);
  }

  /** The network or the person is back. */
  check() {
    this.socket.check();
    this.outbox.wake();
  }

  /** @param {number | null} id */
  open(id) {
    if (id === this.#openId) return;
    const { composer } = this.setup;
    if (this.#openId !== null) this.#drafts.set(this.#openId, composer.value);
    this.#open?.leave();
    this.#open = null;
    this.#openId = id;
    if (id !== null) {
      composer.value = this.#drafts.get(id) ?? "";
      this.#open = this.#join(id);
      if (!this.#conversations.get(id)) this.#refetch(id);
      // Without an answer the next hello fetches it.
      this.#open.refresh(Number.MAX_SAFE_INTEGER).catch(() => this.socket.check());
    }
    this.#show();
  }

  /** @param {number} id */
  #join(id) {
    const { attention, list, composer } = this.setup;
    return new Conversation({
      author: AUTHOR.admin,
      conversationId: id,
      page: (beforeId) => this.#ask("GET", paths.messages(id, beforeId)),
      read: (message) => this.#ask("PUT", paths.read(id, message.id)),
      outbox: this.outbox,
      uploads: this.uploads,
      onProblem: () => this.setup.onProblem(""),
      attention,
      list,
      composer,
    });
  }

  async #makeUploads() {
    const { makeUploads } = await import("../shared/attach.js");
    const { store, user, say, language } = this.setup;
    const setup = { store, owner: `admin-${user.id}`, outbox: this.outbox, say };
    const headers = async () => ({ "Accept-Language": language });
    return makeUploads(setup, paths.upload, headers, () => this.#end());
  }

  /** Any product, or an order of the customer who is open. @param {string} name of the composer's tool */
  async choose(name) {
    const { say, language } = this.setup;
    const open = this.#open;
    const row = this.#openId === null ? null : this.#conversations.get(this.#openId);
    if (!open || !row) return;
    const { pickOrder, pickProduct } = await import("../shared/cards.js");
    const manner = { say, locale: language, staff: true };
    const products = name === "products";
    const card = products
      ? await pickProduct(manner, {
          title: say("composer.products"),
          search: say("picker.search"),
          load: (pageNo, text) => this.#ask("GET", paths.products(text, pageNo)),
        })
      : await pickOrder(manner, {
          title: say("composer.orders"),
          load: (pageNo) => this.#ask("GET", paths.orders(row.userId, pageNo)),
        });
    // Meanwhile another customer may have been chosen: the card is for this one.
    if (card && open === this.#open)
      open.sendCard(products ? CONTENT.product : CONTENT.order, card);
  }

  /** To the customer it was chosen for, if he is still the open one. @param {number} contentType @param {object} card @param {number} userId */
  sendCard(contentType, card, userId) {
    const row = this.#openId === null ? null : this.#conversations.get(this.#openId);
    if (row?.userId === userId) this.#open?.sendCard(contentType, card);
  }

  #show() {
    const { rows, onChange } = this.setup;
    rows.show(this.#conversations.list(), this.#openId);
    const open = this.#openId === null ? null : this.#conversations.get(this.#openId);
    this.#open?.setReadId(open?.memberReadId ?? 0);
    onChange(open, this.#conversations.unread);
  }

  /** @param {Parameters<Call>[0]} method @param {string} path @param {unknown} [body] */
  async #ask(method, path, body) {
    try {
      return await this.setup.call(method, path, body);
    } catch (cause) {
      if (cause instanceof ApiError && cause.status === 401) this.#end();
      throw cause;
    }
  }

  #end() {
    if (!this.#leaving.signal.aborted) this.setup.onEnded();
  }

  /** @param {Entry} entry @returns {Promise<number>} */
  #send({ conversationId, contentType, content, clientMessageId }) {
    const body = { conversationId, contentType, content, clientMessageId };
    return this.#ask("POST", paths.send, body);
  }

  /** @param {Hello} hello */
  async #onHello({ head }) {
    const { moment } = this.#conversations;
    const before = this.#generation();
    this.#conversations.replaceAll(await this.#ask("GET", paths.conversations), moment);
    this.#show();
    const now = this.#generation();
    // Hidden or merged meanwhile: the page closes it, or goes on in the other, when it hears so.
    if (this.#openId !== null && now === null) this.#refetch(this.#openId);
    if (before !== null && now !== null && before !== now) await this.#open?.reload();
    // After a resume too: what was missed of a conversation hidden at that moment, and this may have been one, is not
    // in the backlog, and comes back unseen with the next message.
    else await this.#open?.refresh(head ?? 0);
    this.#open?.reportRead();
    this.outbox.wake();
  }

  #generation() {
    return this.#openId === null
      ? null
      : (this.#conversations.get(this.#openId)?.generation ?? null);
  }

  /** @param {string} type @param {any} content */
  #onFrame(type, content) {
    if (type === FRAME.member) this.setup.onMember(content?.userId);
    if (type === FRAME.conversation) this.#put(content?.conversation, content?.from);
    const id = content?.conversationId;
    if (!Number.isInteger(id)) return;
    if (type === FRAME.message && id === this.#openId) this.#open?.receive(content);
    if (type === FRAME.message || type === FRAME.read) this.#refetch(id);
  }

  /** @param {Row | null | undefined} row @param {number} [from] where its messages were before */
  #put(row, from) {
    if (!row || !Number.isInteger(row.id)) return;
    const before = this.#conversations.get(row.id)?.generation;
    this.#conversations.put(row);
    if (from !== undefined && from !== row.id) this.#merge(from, row.id);
    this.#show();
    const rewritten =
      before !== undefined && before !== this.#conversations.get(row.id)?.generation;
    if (rewritten && row.id === this.#openId) this.#open?.reload().catch(() => this.socket.check());
  }

  /** What was being done in one conversation goes on in the other. @param {number} from @param {number} to */
  #merge(from, to) {
    this.#conversations.merge(from, to);
    this.#refetches.delete(from);
    const { composer, onMerge } = this.setup;
    const typed = this.#openId === from ? composer.value : this.#drafts.get(from);
    if (typed && !this.#drafts.get(to)) this.#drafts.set(to, typed);
    this.outbox.move(from, to);
    this.uploads.value?.move(from, to);
    onMerge(from, to);
    this.#drafts.delete(from);
  }

  /** An earlier id is answered with the conversation of now. @param {number} id */
  #refetch(id) {
    const fetch = async () => this.#put(await this.#ask("GET", paths.conversation(id)), id);
    const refetch = this.#refetches.get(id) ?? coalesce(fetch);
    this.#refetches.set(id, refetch);
    void persist(refetch);
  }

  /** @param {() => Promise<unknown>} act @param {number} id */
  async #change(act, id) {
    try {
      await act();
      this.#refetch(id);
    } catch (cause) {
      this.setup.onProblem(cause instanceof ApiError ? cause.message : "");
    }
  }

  /** @param {Row} row */
  #pin({ id, adminPinned }) {
    const body = { id, adminPinned: !adminPinned };
    return this.#change(() => this.#ask("PUT", paths.pinned, body), id);
  }

  /** @param {Row} row */
  async #remove(row) {
    if (!(await this.setup.confirmRemoval(row))) return;
    await this.#change(() => this.#ask("DELETE", paths.remove(row.id)), row.id);
  }
}
