//! A conversation: one per member, for ever. The staff and the member see different sides of it.

use serde::Serialize;

use super::{ConversationId, MemberId, Message, MessageId};

/// What the staff see: the original's object and, at its end, ours.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Conversation {
    pub id: ConversationId,
    pub user_id: MemberId,
    pub user_avatar: Option<String>,
    pub user_nickname: Option<String>,
    /// UTC epoch milliseconds.
    pub last_message_time: i64,
    pub last_message_content: String,
    pub last_message_content_type: i64,
    pub admin_pinned: bool,
    pub user_deleted: bool,
    pub admin_deleted: bool,
    pub admin_unread_message_count: i64,
    /// UTC epoch milliseconds.
    pub create_time: i64,
    /// Grows with every change: a page never replaces a higher one by a lower one.
    pub version: i64,
    /// Grows when history was rewritten: drop the messages and load them again.
    pub generation: i64,
    /// The member has read what the staff wrote up to this id.
    pub member_read_id: MessageId,
    /// Whether the shop has vouched for the member.
    pub verified: bool,
}

/// What the member sees of his own conversation. What the staff pinned, hid or left unread is theirs alone.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnConversation {
    pub id: ConversationId,
    pub user_id: MemberId,
    /// UTC epoch milliseconds.
    pub last_message_time: i64,
    pub last_message_content: String,
    pub last_message_content_type: i64,
    /// UTC epoch milliseconds.
    pub create_time: i64,
    pub version: i64,
    pub generation: i64,
    /// Messages of the staff that the member has not read.
    pub unread_count: i64,
    /// The staff have read what the member wrote up to this id.
    pub admin_read_id: MessageId,
}

/// What a search found.
#[derive(Clone, Debug, Serialize)]
pub struct FoundConversation {
    pub conversation: Conversation,
    /// The newest message that says it; None when the member is called so.
    pub message: Option<Message>,
}

/// What the staff have not read yet, in all that is not hidden from their list.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct UnreadCount {
    pub conversations: i64,
    pub messages: i64,
}
