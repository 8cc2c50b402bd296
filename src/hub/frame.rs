//! The text of what is pushed, in the original's shape.

use serde::Serialize;

use super::Frame;
use crate::model::{ChangeKind, Conversation, ConversationId, MemberChangeKind, MemberId, Message};

/// Room for the frame of a usual message, so that it is not moved while it is written.
const FRAME_BYTES_USUAL: usize = 512;

#[derive(Serialize)]
struct Envelope<'a> {
    r#type: &'a str,
    /// JSON inside a JSON string: the original's clients parse it twice.
    content: String,
}

#[derive(Serialize)]
struct Change<'a, T> {
    kind: &'static str,
    /// Of a merge only, as the next one.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<ConversationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<ConversationId>,
    conversation: &'a T,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MemberChange {
    user_id: MemberId,
    kind: &'static str,
}

/// The original sends a whole message object here with everything but the conversation null.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReadStatusChange {
    id: Option<()>,
    conversation_id: ConversationId,
    sender_id: Option<()>,
    sender_avatar: Option<()>,
    sender_type: Option<()>,
    receiver_id: Option<()>,
    receiver_type: Option<()>,
    content_type: Option<()>,
    content: Option<()>,
    read_status: Option<()>,
    create_time: Option<()>,
}

/// A frame in the original's shape: `{"type":"...","content":"<JSON as a string>"}`.
pub fn frame(kind: &str, content: &impl Serialize) -> Frame {
    let mut written = Vec::with_capacity(FRAME_BYTES_USUAL);
    serde_json::to_writer(&mut written, content).expect("our own types always serialise");
    let content = String::from_utf8(written).expect("JSON is UTF-8");
    let envelope = Envelope {
        r#type: kind,
        content,
    };
    let mut frame = Vec::with_capacity(FRAME_BYTES_USUAL * 2);
    serde_json::to_writer(&mut frame, &envelope)
        .expect("a struct of two strings always serialises");
    frame.into()
}

/// The frame of a message, as pushed and as replayed.
pub fn message_frame(message: &Message) -> Frame {
    frame("kefu_message_type", message)
}

pub fn read_frame(conversation_id: ConversationId) -> Frame {
    let content = ReadStatusChange {
        id: None,
        conversation_id,
        sender_id: None,
        sender_avatar: None,
        sender_type: None,
        receiver_id: None,
        receiver_type: None,
        content_type: None,
        content: None,
        read_status: None,
        create_time: None,
    };
    frame("kefu_message_read_status_change", &content)
}

pub fn change_frame<T: Serialize>(kind: ChangeKind, conversation: &T) -> Frame {
    let change = Change {
        kind: kind.as_str(),
        from: None,
        to: None,
        conversation,
    };
    frame("kefu_conversation_change", &change)
}

/// The change of a merge says from where to where.
pub fn merge_frame(from: ConversationId, conversation: &Conversation) -> Frame {
    let change = Change {
        kind: ChangeKind::Merge.as_str(),
        from: Some(from),
        to: Some(conversation.id),
        conversation,
    };
    frame("kefu_conversation_change", &change)
}

pub fn member_frame(kind: MemberChangeKind, member: MemberId) -> Frame {
    let change = MemberChange {
        user_id: member,
        kind: kind.as_str(),
    };
    frame("kefu_member_change", &change)
}
