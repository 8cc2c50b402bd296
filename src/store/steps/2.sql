-- Version 2: identity, catalog and files. schema.sql explains every table and column.
ALTER TABLE member ADD COLUMN external_id TEXT CHECK (length(external_id) BETWEEN 1 AND 128);
ALTER TABLE member ADD COLUMN email TEXT CHECK (length(email) <= 254);
ALTER TABLE member ADD COLUMN phone TEXT CHECK (length(phone) <= 32);
ALTER TABLE member ADD COLUMN level TEXT CHECK (length(level) <= 64);
CREATE UNIQUE INDEX member_external ON member (external_id) WHERE external_id IS NOT NULL;

CREATE TABLE shop_key (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  kind        TEXT NOT NULL CHECK (kind IN ('identity', 'api')),
  secret      TEXT NOT NULL CHECK (length(secret) BETWEEN 32 AND 128),
  create_time INTEGER NOT NULL
) STRICT;
CREATE TABLE product (
  spu_id      INTEGER PRIMARY KEY,
  spu_name    TEXT NOT NULL CHECK (length(spu_name) BETWEEN 1 AND 255),
  pic_url     TEXT CHECK (length(pic_url) <= 2048),
  price       INTEGER CHECK (price >= 0),
  sales_count INTEGER CHECK (sales_count >= 0),
  stock       INTEGER CHECK (stock >= 0),
  url         TEXT CHECK (length(url) <= 2048),
  update_time INTEGER NOT NULL
) STRICT;
CREATE TABLE trade_order (
  id          INTEGER PRIMARY KEY,
  external_id TEXT NOT NULL CHECK (length(external_id) BETWEEN 1 AND 128),
  card        TEXT NOT NULL CHECK (length(card) <= 16384),
  update_time INTEGER NOT NULL
) STRICT;
CREATE INDEX trade_order_external ON trade_order (external_id);
CREATE TABLE browse_history (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  member_id   INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
  spu_id      INTEGER NOT NULL,
  card        TEXT NOT NULL CHECK (length(card) <= 8192),
  create_time INTEGER NOT NULL,
  UNIQUE (member_id, spu_id)
) STRICT;
CREATE TABLE conversation_alias (
  old_id          INTEGER PRIMARY KEY,
  conversation_id INTEGER NOT NULL REFERENCES promotion_kefu_conversation (id),
  create_time     INTEGER NOT NULL
) STRICT;
CREATE INDEX conversation_alias_conversation ON conversation_alias (conversation_id);
CREATE TABLE file (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  name         TEXT NOT NULL UNIQUE CHECK (length(name) = 43),
  member_id    INTEGER REFERENCES member (id) ON DELETE CASCADE,
  admin_id     INTEGER REFERENCES admin (id),
  message_id   INTEGER REFERENCES promotion_kefu_message (id) ON DELETE CASCADE,
  title        TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 255),
  media_type   TEXT NOT NULL,
  bytes        INTEGER NOT NULL CHECK (bytes >= 0),
  sha256       BLOB CHECK (length(sha256) = 32),
  width        INTEGER,
  height       INTEGER,
  thumbnail_of INTEGER REFERENCES file (id) ON DELETE CASCADE,
  create_time  INTEGER NOT NULL,
  CHECK (member_id IS NULL OR admin_id IS NULL)
) STRICT;
CREATE INDEX file_member ON file (member_id, bytes) WHERE member_id IS NOT NULL;
CREATE INDEX file_admin ON file (admin_id, bytes) WHERE admin_id IS NOT NULL;
CREATE INDEX file_bytes ON file (bytes);
CREATE INDEX file_message ON file (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX file_unsent ON file (create_time) WHERE message_id IS NULL;
CREATE INDEX file_thumbnail ON file (thumbnail_of) WHERE thumbnail_of IS NOT NULL;
CREATE TABLE file_chunk (
  file_id INTEGER NOT NULL REFERENCES file (id) ON DELETE CASCADE,
  number  INTEGER NOT NULL CHECK (number >= 0),
  data    BLOB NOT NULL CHECK (length(data) <= 262144),
  PRIMARY KEY (file_id, number)
) STRICT;
