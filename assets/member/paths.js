// Where a customer's page asks the server.

import { NEWEST, PAGE_SIZE, query } from "../shared/protocol.js";

const member = "/app-api/promotion";

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
