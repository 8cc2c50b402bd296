-- The whole schema of a kefu-server database: the newest truth. A new file is made from this; an old one is brought here
-- by the steps in src/store/schema.rs. Times are UTC epoch milliseconds. Flags are 0 or 1. Ids are never used again
-- (AUTOINCREMENT), because a page remembers the id up to which it has seen the conversation.

-- One row per customer of the shop. A visitor is a member nobody has vouched for yet; the row is made by his first send,
-- that of a vouched one also by the shop's backend.
CREATE TABLE member (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  nickname    TEXT CHECK (length(nickname) <= 64),      -- null: nobody said a name, pages show "visitor 12"
  avatar      TEXT CHECK (length(avatar) <= 1024),      -- absolute URL or a path of ours
  create_time INTEGER NOT NULL,
  -- The shop's own id of a member it has vouched for. Null: a visitor. What follows comes from the shop, too.
  external_id TEXT CHECK (length(external_id) BETWEEN 1 AND 128),
  email       TEXT CHECK (length(email) <= 254),
  phone       TEXT CHECK (length(phone) <= 32),
  level       TEXT CHECK (length(level) <= 64),
  -- What the staff note about him; he never sees it.
  mark        TEXT CHECK (length(mark) <= 1000),
  seen_time   INTEGER                                   -- when he last had the chat or the shop open, to the minute
) STRICT;
CREATE UNIQUE INDEX member_external ON member (external_id) WHERE external_id IS NOT NULL;

-- The shop's staff. All of them see and answer all conversations.
CREATE TABLE admin (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  username      TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (length(username) BETWEEN 4 AND 30),
  nickname      TEXT NOT NULL CHECK (length(nickname) BETWEEN 1 AND 30),
  avatar        TEXT CHECK (length(avatar) <= 1024),
  role          TEXT NOT NULL CHECK (role IN ('owner', 'agent')), -- they differ in settings, staff and keys only
  password_hash TEXT NOT NULL,                          -- argon2id in PHC form, parameters inside
  disabled      INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
  create_time   INTEGER NOT NULL,
  seen_time     INTEGER                                 -- when he last used one of his sessions; stays when they end
) STRICT;

