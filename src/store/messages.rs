//! Messages. Order is by id, always.

mod paging;

use rusqlite::types::ToSql;
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use crate::error::Result;
use crate::model::{ConversationId, Message, MessageId, NewMessage, Party, PartyKind};

pub use paging::{at_second, page, rest_of_second};

/// Where a page of history begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// At the newest message.
    Newest,
    /// Below this id.
    Before(MessageId),
    /// The oldest ones above this id.
    After(MessageId),
}

/// Which messages a party may be shown at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    One(ConversationId),
    /// Every conversation that is not hidden from the admins.
    AdminList,
}

/// A message stored earlier under a clientMessageId.
pub struct Stored {
    pub id: MessageId,
    pub sent_sha256: [u8; 32],
}

// The admins' pictures and names are shown in lists; the members' are known to whoever sees the list.
const MESSAGE: &str = "
    SELECT m.*, a.avatar AS sender_avatar, a.nickname AS sender_nickname FROM promotion_kefu_message m
    LEFT JOIN admin a ON m.sender_type = 2 AND a.id = m.sender_id";

/// What was stored for this clientMessageId of this sender, if anything was.
pub fn find_sent(
    connection: &Connection,
    conversation: ConversationId,
    sender: Party,
    client_message_id: &str,
) -> Result<Option<Stored>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, sent_sha256 FROM promotion_kefu_message
         WHERE conversation_id = :conversation AND sender_type = :sender_type AND sender_id = :sender_id
         AND client_message_id = :client_message_id",
    )?;
    let stored = statement.query_row(
        named_params! {
            ":conversation": conversation.0,
            ":sender_type": sender.kind() as i64,
            ":sender_id": sender.number(),
            ":client_message_id": client_message_id,
        },
        |row| {
            Ok(Stored {
                id: MessageId(row.get("id")?),
                sent_sha256: row.get("sent_sha256")?,
            })
        },
    );
    Ok(stored.optional()?)
}

/// Stores a message of `create_time` and gives it its id; None when this sender has used the clientMessageId before.
pub fn append(
    connection: &Connection,
    conversation: ConversationId,
    sender: Party,
    receiver: Option<Party>,
    new: &NewMessage,
    create_time: i64,
) -> Result<Option<MessageId>> {
    // Bound by number, since it runs for every message: looking names up is a twentieth of the writer's time.
    let mut statement = connection.prepare_cached(
        "INSERT INTO promotion_kefu_message
         (conversation_id, sender_id, sender_type, receiver_id, receiver_type, content_type, content, create_time,
          client_message_id, sent_sha256)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (client_message_id, conversation_id, sender_type, sender_id) DO NOTHING",
    )?;
    let added = statement.execute(params![
        conversation.0,
        sender.number(),
        sender.kind() as i64,
        receiver.map(Party::number),
        receiver.map(|party| party.kind() as i64),
        new.content_type,
        new.content,
        create_time,
        new.client_message_id,
        new.sent_sha256,
    ])?;
    Ok((added > 0).then(|| MessageId(connection.last_insert_rowid())))
}

/// One message; None when there is no such.
pub fn get(connection: &Connection, id: MessageId) -> Result<Option<Message>> {
    let sql = format!("{MESSAGE} WHERE m.id = :id");
    Ok(select(connection, &sql, named_params! {":id": id.0})?.pop())
}

/// A page of one conversation, newest first.
pub fn list(
    connection: &Connection,
    conversation: ConversationId,
    cursor: Cursor,
    limit: i64,
) -> Result<Vec<Message>> {
    let sql = match cursor {
        Cursor::Newest | Cursor::Before(_) => format!(
            "{MESSAGE} WHERE m.conversation_id = :conversation AND m.id < :id ORDER BY m.id DESC LIMIT :limit"
        ),
        Cursor::After(_) => format!(
            "{MESSAGE} WHERE m.conversation_id = :conversation AND m.id > :id ORDER BY m.id LIMIT :limit"
        ),
    };
    let id = match cursor {
        Cursor::Newest => i64::MAX,
        Cursor::Before(id) | Cursor::After(id) => id.0,
    };
    let params: &[(&str, &dyn ToSql)] =
        named_params! {":conversation": conversation.0, ":id": id, ":limit": limit};
    let mut page = select(connection, &sql, params)?;
    if matches!(cursor, Cursor::After(_)) {
        page.reverse();
    }
    Ok(page)
}

