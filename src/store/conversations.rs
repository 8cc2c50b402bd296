//! Conversations: one row per member.

#[cfg(test)]
mod tests;

use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use crate::error::Result;
use crate::model::{
    Conversation, ConversationId, MemberId, Message, MessageId, OwnConversation, PartyKind,
    UnreadCount, content_type,
};

/// Where a page of the admins' list goes on: after the conversation with this last message time and id.
#[derive(Clone, Copy, Debug)]
pub struct ListCursor {
    /// UTC epoch milliseconds.
    pub before_time: i64,
    pub before_id: ConversationId,
}

impl ListCursor {
    /// Before the first of them.
    pub const START: ListCursor = ListCursor {
        before_time: i64::MAX,
        before_id: ConversationId(i64::MAX),
    };
}

/// Which of the admins' list are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    All,
    /// Those with messages that no admin has read.
    Unread,
}

const CONVERSATION: &str = "
    SELECT c.*, m.nickname AS user_nickname, m.avatar AS user_avatar, m.external_id IS NOT NULL AS verified
    FROM promotion_kefu_conversation c LEFT JOIN member m ON m.id = c.user_id";

const COUNT_UNREAD: &str = "
    SELECT count(*) AS conversations, coalesce(sum(admin_unread_message_count), 0) AS messages
    FROM promotion_kefu_conversation WHERE admin_deleted = 0 AND admin_unread_message_count > 0";

/// Makes the conversation of a member who has none. The UNIQUE key keeps a second one out.
pub fn create(connection: &Connection, member: MemberId, now: i64) -> Result<ConversationId> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO promotion_kefu_conversation
         (user_id, last_message_time, last_message_content, last_message_content_type, create_time, update_time)
         VALUES (:user_id, :now, '', :content_type, :now, :now) RETURNING id",
    )?;
    let id = statement.query_row(
        named_params! {":user_id": member.0, ":now": now, ":content_type": content_type::TEXT},
        |row| row.get("id"),
    )?;
    Ok(ConversationId(id))
}

pub fn id_of_member(connection: &Connection, member: MemberId) -> Result<Option<ConversationId>> {
    let mut statement = connection
        .prepare_cached("SELECT id FROM promotion_kefu_conversation WHERE user_id = :user_id")?;
    Ok(statement
        .query_row(named_params! {":user_id": member.0}, |row| {
            row.get("id").map(ConversationId)
        })
        .optional()?)
}

/// Whose conversation this is.
pub fn member_of(connection: &Connection, id: ConversationId) -> Result<Option<MemberId>> {
    let mut statement = connection
        .prepare_cached("SELECT user_id FROM promotion_kefu_conversation WHERE id = :id")?;
    Ok(statement
        .query_row(named_params! {":id": id.0}, |row| {
            row.get("user_id").map(MemberId)
        })
        .optional()?)
}

/// What the staff see of one conversation, also when it is hidden from their list.
pub fn get(connection: &Connection, id: ConversationId) -> Result<Option<Conversation>> {
    let sql = format!("{CONVERSATION} WHERE c.id = :id");
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement
        .query_row(named_params! {":id": id.0}, conversation)
        .optional()?)
}

/// What a member sees of his conversation.
pub fn get_own(connection: &Connection, member: MemberId) -> Result<Option<OwnConversation>> {
    let mut statement = connection
        .prepare_cached("SELECT * FROM promotion_kefu_conversation WHERE user_id = :user_id")?;
    Ok(statement
        .query_row(named_params! {":user_id": member.0}, own_conversation)
        .optional()?)
}

