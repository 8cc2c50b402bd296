-- Version 3: what the staff note and see of a customer, pictures of other hosts, avatars. schema.sql explains all of it.
ALTER TABLE member ADD COLUMN mark TEXT CHECK (length(mark) <= 1000);
ALTER TABLE member ADD COLUMN seen_time INTEGER;
ALTER TABLE admin ADD COLUMN seen_time INTEGER;
UPDATE admin SET seen_time = (SELECT max(use_time) FROM session WHERE admin_id = admin.id);

CREATE TABLE visit (
  member_id   INTEGER PRIMARY KEY REFERENCES member (id) ON DELETE CASCADE,
  page_url    TEXT CHECK (length(page_url) <= 2048),
  page_title  TEXT CHECK (length(page_title) <= 255),
  referrer    TEXT CHECK (length(referrer) <= 2048),
  browser     TEXT CHECK (length(browser) <= 512),
  language    TEXT CHECK (length(language) <= 35),
  card        TEXT CHECK (length(card) <= 8192),
  update_time INTEGER NOT NULL
) STRICT;

CREATE TABLE picture_origin (
  origin TEXT PRIMARY KEY CHECK (length(origin) <= 300)
) STRICT, WITHOUT ROWID;

ALTER TABLE file ADD COLUMN avatar INTEGER NOT NULL DEFAULT 0 CHECK (avatar IN (0, 1));
DROP INDEX file_unsent;
CREATE INDEX file_unsent ON file (create_time) WHERE message_id IS NULL AND avatar = 0;

CREATE INDEX promotion_kefu_conversation_unread
  ON promotion_kefu_conversation (admin_pinned, last_message_time)
  WHERE admin_deleted = 0 AND admin_unread_message_count > 0;
