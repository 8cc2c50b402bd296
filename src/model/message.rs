//! A message, in the original's shape plus `clientMessageId`.

use serde::Serialize;

use super::{ConversationId, MessageId, PartyKind};

/// The numbers of `contentType`, from the original's KeFuMessageContentTypeEnum.
pub mod content_type {
    pub const TEXT: i64 = 1;
    pub const IMAGE: i64 = 2;
    pub const VOICE: i64 = 3;
    pub const VIDEO: i64 = 4;
    pub const SYSTEM: i64 = 5;
    /// Ours: the original has none.
    pub const FILE: i64 = 6;
    pub const PRODUCT: i64 = 10;
    pub const ORDER: i64 = 11;
}

/// What list, page and the socket show of a message.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    pub sender_id: i64,
    /// The admin's picture in lists; on the socket also the member's.
    pub sender_avatar: Option<String>,
    /// What an admin is called now; on the socket also a member. In lists the member is the conversation's.
    pub sender_nickname: Option<String>,
    pub sender_type: PartyKind,
    /// None when a member wrote: all admins receive it.
    pub receiver_id: Option<i64>,
    pub receiver_type: Option<PartyKind>,
    pub content_type: i64,
    /// JSON as a string, its shape given by `content_type`.
    pub content: String,
    /// Whether the other side has read it; null on the socket, as the original sends it.
    pub read_status: Option<bool>,
    /// UTC epoch milliseconds.
    pub create_time: i64,
    /// Made by the sender when he pressed send; 16 to 64 of `A-Z a-z 0-9 _ -`.
    pub client_message_id: String,
}

/// A message that has passed every rule and is about to be stored.
#[derive(Clone, Debug)]
pub struct NewMessage {
    pub content_type: i64,
    pub content: String,
    pub client_message_id: String,
    /// SHA-256 of content type and content as they were sent.
    pub sent_sha256: [u8; 32],
    /// UTC epoch milliseconds.
    pub create_time: i64,
}
