//! A visitor's things become a member's. All of it runs in the one transaction of the proof (chat/identity.rs).

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::error::Result;
use crate::model::{ConversationId, MemberId};

/// What the staff note about a member.
pub const MARK_LETTERS_MAX: u16 = 1_000;

/// Where an earlier conversation went; None when it never went anywhere.
pub fn conversation_now(
    connection: &Connection,
    old: ConversationId,
) -> Result<Option<ConversationId>> {
    let mut statement = connection
        .prepare_cached("SELECT conversation_id FROM conversation_alias WHERE old_id = :old")?;
    let now = statement.query_row(named_params! {":old": old.0}, |row| {
        row.get("conversation_id").map(ConversationId)
    });
    Ok(now.optional()?)
}

/// Gives a visitor's conversation to a member who has none yet.
pub fn hand_over(
    connection: &Connection,
    conversation: ConversationId,
    to: MemberId,
    now: i64,
) -> Result<()> {
    move_messages(connection, conversation, conversation, to)?;
    connection.execute(
        "UPDATE promotion_kefu_conversation SET
           user_id = :to, update_time = :now, version = version + 1, generation = generation + 1
         WHERE id = :conversation",
        named_params! {":conversation": conversation.0, ":to": to.0, ":now": now},
    )?;
    Ok(())
}

/// Moves everything of the conversation `from` into `to`, which belongs to `member`, and leaves a sign where it went.
pub fn merge(
    connection: &Connection,
    from: ConversationId,
    to: ConversationId,
    member: MemberId,
    now: i64,
) -> Result<()> {
    rename_colliding(connection, from, to, member, now)?;
    move_messages(connection, from, to, member)?;
    join_states(connection, from, to, now)?;
    recount(connection, to)?;
    connection.execute(
        "UPDATE conversation_alias SET conversation_id = :to WHERE conversation_id = :from",
        named_params! {":from": from.0, ":to": to.0},
    )?;
    connection.execute(
        "INSERT INTO conversation_alias (old_id, conversation_id, create_time) VALUES (:from, :to, :now)",
        named_params! {":from": from.0, ":to": to.0, ":now": now},
    )?;
    connection.execute(
        "DELETE FROM promotion_kefu_conversation WHERE id = :from",
        named_params! {":from": from.0},
    )?;
    Ok(())
}

/// Moves what else a visitor has left: what he uploaded and looked at, where he is, and what the staff note about him. Of
/// what both have looked at, the newer stays. True when the staff see something else of the member now.
pub fn move_belongings(connection: &Connection, from: MemberId, to: MemberId) -> Result<bool> {
    let both = named_params! {":from": from.0, ":to": to.0};
    connection.execute(
        "UPDATE file SET member_id = :to WHERE member_id = :from",
        both,
    )?;
    connection.execute(
        "DELETE FROM browse_history WHERE member_id IN (:from, :to) AND EXISTS
         (SELECT 1 FROM browse_history newer WHERE newer.member_id IN (:from, :to)
          AND newer.spu_id = browse_history.spu_id AND newer.id > browse_history.id)",
        both,
    )?;
    connection.execute(
        "UPDATE browse_history SET member_id = :to WHERE member_id = :from",
        both,
    )?;
    let visited = connection.execute(
        "UPDATE OR REPLACE visit SET member_id = :to WHERE member_id = :from AND NOT EXISTS
         (SELECT 1 FROM visit newer WHERE newer.member_id = :to AND newer.update_time > visit.update_time)",
        both,
    )?;
    let marked = join_marks(connection, from, to)?;
    connection.execute(
        "UPDATE member AS m SET seen_time = visitor.seen_time
         FROM member AS visitor WHERE m.id = :to AND visitor.id = :from
         AND visitor.seen_time > coalesce(m.seen_time, 0)",
        both,
    )?;
    Ok(visited > 0 || marked)
}

/// What the staff noted about both stands below each other. The end of what is too long then is lost.
fn join_marks(connection: &Connection, from: MemberId, to: MemberId) -> Result<bool> {
    let marked = connection.execute(
        "UPDATE member AS m SET mark = substr(concat_ws(char(10), m.mark, visitor.mark), 1, :letters_max)
         FROM member AS visitor WHERE m.id = :to AND visitor.id = :from
         AND visitor.mark IS NOT NULL AND visitor.mark IS NOT m.mark",
        named_params! {":from": from.0, ":to": to.0, ":letters_max": MARK_LETTERS_MAX},
    )?;
    Ok(marked > 0)
}

