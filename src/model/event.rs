//! What is pushed, and to whom.

use super::{Conversation, ConversationId, MemberId, Message, OwnConversation};

/// Who gets an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// All sockets of all admins.
    Admins,
    /// All sockets of one member.
    Member(MemberId),
}

/// What changed about a conversation, the `kind` of `kefu_conversation_change`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    Pin,
    Unpin,
    Delete,
    MemberRead,
    /// The member has another name or picture, or the shop has vouched for him.
    Rename,
    /// A visitor's messages became a member's.
    Merge,
}

impl ChangeKind {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            ChangeKind::Pin => "pin",
            ChangeKind::Unpin => "unpin",
            ChangeKind::Delete => "delete",
            ChangeKind::MemberRead => "member_read",
            ChangeKind::Rename => "rename",
            ChangeKind::Merge => "merge",
        }
    }
}

/// What changed about a member, the `kind` of `kefu_member_change`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberChangeKind {
    /// He is at another place of the shop.
    Visit,
    /// The staff noted something else about him.
    Mark,
}

impl MemberChangeKind {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            MemberChangeKind::Visit => "visit",
            MemberChangeKind::Mark => "mark",
        }
    }
}

/// A committed change that somebody is waiting for. Every event may be delivered twice.
#[derive(Clone, Debug)]
pub enum Event {
    /// A message was stored: `kefu_message_type`, to the other side first and to the sender's own side after it.
    Message { message: Message, member: MemberId },
    /// The staff have read messages of the member: `kefu_message_read_status_change`, to the member and all admins.
    AdminRead {
        conversation: ConversationId,
        member: MemberId,
    },
    /// `kefu_conversation_change` to the admins' pages.
    Change {
        kind: ChangeKind,
        conversation: Conversation,
    },
    /// A visitor proved to be a member: `kefu_conversation_change` to the admins' pages, with the conversation his
    /// messages were in and the one they are in now, which may be the same.
    Merge {
        from: ConversationId,
        conversation: Conversation,
    },
    /// `kefu_member_change` to the admins' pages: whoever shows him asks about him again.
    MemberChange {
        kind: MemberChangeKind,
        member: MemberId,
    },
    /// `kefu_conversation_change` to the member's own pages, so that his tabs agree about what is unread.
    OwnChange {
        kind: ChangeKind,
        conversation: OwnConversation,
    },
}
