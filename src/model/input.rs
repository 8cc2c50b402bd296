//! What callers send. Every field may be missing: `chat/` says which must be there, in words people understand. Keys
//! that are not named here (senderId, senderType, ...) are ignored and can change nothing.

use serde::{Deserialize, Deserializer};

/// Body of `kefu-message/send`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SendRequest {
    /// Admins name the conversation; a member has one only, so what he names is ignored.
    #[serde(deserialize_with = "number")]
    pub conversation_id: Option<i64>,
    #[serde(deserialize_with = "number")]
    pub content_type: Option<i64>,
    pub content: Option<String>,
    pub client_message_id: Option<String>,
}

/// Body of `update-conversation-pinned`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PinRequest {
    #[serde(deserialize_with = "number")]
    pub id: Option<i64>,
    /// The vben clients of the original say `pinned`.
    #[serde(alias = "pinned")]
    pub admin_pinned: Option<bool>,
}

/// Body of `auth/login`. What else the original's clients send (captcha, tenant name) is ignored.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LoginRequest {
    pub username: Option<String>,
    pub password: Option<String>,
}

/// Body of `auth/setup`, which makes the first admin.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SetupRequest {
    pub code: Option<String>,
    pub username: Option<String>,
    pub password: Option<String>,
    pub nickname: Option<String>,
}

/// Query of `kefu-message/list`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListRequest {
    pub conversation_id: Option<i64>,
    /// The original's cursor, UTC epoch milliseconds of a whole second.
    pub create_time: Option<i64>,
    pub before_id: Option<i64>,
    pub after_id: Option<i64>,
    /// 1 to 200.
    pub limit: i64,
}

/// Query of `kefu-message/page`, for clients up to 2.3.
#[derive(Clone, Copy, Debug)]
pub struct PageRequest {
    pub conversation_id: Option<i64>,
    /// From 1.
    pub page_no: i64,
    /// 1 to 100.
    pub page_size: i64,
}

/// The original reads ids written as strings too, and its clients take some from their address bar.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected a whole number")]
    enum Number {
        Whole(i64),
        Text(String),
    }
    match Option::<Number>::deserialize(deserializer)? {
        None => Ok(None),
        Some(Number::Whole(value)) => Ok(Some(value)),
        Some(Number::Text(text)) => text
            .parse()
            .map(Some)
            .map_err(|_| serde::de::Error::custom("expected a whole number")),
    }
}