/// Deletes a visitor of whom nothing is left.
pub fn delete_visitor(connection: &Connection, id: MemberId) -> Result<()> {
    connection.execute(
        "DELETE FROM member WHERE id = :id",
        named_params! {":id": id.0},
    )?;
    Ok(())
}

/// A clientMessageId that the same sender has used in both conversations can stand in one of them only. The new one begins
/// with the time, as all of ours do.
fn rename_colliding(
    connection: &Connection,
    from: ConversationId,
    to: ConversationId,
    member: MemberId,
    now: i64,
) -> Result<()> {
    connection.execute(
        "UPDATE promotion_kefu_message SET client_message_id = printf('%012x', :now) || lower(hex(randomblob(10)))
         WHERE conversation_id = :from AND EXISTS
         (SELECT 1 FROM promotion_kefu_message other
          WHERE other.client_message_id = promotion_kefu_message.client_message_id
          AND other.conversation_id = :to AND other.sender_type = promotion_kefu_message.sender_type
          AND other.sender_id = CASE promotion_kefu_message.sender_type
                                WHEN 1 THEN :member ELSE promotion_kefu_message.sender_id END)",
        named_params! {":from": from.0, ":to": to.0, ":member": member.0, ":now": now},
    )?;
    Ok(())
}

/// The rows keep their ids, and with them their order.
fn move_messages(
    connection: &Connection,
    from: ConversationId,
    to: ConversationId,
    member: MemberId,
) -> Result<()> {
    connection.execute(
        "UPDATE promotion_kefu_message SET
           conversation_id = :to,
           sender_id = CASE sender_type WHEN 1 THEN :member ELSE sender_id END,
           receiver_id = CASE receiver_type WHEN 1 THEN :member ELSE receiver_id END
         WHERE conversation_id = :from",
        named_params! {":from": from.0, ":to": to.0, ":member": member.0},
    )?;
    Ok(())
}

/// What the staff and the member had set on either is set on both, and what was hidden on one only is seen.
fn join_states(
    connection: &Connection,
    from: ConversationId,
    to: ConversationId,
    now: i64,
) -> Result<()> {
    connection.execute(
        "UPDATE promotion_kefu_conversation AS c SET
           admin_pinned = c.admin_pinned OR old.admin_pinned,
           admin_deleted = c.admin_deleted AND old.admin_deleted,
           user_deleted = c.user_deleted AND old.user_deleted,
           admin_read_id = max(c.admin_read_id, old.admin_read_id),
           user_read_id = max(c.user_read_id, old.user_read_id),
           create_time = min(c.create_time, old.create_time),
           update_time = :now,
           version = max(c.version, old.version) + 1,
           generation = max(c.generation, old.generation) + 1
         FROM promotion_kefu_conversation AS old WHERE c.id = :to AND old.id = :from",
        named_params! {":from": from.0, ":to": to.0, ":now": now},
    )?;
    Ok(())
}

/// What the messages themselves say: the last one, and what is unread. Messages of both lie between each other now, so
/// neither side has read up to where it had: only up to the first one that is unread, since whoever marks messages read
/// looks above that id alone.
fn recount(connection: &Connection, id: ConversationId) -> Result<()> {
    connection.execute(
        "WITH unread AS (
           SELECT sender_type, count(*) AS number, min(id) AS first FROM promotion_kefu_message
           WHERE conversation_id = :id AND read_status = 0 GROUP BY sender_type
         )
         UPDATE promotion_kefu_conversation SET
           admin_unread_message_count = coalesce((SELECT number FROM unread WHERE sender_type = 1), 0),
           user_unread_message_count = coalesce((SELECT number FROM unread WHERE sender_type = 2), 0),
           admin_read_id = coalesce((SELECT min(admin_read_id, first - 1) FROM unread WHERE sender_type = 1), admin_read_id),
           user_read_id = coalesce((SELECT min(user_read_id, first - 1) FROM unread WHERE sender_type = 2), user_read_id)
         WHERE id = :id",
        named_params! {":id": id.0},
    )?;
    connection.execute(
        "UPDATE promotion_kefu_conversation AS c SET
           last_message_time = m.create_time,
           last_message_content = m.content,
           last_message_content_type = m.content_type
         FROM (SELECT create_time, content, content_type FROM promotion_kefu_message
               WHERE conversation_id = :id ORDER BY id DESC LIMIT 1) AS m
         WHERE c.id = :id",
        named_params! {":id": id.0},
    )?;
    Ok(())
}
