// What of all that comes is news to be told: what customers have written and nobody of the staff has read.

/** @import { Conversation, Message } from "../shared/protocol.js" */
/** @import { Notice } from "./notice.js" */

/** After a time without a connection; what else waits is in the list. */
const MISSED_MAX = 3;

export class News {
  /** Written by customers whose conversation is still being fetched. @type {Map<number, Message>} */
  #fresh = new Map();

  /** @param {Notice} notice */
  constructor(notice) {
    this.notice = notice;
  }

  /** @param {Message} message of a customer */
  heard(message) {
    this.#fresh.set(message.conversationId, message);
  }

  /** His name, and whether somebody has read it already, is known now. @param {Conversation} row @param {number | null} openId */
  met(row, openId) {
    const message = this.#fresh.get(row.id);
    this.#fresh.delete(row.id);
    if (row.adminUnreadMessageCount === 0) this.notice.settled(row.id);
    else if (message) this.notice.news(row, message, row.id === openId);
  }

  /**
   * What came while the line was down.
   * @param {readonly Conversation[]} before
   * @param {readonly Conversation[]} now
   * @param {number | null} openId
   */
  missed(before, now, openId) {
    const waited = new Map(before.map((row) => [row.id, row.adminUnreadMessageCount]));
    const more = now.filter((row) => row.adminUnreadMessageCount > (waited.get(row.id) ?? 0));
    for (const row of more.slice(0, MISSED_MAX)) this.notice.news(row, null, row.id === openId);
  }
}
