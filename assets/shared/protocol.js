// The words of the wire, once: the twin of the server's model. It knows paths and shapes, and asks for nothing itself.

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
const NEWEST = Number.MAX_SAFE_INTEGER;
export const TEXT_LENGTH_MAX = 4000;
export const FILES_AT_ONCE_MAX = 20;
export const FILE_BYTES_MAX = 10 * 1024 * 1024;

/** @param {Record<string, number | string | undefined>} fields */
function query(fields) {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

const member = "/app-api/promotion";
const admin = "/admin-api/promotion";

export const memberPaths = {
  visitor: "/app-api/member/auth/visitor",
  identify: "/app-api/member/auth/identify",
  logout: "/app-api/member/auth/logout",
  ticket: "/app-api/infra/ws-ticket",
  upload: "/app-api/infra/file/upload",
  shop: `${member}/kefu-shop/get`,
  visit: "/app-api/member/visit/update",
  conversation: `${member}/kefu-conversation/get`,
  send: `${member}/kefu-message/send`,
  messages: (beforeId = NEWEST) =>
    `${member}/kefu-message/list${query({ limit: PAGE_SIZE, beforeId })}`,
  /** @param {number} conversationId @param {number} lastId */
  read: (conversationId, lastId) =>
    `${member}/kefu-message/update-read-status${query({ conversationId, lastId })}`,
  viewed: (pageNo = 1, pageSize = 10) =>
    `/app-api/product/browse-history/page${query({ pageNo, pageSize })}`,
  orders: (pageNo = 1, pageSize = 10) => `/app-api/trade/order/page${query({ pageNo, pageSize })}`,
};

export const adminPaths = {
  setup: "/admin-api/system/auth/setup",
  login: "/admin-api/system/auth/login",
  logout: "/admin-api/system/auth/logout",
  logoutAll: "/admin-api/system/auth/logout-all",
  whoAmI: "/admin-api/system/auth/get-permission-info",
  ticket: "/admin-api/infra/ws-ticket",
  upload: "/admin-api/infra/file/upload",
  unreadCount: `${admin}/kefu-conversation/unread-count`,
  pinned: `${admin}/kefu-conversation/update-conversation-pinned`,
  send: `${admin}/kefu-message/send`,
  /** @param {Record<string, number | string | undefined>} part */
  conversationPage: (part) => `${admin}/kefu-conversation/list${query(part)}`,
  /** @param {string} text @param {number} limit */
  search: (text, limit) => `${admin}/kefu-conversation/search${query({ text, limit })}`,
  /** @param {number} id */
  conversation: (id) => `${admin}/kefu-conversation/get${query({ id })}`,
  /** @param {number} id @param {number} [lastId] the newest message that was seen: it stays when there is a newer one */
  remove: (id, lastId) => `${admin}/kefu-conversation/delete${query({ id, lastId })}`,
  /** @param {number} conversationId */
  messages: (conversationId, beforeId = NEWEST) =>
    `${admin}/kefu-message/list${query({ conversationId, limit: PAGE_SIZE, beforeId })}`,
  /** @param {number} conversationId @param {number} lastId */
  read: (conversationId, lastId) =>
    `${admin}/kefu-message/update-read-status${query({ conversationId, lastId })}`,
  /** @param {string} name @param {number} pageNo */
  products: (name, pageNo) =>
    `/admin-api/product/spu/page${query({ name: name || undefined, pageNo, pageSize: 20 })}`,
  /** @param {number} userId @param {number} pageNo */
  orders: (userId, pageNo, pageSize = 10) =>
    `/admin-api/trade/order/page${query({ userId, pageNo, pageSize })}`,
  /** @param {number} userId @param {number} pageNo */
  viewed: (userId, pageNo, pageSize = 10) =>
    `/admin-api/product/browse-history/page${query({ userId, userDeleted: "false", pageNo, pageSize })}`,
  /** @param {number} id */
  member: (id) => `/admin-api/member/user/get${query({ id })}`,
  changeMember: "/admin-api/member/user/update",
};