-- Who is signed in where. Only the SHA-256 of a token is kept, so that a stolen file signs nobody in.
CREATE TABLE session (
  token_sha256 BLOB PRIMARY KEY CHECK (length(token_sha256) = 32),
  member_id    INTEGER REFERENCES member (id) ON DELETE CASCADE,
  admin_id     INTEGER REFERENCES admin (id) ON DELETE CASCADE,
  create_time  INTEGER NOT NULL,
  use_time     INTEGER NOT NULL,                        -- moved at most hourly (members) or every 5 minutes (admins)
  expire_time  INTEGER NOT NULL,
  CHECK ((member_id IS NULL) <> (admin_id IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX session_member ON session (member_id) WHERE member_id IS NOT NULL;
CREATE INDEX session_admin ON session (admin_id) WHERE admin_id IS NOT NULL;
CREATE INDEX session_expire ON session (expire_time);

-- What the shop chose or the server must remember, one row a thing. `epoch` names this copy of the database: a restored
-- copy gets a new one, because message ids may then be given out a second time. `public_url` is where the setup page was
-- opened.
CREATE TABLE setting (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- 客服会话. One per member, for ever, made by his first message. The names are those of the original's table; its common
-- columns creator, updater, deleted and tenant_id are left out: they carry nothing in a shop of its own.
CREATE TABLE promotion_kefu_conversation (
  id                         INTEGER PRIMARY KEY AUTOINCREMENT,                     -- 编号
  -- 会话所属用户. UNIQUE, so that two first messages at the same time cannot make two conversations.
  user_id                    INTEGER NOT NULL UNIQUE REFERENCES member (id),
  last_message_time          INTEGER NOT NULL,                                      -- 最后聊天时间
  last_message_content       TEXT NOT NULL CHECK (length(last_message_content) <= 16384), -- 最后聊天内容, the raw content
  last_message_content_type  INTEGER NOT NULL,                                      -- 最后发送的消息类型
  admin_pinned               INTEGER NOT NULL DEFAULT 0 CHECK (admin_pinned IN (0, 1)),   -- 管理端置顶, for all admins
  user_deleted               INTEGER NOT NULL DEFAULT 0 CHECK (user_deleted IN (0, 1)),   -- 用户是否可见
  -- 管理员是否可见: 1 hides it from the admins' list until either side writes again.
  admin_deleted              INTEGER NOT NULL DEFAULT 0 CHECK (admin_deleted IN (0, 1)),
  admin_unread_message_count INTEGER NOT NULL DEFAULT 0 CHECK (admin_unread_message_count >= 0), -- 管理员未读消息数
  create_time                INTEGER NOT NULL,
  update_time                INTEGER NOT NULL,
  -- Ours from here on. The four below change in the same transaction as the messages they speak of.
  user_unread_message_count  INTEGER NOT NULL DEFAULT 0 CHECK (user_unread_message_count >= 0),
  admin_read_id              INTEGER NOT NULL DEFAULT 0, -- the member's messages up to this id have been read by an admin
  user_read_id               INTEGER NOT NULL DEFAULT 0, -- the admins' messages up to this id have been read by the member
  version                    INTEGER NOT NULL DEFAULT 1, -- grows with every change; settles every race on a page
  generation                 INTEGER NOT NULL DEFAULT 1  -- grows when history was rewritten: pages load it again
) STRICT;
-- The admins' list: pinned first, then the newest. Deleted ones are not in it, so the index leaves them out.
CREATE INDEX promotion_kefu_conversation_list
  ON promotion_kefu_conversation (admin_pinned, last_message_time) WHERE admin_deleted = 0;
-- What waits for the staff, which every page asks about again and again.
CREATE INDEX promotion_kefu_conversation_unread
  ON promotion_kefu_conversation (admin_pinned, last_message_time)
  WHERE admin_deleted = 0 AND admin_unread_message_count > 0;

-- 客服消息. Order is by id, always: ids grow in commit order, times may be equal or jump.
CREATE TABLE promotion_kefu_message (
  id                INTEGER PRIMARY KEY AUTOINCREMENT,                               -- 编号
  conversation_id   INTEGER NOT NULL REFERENCES promotion_kefu_conversation (id),    -- 会话编号
  sender_id         INTEGER NOT NULL,                                                -- 发送人编号: member.id or admin.id
  sender_type       INTEGER NOT NULL CHECK (sender_type IN (1, 2)),                  -- 发送人类型: 1 member, 2 admin
  receiver_id       INTEGER,                                                         -- 接收人编号, null: all admins
  receiver_type     INTEGER CHECK (receiver_type IN (1, 2)),                         -- 接收人类型
  content_type      INTEGER NOT NULL,                                                -- 消息类型
  content           TEXT NOT NULL CHECK (length(content) BETWEEN 1 AND 16384),       -- 消息, JSON by content_type
  read_status       INTEGER NOT NULL DEFAULT 0 CHECK (read_status IN (0, 1)),        -- 是否已读 by the other side
  create_time       INTEGER NOT NULL,
  -- Made once when the person presses send: a retry of it is answered with the row that is here already.
  client_message_id TEXT NOT NULL CHECK (length(client_message_id) BETWEEN 16 AND 64),
  -- Of content_type and content as they were sent, so that the same id with something else in it is refused.
  sent_sha256       BLOB NOT NULL CHECK (length(sent_sha256) = 32),
  -- The id comes first: those that our pages and this server make begin with the time, so that new ones stand together at
  -- the end of this index instead of dirtying one page per conversation with every commit.
  UNIQUE (client_message_id, conversation_id, sender_type, sender_id)
) STRICT;
-- A page of history. The id is inside every index of SQLite, so this is (conversation_id, id).
CREATE INDEX promotion_kefu_message_conversation ON promotion_kefu_message (conversation_id);

-- The shop's own secrets, made here. The two newest of a kind are good, so that the shop can change over without a pause;
-- one that two newer ones have pushed out stays good for a day. The four newest are kept.
CREATE TABLE shop_key (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  kind        TEXT NOT NULL CHECK (kind IN ('identity', 'api')),
  -- identity: the HMAC secret itself, since it must be computed with. api: the SHA-256 of the key in hexadecimal.
  secret      TEXT NOT NULL CHECK (length(secret) BETWEEN 32 AND 128),
  create_time INTEGER NOT NULL
) STRICT;

-- The shop's products as its backend tells them: what a card shows and a customer cannot make up.
CREATE TABLE product (
  spu_id      INTEGER PRIMARY KEY,                      -- the shop's own id
  spu_name    TEXT NOT NULL CHECK (length(spu_name) BETWEEN 1 AND 255),
  pic_url     TEXT CHECK (length(pic_url) <= 2048),
  price       INTEGER CHECK (price >= 0),               -- fen
  sales_count INTEGER CHECK (sales_count >= 0),
  stock       INTEGER CHECK (stock >= 0),
  url         TEXT CHECK (length(url) <= 2048),         -- the product's page in the shop
  update_time INTEGER NOT NULL
) STRICT;

-- Orders as the shop's backend tells them. They belong to a member by the shop's id of him, since they may be told
-- before he ever opens the chat.
CREATE TABLE trade_order (
  id          INTEGER PRIMARY KEY,                      -- the shop's own id
  external_id TEXT NOT NULL CHECK (length(external_id) BETWEEN 1 AND 128), -- whose: member.external_id
  card        TEXT NOT NULL CHECK (length(card) <= 16384), -- the order as it stands in a message, JSON
  update_time INTEGER NOT NULL
) STRICT;
CREATE INDEX trade_order_external ON trade_order (external_id);

-- 浏览记录: what a member looked at, each product once; looked at again it comes back with a new id, so the newest first
-- is the highest id first. The oldest go when a member has too many.
CREATE TABLE browse_history (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  member_id   INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
  spu_id      INTEGER NOT NULL,
  card        TEXT NOT NULL CHECK (length(card) <= 8192), -- as the page told it; the catalog's product wins over it
  create_time INTEGER NOT NULL,
  UNIQUE (member_id, spu_id)
) STRICT;

-- Where a member is in the shop, as the widget on the page tells: for the staff's eyes, and proven by nothing. One row per
-- member, the newest.
CREATE TABLE visit (
  member_id   INTEGER PRIMARY KEY REFERENCES member (id) ON DELETE CASCADE,
  page_url    TEXT CHECK (length(page_url) <= 2048),
  page_title  TEXT CHECK (length(page_title) <= 255),
  referrer    TEXT CHECK (length(referrer) <= 2048),    -- where he came to the shop from
  browser     TEXT CHECK (length(browser) <= 512),      -- the User-Agent header
  language    TEXT CHECK (length(language) <= 35),
  card        TEXT CHECK (length(card) <= 8192),        -- the product on that page, as the page told it
  update_time INTEGER NOT NULL
) STRICT;

-- Where the catalog's pictures come from, like "https://img.example.com": pages may load pictures from there. Noted with
-- each product and order, so that nobody reads the whole catalog for it.
CREATE TABLE picture_origin (
  origin TEXT PRIMARY KEY CHECK (length(origin) <= 300)
) STRICT, WITHOUT ROWID;

-- Where a visitor's conversation went when he proved to be a member who had one already.
CREATE TABLE conversation_alias (
  old_id          INTEGER PRIMARY KEY,
  conversation_id INTEGER NOT NULL REFERENCES promotion_kefu_conversation (id),
  create_time     INTEGER NOT NULL
) STRICT;
CREATE INDEX conversation_alias_conversation ON conversation_alias (conversation_id);

-- Images and attachments. The name is the permission: whoever has it may read the file, nobody can guess it.
CREATE TABLE file (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  name         TEXT NOT NULL UNIQUE CHECK (length(name) = 43), -- 43 random letters and digits: more than 255 bits
  member_id    INTEGER REFERENCES member (id) ON DELETE CASCADE, -- who uploaded it, one of the two
  admin_id     INTEGER REFERENCES admin (id),
  -- The message that carries it. Null: not sent yet; such a file is swept after a day.
  message_id   INTEGER REFERENCES promotion_kefu_message (id) ON DELETE CASCADE,
  title        TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 255), -- its name on the sender's machine
  media_type   TEXT NOT NULL,                           -- of a picture we wrote ourselves; else application/octet-stream
  bytes        INTEGER NOT NULL CHECK (bytes >= 0),
  sha256       BLOB CHECK (length(sha256) = 32),        -- null until the last chunk is there
  width        INTEGER,                                 -- pixels, of pictures
  height       INTEGER,
  thumbnail_of INTEGER REFERENCES file (id) ON DELETE CASCADE,
  create_time  INTEGER NOT NULL,
  -- 1: the picture of the shop or of one of the staff. No message carries it, and it stays until it is replaced.
  avatar       INTEGER NOT NULL DEFAULT 0 CHECK (avatar IN (0, 1)),
  CHECK (member_id IS NULL OR admin_id IS NULL)
) STRICT;
CREATE INDEX file_member ON file (member_id, bytes) WHERE member_id IS NOT NULL;
CREATE INDEX file_admin ON file (admin_id, bytes) WHERE admin_id IS NOT NULL;
CREATE INDEX file_bytes ON file (bytes);
CREATE INDEX file_message ON file (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX file_unsent ON file (create_time) WHERE message_id IS NULL AND avatar = 0;
CREATE INDEX file_thumbnail ON file (thumbnail_of) WHERE thumbnail_of IS NOT NULL;

-- The bytes of a file in rows of at most 256 KB, each written by itself, so that a large upload never delays a message.
CREATE TABLE file_chunk (
  file_id INTEGER NOT NULL REFERENCES file (id) ON DELETE CASCADE,
  number  INTEGER NOT NULL CHECK (number >= 0),         -- from 0
  data    BLOB NOT NULL CHECK (length(data) <= 262144),
  PRIMARY KEY (file_id, number)
) STRICT;
