//! History as the original's clients page through it: by a time, or by numbered pages.

use rusqlite::types::ToSql;
use rusqlite::{Connection, OptionalExtension, named_params};

use super::{MESSAGE, select};
use crate::error::Result;
use crate::model::{ConversationId, Message, MessageId};

/// The original's cursor is a whole second.
const SECOND_MS: i64 = 1_000;

/// What is below `last` down to the first message of its second, newest first. Only the next `limit` below it are looked at.
pub fn rest_of_second(connection: &Connection, last: &Message, limit: i64) -> Result<Vec<Message>> {
    let second = last.create_time - last.create_time.rem_euclid(SECOND_MS);
    let mut statement = connection.prepare_cached(
        "SELECT min(id) FROM
         (SELECT id, create_time FROM promotion_kefu_message
          WHERE conversation_id = :conversation AND id < :last ORDER BY id DESC LIMIT :limit)
         WHERE create_time >= :second AND create_time < :second + 1000",
    )?;
    let params = named_params! {
        ":conversation": last.conversation_id.0, ":last": last.id.0, ":limit": limit, ":second": second,
    };
    let Some(first) = statement.query_row(params, |row| row.get::<_, Option<i64>>(0))? else {
        return Ok(Vec::new());
    };
    let sql = format!(
        "{MESSAGE} WHERE m.conversation_id = :conversation AND m.id >= :first AND m.id < :last ORDER BY m.id DESC"
    );
    let params: &[(&str, &dyn ToSql)] = named_params! {
        ":conversation": last.conversation_id.0, ":first": first, ":last": last.id.0,
    };
    select(connection, &sql, params)
}

/// Where the original's cursor points: at the first message of the second that begins at `time`, where the page before it
/// ended. When there is none of it, at the first one after it; None when there is none at all.
pub fn at_second(
    connection: &Connection,
    conversation: ConversationId,
    time: i64,
) -> Result<Option<MessageId>> {
    match first_between(
        connection,
        conversation,
        time,
        time.saturating_add(SECOND_MS),
    )? {
        Some(id) => Ok(Some(id)),
        None => first_between(connection, conversation, time, i64::MAX),
    }
}

/// The smallest id in the conversation whose time is `from` or later, and before `to`.
fn first_between(
    connection: &Connection,
    conversation: ConversationId,
    from: i64,
    to: i64,
) -> Result<Option<MessageId>> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM promotion_kefu_message
         WHERE conversation_id = :conversation AND create_time >= :from AND create_time < :to ORDER BY id LIMIT 1",
    )?;
    Ok(statement
        .query_row(
            named_params! {":conversation": conversation.0, ":from": from, ":to": to},
            |row| row.get("id").map(MessageId),
        )
        .optional()?)
}

/// A numbered page and the count of all, newest first; of every conversation when none is named.
pub fn page(
    connection: &Connection,
    conversation: Option<ConversationId>,
    offset: i64,
    limit: i64,
) -> Result<(i64, Vec<Message>)> {
    let Some(conversation) = conversation else {
        let total =
            connection.query_row("SELECT count(*) FROM promotion_kefu_message", [], |row| {
                row.get(0)
            })?;
        let sql = format!("{MESSAGE} ORDER BY m.id DESC LIMIT :limit OFFSET :offset");
        let list = select(
            connection,
            &sql,
            named_params! {":limit": limit, ":offset": offset},
        )?;
        return Ok((total, list));
    };
    let total = connection.query_row(
        "SELECT count(*) FROM promotion_kefu_message WHERE conversation_id = :conversation",
        named_params! {":conversation": conversation.0},
        |row| row.get(0),
    )?;
    let sql = format!(
        "{MESSAGE} WHERE m.conversation_id = :conversation ORDER BY m.id DESC LIMIT :limit OFFSET :offset"
    );
    let params: &[(&str, &dyn ToSql)] =
        named_params! {":conversation": conversation.0, ":limit": limit, ":offset": offset};
    Ok((total, select(connection, &sql, params)?))
}