/// The admins' list: pinned first, then the newest; at most `limit`.
pub fn list(connection: &Connection, wanted: Wanted, limit: i64) -> Result<Vec<Conversation>> {
    let mut statement = connection.prepare_cached(&list_sql(wanted))?;
    let rows = statement.query_map(named_params! {":limit": limit}, conversation)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What is pinned of the admins' list, the newest first; at most `limit`.
pub fn list_pinned(
    connection: &Connection,
    wanted: Wanted,
    limit: i64,
) -> Result<Vec<Conversation>> {
    let mut statement = connection.prepare_cached(&list_pinned_sql(wanted))?;
    let rows = statement.query_map(named_params! {":limit": limit}, conversation)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What is not pinned of the admins' list and older than `cursor`, the newest first; at most `limit`.
pub fn list_before(
    connection: &Connection,
    wanted: Wanted,
    cursor: ListCursor,
    limit: i64,
) -> Result<Vec<Conversation>> {
    let mut statement = connection.prepare_cached(&list_before_sql(wanted))?;
    let rows = statement.query_map(
        named_params! {
            ":before_time": cursor.before_time,
            ":before_id": cursor.before_id.0,
            ":limit": limit,
        },
        conversation,
    )?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What no admin has read, in all that is not hidden from their list.
pub fn count_unread(connection: &Connection) -> Result<UnreadCount> {
    let mut statement = connection.prepare_cached(COUNT_UNREAD)?;
    Ok(statement.query_row([], |row| {
        Ok(UnreadCount {
            conversations: row.get("conversations")?,
            messages: row.get("messages")?,
        })
    })?)
}

/// Notes a message just stored: it is the last one now, unread by the other side, and a hidden conversation comes back.
pub fn note_message(connection: &Connection, message: &Message) -> Result<()> {
    // Bound by number, since it runs for every message: looking names up is a twentieth of the writer's time.
    let mut statement = connection.prepare_cached(
        "UPDATE promotion_kefu_conversation SET
           last_message_time = ?2,
           last_message_content = ?3,
           last_message_content_type = ?4,
           admin_unread_message_count = admin_unread_message_count + ?5,
           user_unread_message_count = user_unread_message_count + 1 - ?5,
           admin_deleted = 0,
           update_time = ?2,
           version = version + 1
         WHERE id = ?1",
    )?;
    statement.execute(params![
        message.conversation_id.0,
        message.create_time,
        message.content,
        message.content_type,
        message.sender_type == PartyKind::Member,
    ])?;
    Ok(())
}

/// Notes that `reader` has read what the other side wrote up to `up_to`, with `unread` messages left.
pub fn note_read(
    connection: &Connection,
    id: ConversationId,
    reader: PartyKind,
    up_to: MessageId,
    unread: i64,
    now: i64,
) -> Result<()> {
    let sql = match reader {
        PartyKind::Admin => {
            "UPDATE promotion_kefu_conversation SET
               admin_read_id = max(admin_read_id, :up_to), admin_unread_message_count = :unread,
               update_time = :now, version = version + 1
             WHERE id = :id"
        }
        PartyKind::Member => {
            "UPDATE promotion_kefu_conversation SET
               user_read_id = max(user_read_id, :up_to), user_unread_message_count = :unread,
               update_time = :now, version = version + 1
             WHERE id = :id"
        }
    };
    let mut statement = connection.prepare_cached(sql)?;
    statement
        .execute(named_params! {":id": id.0, ":up_to": up_to.0, ":unread": unread, ":now": now})?;
    Ok(())
}

/// Pins or unpins for all admins. False when there is no such conversation.
pub fn set_pinned(
    connection: &Connection,
    id: ConversationId,
    pinned: bool,
    now: i64,
) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "UPDATE promotion_kefu_conversation
         SET admin_pinned = :pinned, update_time = :now, version = version + 1 WHERE id = :id",
    )?;
    Ok(statement.execute(named_params! {":id": id.0, ":pinned": pinned, ":now": now})? > 0)
}

/// Hides it from the admins' list until either side writes. False when there is no such conversation.
pub fn set_deleted_for_admins(
    connection: &Connection,
    id: ConversationId,
    now: i64,
) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "UPDATE promotion_kefu_conversation
         SET admin_deleted = 1, update_time = :now, version = version + 1 WHERE id = :id",
    )?;
    Ok(statement.execute(named_params! {":id": id.0, ":now": now})? > 0)
}

/// Notes that the member of a conversation looks different now.
pub fn note_rename(connection: &Connection, id: ConversationId, now: i64) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "UPDATE promotion_kefu_conversation SET update_time = :now, version = version + 1 WHERE id = :id",
    )?;
    statement.execute(named_params! {":id": id.0, ":now": now})?;
    Ok(())
}

fn list_sql(wanted: Wanted) -> String {
    let condition = wanted.condition();
    format!(
        "{CONVERSATION} WHERE c.admin_deleted = 0 {condition}
         ORDER BY c.admin_pinned DESC, c.last_message_time DESC, c.id DESC LIMIT :limit"
    )
}

fn list_pinned_sql(wanted: Wanted) -> String {
    let condition = wanted.condition();
    format!(
        "{CONVERSATION} WHERE c.admin_deleted = 0 AND c.admin_pinned = 1 {condition}
         ORDER BY c.last_message_time DESC, c.id DESC LIMIT :limit"
    )
}

fn list_before_sql(wanted: Wanted) -> String {
    let condition = wanted.condition();
    format!(
        "{CONVERSATION} WHERE c.admin_deleted = 0 AND c.admin_pinned = 0
         AND (c.last_message_time, c.id) < (:before_time, :before_id) {condition}
         ORDER BY c.last_message_time DESC, c.id DESC LIMIT :limit"
    )
}

impl Wanted {
    /// Word for word that of the partial index, or SQLite would not use it.
    fn condition(self) -> &'static str {
        match self {
            Wanted::All => "",
            Wanted::Unread => "AND c.admin_unread_message_count > 0",
        }
    }
}

fn conversation(row: &Row<'_>) -> rusqlite::Result<Conversation> {
    Ok(Conversation {
        id: ConversationId(row.get("id")?),
        user_id: MemberId(row.get("user_id")?),
        user_avatar: row.get("user_avatar")?,
        user_nickname: row.get("user_nickname")?,
        last_message_time: row.get("last_message_time")?,
        last_message_content: row.get("last_message_content")?,
        last_message_content_type: row.get("last_message_content_type")?,
        admin_pinned: row.get("admin_pinned")?,
        user_deleted: row.get("user_deleted")?,
        admin_deleted: row.get("admin_deleted")?,
        admin_unread_message_count: row.get("admin_unread_message_count")?,
        create_time: row.get("create_time")?,
        version: row.get("version")?,
        generation: row.get("generation")?,
        member_read_id: MessageId(row.get("user_read_id")?),
        verified: row.get("verified")?,
    })
}

fn own_conversation(row: &Row<'_>) -> rusqlite::Result<OwnConversation> {
    Ok(OwnConversation {
        id: ConversationId(row.get("id")?),
        user_id: MemberId(row.get("user_id")?),
        last_message_time: row.get("last_message_time")?,
        last_message_content: row.get("last_message_content")?,
        last_message_content_type: row.get("last_message_content_type")?,
        create_time: row.get("create_time")?,
        version: row.get("version")?,
        generation: row.get("generation")?,
        unread_count: row.get("user_unread_message_count")?,
        admin_read_id: MessageId(row.get("admin_read_id")?),
    })
}