/// Marks what the other side of `reader` wrote up to `up_to` as read. Gives the highest id up to which all of it is read
/// now, or None when nothing was marked.
pub fn mark_read(
    connection: &Connection,
    conversation: ConversationId,
    reader: PartyKind,
    up_to: MessageId,
) -> Result<Option<MessageId>> {
    // Everything up to the mark in the conversation is read already, so only what is above it is looked at.
    let mut statement = connection.prepare_cached(
        "UPDATE promotion_kefu_message SET read_status = 1
         WHERE conversation_id = :conversation AND id <= :up_to AND sender_type <> :reader AND read_status = 0
         AND id > (SELECT CASE :reader WHEN 2 THEN admin_read_id ELSE user_read_id END
                   FROM promotion_kefu_conversation WHERE id = :conversation)
         RETURNING id",
    )?;
    let ids = statement.query_map(
        named_params! {":conversation": conversation.0, ":reader": reader as i64, ":up_to": up_to.0},
        |row| row.get::<_, i64>("id"),
    )?;
    if ids.collect::<rusqlite::Result<Vec<_>>>()?.is_empty() {
        return Ok(None);
    }
    // Above the last one marked there may be some that were read in another conversation, before a merge.
    let mut statement = connection.prepare_cached(
        "SELECT id FROM promotion_kefu_message
         WHERE conversation_id = :conversation AND id <= :up_to AND sender_type <> :reader
         ORDER BY id DESC LIMIT 1",
    )?;
    Ok(statement
        .query_row(
            named_params! {":conversation": conversation.0, ":reader": reader as i64, ":up_to": up_to.0},
            |row| row.get("id").map(MessageId),
        )
        .optional()?)
}

/// Whether there is anything that [`mark_read`] would mark.
pub fn has_unread(
    connection: &Connection,
    conversation: ConversationId,
    reader: PartyKind,
    up_to: MessageId,
) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM promotion_kefu_message
         WHERE conversation_id = :conversation AND id <= :up_to AND sender_type <> :reader AND read_status = 0
         AND id > (SELECT CASE :reader WHEN 2 THEN admin_read_id ELSE user_read_id END
                   FROM promotion_kefu_conversation WHERE id = :conversation))",
    )?;
    Ok(statement.query_row(
        named_params! {":conversation": conversation.0, ":reader": reader as i64, ":up_to": up_to.0},
        |row| row.get(0),
    )?)
}

/// Whether the member has written anything after `last`.
pub fn member_wrote_after(
    connection: &Connection,
    conversation: ConversationId,
    last: MessageId,
) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM promotion_kefu_message
         WHERE conversation_id = :conversation AND id > :last AND sender_type = 1)",
    )?;
    Ok(statement.query_row(
        named_params! {":conversation": conversation.0, ":last": last.0},
        |row| row.get(0),
    )?)
}

/// How many messages of the other side `reader` has not read, above the id he has read up to.
pub fn count_unread(
    connection: &Connection,
    conversation: ConversationId,
    reader: PartyKind,
    above: MessageId,
) -> Result<i64> {
    let mut statement = connection.prepare_cached(
        "SELECT count(*) FROM promotion_kefu_message
         WHERE conversation_id = :conversation AND id > :above AND sender_type <> :reader AND read_status = 0",
    )?;
    Ok(statement.query_row(
        named_params! {":conversation": conversation.0, ":reader": reader as i64, ":above": above.0},
        |row| row.get(0),
    )?)
}

