//! Accounts and the sessions behind their tokens.

use serde::Serialize;

use super::{AdminId, Party};

/// SHA-256 of a token: all that is kept of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionId(pub [u8; 32]);

impl std::fmt::Debug for SessionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not even the hash belongs into a log.
        f.write_str("SessionId")
    }
}

/// A session that was valid when it was read.
#[derive(Clone, Copy, Debug)]
pub struct Session {
    pub id: SessionId,
    pub party: Party,
    /// UTC epoch milliseconds, as the next three.
    pub create_time: i64,
    pub use_time: i64,
    pub expire_time: i64,
}

/// What an admin may do beside answering customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Settings, staff and keys too.
    Owner,
    Agent,
}

impl Role {
    /// The word in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Agent => "agent",
        }
    }

    pub fn named(word: &str) -> Option<Role> {
        [Role::Owner, Role::Agent]
            .into_iter()
            .find(|role| role.as_str() == word)
    }
}

/// One of the staff, without the password.
#[derive(Clone, Debug)]
pub struct Admin {
    pub id: AdminId,
    pub username: String,
    pub nickname: String,
    pub avatar: Option<String>,
    pub role: Role,
    pub disabled: bool,
}

/// An admin about to be added; the password is hashed already.
#[derive(Clone, Debug)]
pub struct NewAdmin {
    pub username: String,
    pub nickname: String,
    pub password_hash: String,
    /// The first admin is an owner whatever stands here.
    pub role: Role,
}

/// One of the staff as the owner sees him, and he himself: the original's object as far as it means something here.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StaffAccount {
    pub id: AdminId,
    pub username: String,
    pub nickname: String,
    pub avatar: Option<String>,
    /// 0 enabled, 1 disabled, as the original writes it.
    pub status: i64,
    pub role: &'static str,
    /// The same as a list, which the original's pages read.
    pub roles: [&'static str; 1],
    /// UTC epoch milliseconds.
    pub create_time: i64,
    /// When he was here last, to five minutes; null when he never signed in.
    pub login_date: Option<i64>,
}

/// One of the staff as the others see him.
#[derive(Clone, Debug, Serialize)]
pub struct StaffFace {
    pub id: AdminId,
    pub nickname: String,
    pub avatar: Option<String>,
}
