// The words of the wire, once: the twin of the server's model. It knows shapes and numbers, and asks for nothing itself; the paths
// are beside the pages that ask, since a page pays for every word.

/**
 * @typedef {object} Message
 * @property {number} id
 * @property {number} conversationId
 * @property {number} senderId
 * @property {string | null} senderAvatar
 * @property {string | null} [senderNickname] of an admin
 * @property {number} senderType one of AUTHOR
 * @property {number} contentType one of CONTENT
 * @property {string} content JSON kept in a string
 * @property {number} createTime epoch milliseconds
 * @property {string | null} clientMessageId
 */

/**
 * The member's view of his one conversation.
 * @typedef {object} OwnConversation
 * @property {number} id
 * @property {number} version
 * @property {number} generation
 * @property {number} unreadCount
 * @property {number | null} adminReadId
 */

/**
 * The admins' view of a conversation.
 * @typedef {object} Conversation
 * @property {number} id
 * @property {number} userId
 * @property {string | null} userAvatar
 * @property {string | null} userNickname
 * @property {number} lastMessageTime
 * @property {string} lastMessageContent
 * @property {number} lastMessageContentType
 * @property {boolean} adminPinned
 * @property {boolean} adminDeleted
 * @property {number} adminUnreadMessageCount
 * @property {number} version
 * @property {number} generation
 * @property {number | null} memberReadId
 * @property {boolean} verified the shop has vouched for the member
 */

/** @typedef {{ id: number, nickname: string, avatar: string | null }} AdminUser */
/** @typedef {{ epoch: string, resumed: boolean, head: number | null, headTime: number | null }} Hello */
/** @typedef {{ contentType: number, content: string, clientMessageId: string }} Draft */
/** @typedef {{ total: number, list: any[] }} Page of products or orders, each row as it is sent on a card */

export const AUTHOR = Object.freeze({ member: 1, admin: 2 });

export const CONTENT = Object.freeze({
  text: 1,
  image: 2,
  voice: 3,
  video: 4,
  system: 5,
  file: 6,
  product: 10,
  order: 11,
});

export const FRAME = Object.freeze({
  hello: "kefu_hello",
  message: "kefu_message_type",
  read: "kefu_message_read_status_change",
  conversation: "kefu_conversation_change",
  member: "kefu_member_change",
  bye: "kefu_bye",
});

export const CLOSE_SESSION_ENDED = 4001;
export const PAGE_SIZE = 30;
/** Before the newest of all: a page asked for without an id is as long as the clients of the original need it. */
export const NEWEST = Number.MAX_SAFE_INTEGER;
export const TEXT_LENGTH_MAX = 4000;
export const FILES_AT_ONCE_MAX = 20;
export const FILE_BYTES_MAX = 10 * 1024 * 1024;

/** @param {Record<string, number | string | undefined>} fields */
export function query(fields) {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}