/// The newest message in `scope`: id and time.
pub fn head(connection: &Connection, scope: Scope) -> Result<Option<(MessageId, i64)>> {
    let sql = match scope {
        Scope::One(_) => {
            "SELECT id, create_time FROM promotion_kefu_message
             WHERE conversation_id = :conversation ORDER BY id DESC LIMIT 1"
        }
        Scope::AdminList => {
            // CROSS keeps the order of the join: once there are statistics, SQLite would rather look at every message.
            "SELECT m.id, m.create_time FROM promotion_kefu_message m
             CROSS JOIN promotion_kefu_conversation c ON c.id = m.conversation_id
             WHERE c.admin_deleted = 0 AND :conversation IS NULL ORDER BY m.id DESC LIMIT 1"
        }
    };
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement
        .query_row(named_params! {":conversation": number(scope)}, |row| {
            Ok((MessageId(row.get("id")?), row.get("create_time")?))
        })
        .optional()?)
}

/// The time of a message, if it is in `scope`; for the admins also when its conversation is hidden.
pub fn time_of(connection: &Connection, scope: Scope, id: MessageId) -> Result<Option<i64>> {
    let mut statement = connection.prepare_cached(
        "SELECT create_time FROM promotion_kefu_message
         WHERE id = :id AND (:conversation IS NULL OR conversation_id = :conversation)",
    )?;
    Ok(statement
        .query_row(
            named_params! {":id": id.0, ":conversation": number(scope)},
            |row| row.get("create_time"),
        )
        .optional()?)
}

/// What came after `after` in `scope`, oldest first; None when it is more than so many messages or bytes of content. No more
/// is read than that.
pub fn backlog(
    connection: &Connection,
    scope: Scope,
    after: MessageId,
    messages_max: usize,
    bytes_max: usize,
) -> Result<Option<Vec<Message>>> {
    let sql = match scope {
        Scope::One(_) => format!(
            "{MESSAGE} WHERE m.id > :after AND m.conversation_id = :conversation ORDER BY m.id"
        ),
        Scope::AdminList => format!(
            "{MESSAGE} CROSS JOIN promotion_kefu_conversation c ON c.id = m.conversation_id
             WHERE m.id > :after AND c.admin_deleted = 0 AND :conversation IS NULL ORDER BY m.id"
        ),
    };
    let mut statement = connection.prepare_cached(&sql)?;
    let params = named_params! {":after": after.0, ":conversation": number(scope)};
    let mut rows = statement.query(params)?;
    let mut backlog = Vec::new();
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        let message = message(row)?;
        bytes += message.content.len();
        if backlog.len() == messages_max || bytes > bytes_max {
            return Ok(None);
        }
        backlog.push(message);
    }
    Ok(Some(backlog))
}

fn number(scope: Scope) -> Option<i64> {
    match scope {
        Scope::One(conversation) => Some(conversation.0),
        Scope::AdminList => None,
    }
}

fn select(
    connection: &Connection,
    sql: &str,
    params: &[(&str, &dyn ToSql)],
) -> Result<Vec<Message>> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params, message)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn message(row: &Row<'_>) -> rusqlite::Result<Message> {
    let kind = |number: i64| {
        if number == 2 {
            PartyKind::Admin
        } else {
            PartyKind::Member
        }
    };
    Ok(Message {
        id: MessageId(row.get("id")?),
        conversation_id: ConversationId(row.get("conversation_id")?),
        sender_id: row.get("sender_id")?,
        sender_avatar: row.get("sender_avatar")?,
        sender_nickname: row.get("sender_nickname")?,
        sender_type: kind(row.get("sender_type")?),
        receiver_id: row.get("receiver_id")?,
        receiver_type: row.get::<_, Option<i64>>("receiver_type")?.map(kind),
        content_type: row.get("content_type")?,
        content: row.get("content")?,
        read_status: Some(row.get("read_status")?),
        create_time: row.get("create_time")?,
        client_message_id: row.get("client_message_id")?,
    })
}
