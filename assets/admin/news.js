// What of all that comes is news to be told: what customers have written and nobody of the staff has read.

/** @import { Conversation, Message } from "../shared/protocol.js" */
/** @import { Notice } from "./notice.js" */

/** After a time without a connection; what else waits is in the list, and is told as a number. */
const MISSED_MAX = 3;

export class News {
  /** Written by customers whose conversation is still being fetched. @type {Map<number, Message>} */
  #fresh = new Map();

  /** @param {Pick<Notice, "news" | "more" | "settled">} notice */
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
   * What came while the line was down, or while the list was being fetched.
   * @param {readonly Conversation[] | null} before null when the page has only just been opened
   * @param {readonly Conversation[]} now
   * @param {number | null} openId
   */
  missed(before, now, openId) {
    const waited = new Map(before?.map((row) => [row.id, row.adminUnreadMessageCount]));
    const more = now.filter((row) => {
      const count = row.adminUnreadMessageCount;
      const grown = before !== null && count > (waited.get(row.id) ?? 0);
      return count > 0 && (grown || this.#fresh.has(row.id));
    });
    for (const row of more.slice(0, MISSED_MAX)) {
      this.notice.news(row, this.#fresh.get(row.id) ?? null, row.id === openId);
    }
    const rest = more[MISSED_MAX];
    if (rest) this.notice.more(more.length - MISSED_MAX, `${rest.id} ${rest.version}`);
    for (const row of now) {
      this.#fresh.delete(row.id);
      if (row.adminUnreadMessageCount === 0) this.notice.settled(row.id);
    }
  }
}
