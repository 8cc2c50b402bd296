// Where the staff's page asks the server.

import { NEWEST, PAGE_SIZE, query } from "../shared/protocol.js";

const admin = "/admin-api/promotion";

export const adminPaths = {
  /** Known to everybody. */
  shop: "/app-api/promotion/kefu-shop/get",
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
