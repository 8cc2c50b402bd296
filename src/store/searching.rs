//! Finding conversations by what the staff remember of them.

use rusqlite::{Connection, named_params};

use crate::error::{Error, Result};
use crate::model::{ConversationId, MemberId, MessageId};

/// Conversations whose member is called so, or is known to the shop by such an id, phone number or address, the newest
/// first. A visitor without a name is `visitor`, as the pages call him by his number.
pub fn by_member(
    connection: &Connection,
    words: &str,
    visitor: Option<MemberId>,
    limit: i64,
) -> Result<Vec<ConversationId>> {
    // CROSS keeps the order of the join: a shop may have told of many more members than have ever written.
    let mut statement = connection.prepare_cached(
        r"SELECT c.id AS id FROM promotion_kefu_conversation c CROSS JOIN member m ON m.id = c.user_id
          WHERE m.nickname LIKE :pattern ESCAPE '\' OR m.external_id LIKE :pattern ESCAPE '\'
          OR m.phone LIKE :pattern ESCAPE '\' OR m.email LIKE :pattern ESCAPE '\'
          OR (m.nickname IS NULL AND m.id = :visitor)
          ORDER BY c.last_message_time DESC, c.id DESC LIMIT :limit",
    )?;
    let params = named_params! {
        ":pattern": like_pattern(words), ":visitor": visitor.map(|id| id.0), ":limit": limit,
    };
    let rows = statement.query_map(params, |row| row.get("id").map(ConversationId))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The newest message of all; 0 when there is none.
pub fn newest(connection: &Connection) -> Result<MessageId> {
    let mut statement =
        connection.prepare_cached("SELECT coalesce(max(id), 0) FROM promotion_kefu_message")?;
    Ok(statement.query_row([], |row| row.get(0).map(MessageId))?)
}

/// Messages above one id and up to another that say so, the newest first, and their conversations: what is written in
/// them, the names of files and products, an order's number.
pub fn by_text(
    connection: &Connection,
    words: &str,
    above: MessageId,
    up_to: MessageId,
) -> Result<Vec<(MessageId, ConversationId)>> {
    // The content is looked at as it stands first, since nearly all of it can be told to be something else without being
    // read as JSON.
    let mut statement = connection.prepare_cached(
        r"SELECT id, conversation_id FROM promotion_kefu_message AS m
          WHERE id > :above AND id <= :up_to AND content LIKE :written ESCAPE '\'
          AND CASE
            WHEN NOT json_valid(content) THEN 0
            WHEN content_type = 1 THEN content ->> '$.text' LIKE :pattern ESCAPE '\'
            WHEN content_type = 6 THEN content ->> '$.name' LIKE :pattern ESCAPE '\'
            WHEN content_type = 10 THEN content ->> '$.spuName' LIKE :pattern ESCAPE '\'
            WHEN content_type = 11 THEN content ->> '$.no' LIKE :pattern ESCAPE '\' OR EXISTS
              (SELECT 1 FROM json_each(m.content, '$.items') AS item
               WHERE item.value ->> '$.spuName' LIKE :pattern ESCAPE '\')
            ELSE 0 END
          ORDER BY id DESC",
    )?;
    let params = named_params! {
        ":above": above.0,
        ":up_to": up_to.0,
        ":written": like_pattern(&as_json(words)?),
        ":pattern": like_pattern(words),
    };
    let rows = statement.query_map(params, |row| {
        let id = MessageId(row.get("id")?);
        Ok((id, ConversationId(row.get("conversation_id")?)))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// `words` anywhere in a text; what LIKE would read as a wildcard is taken as it stands.
pub(super) fn like_pattern(words: &str) -> String {
    let mut pattern = String::from("%");
    for letter in words.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// `words` as they stand inside a JSON text that this program wrote.
fn as_json(words: &str) -> Result<String> {
    let quoted = serde_json::to_string(words).map_err(|e| Error::Internal(e.to_string()))?;
    let inside = quoted.strip_prefix('"').and_then(|q| q.strip_suffix('"'));
    Ok(inside.unwrap_or(&quoted).to_owned())
}
