//! Ids, each a type of its own so that they cannot be mixed up, and the party who is asking.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);
    };
}

id!(
    /// A customer of the shop: `member.id`.
    MemberId
);
id!(
    /// One of the shop's staff: `admin.id`.
    AdminId
);
id!(
    /// `promotion_kefu_conversation.id`.
    ConversationId
);
id!(
    /// `file.id`. Never on the wire: a file is named by its random name.
    FileId
);
id!(
    /// `promotion_kefu_message.id`. Grows in commit order, so it is also the order of messages.
    MessageId
);

/// Who is asking, proven by the token. Nothing in a body or a query can change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Party {
    Member(MemberId),
    Admin(AdminId),
}

/// The two sides of a conversation, as `senderType` and `receiverType` write them on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i64)]
pub enum PartyKind {
    Member = 1,
    Admin = 2,
}

impl Party {
    /// Which side of a conversation this party is on.
    pub fn kind(self) -> PartyKind {
        match self {
            Party::Member(_) => PartyKind::Member,
            Party::Admin(_) => PartyKind::Admin,
        }
    }

    /// The bare number, as it stands in `sender_id` beside the kind.
    pub fn number(self) -> i64 {
        match self {
            Party::Member(id) => id.0,
            Party::Admin(id) => id.0,
        }
    }
}

impl Serialize for PartyKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(*self as i64)
    }
}
