//! What callers send. Every field may be missing: `chat/` says which must be there, in words people understand. Keys
//! that are not named here (senderId, senderType, ...) are ignored and can change nothing.

use serde::de::{Error, Visitor};
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

/// Body of `member/auth/identify`.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct IdentifyRequest {
    /// A JWT of the shop's backend.
    pub token: Option<String>,
}

/// Body of `system/user/create`, `update`, `update-password` and `update-status`: each reads its part.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StaffRequest {
    #[serde(deserialize_with = "number")]
    pub id: Option<i64>,
    pub username: Option<String>,
    pub password: Option<String>,
    pub nickname: Option<String>,
    #[serde(deserialize_with = "given")]
    pub avatar: Option<Option<String>>,
    pub role: Option<String>,
    /// The caller's own password, again, where an owner is made or another owner's password given.
    pub own_password: Option<String>,
    /// 0 enabled, 1 disabled.
    #[serde(deserialize_with = "number")]
    pub status: Option<i64>,
}

/// Body of `system/user/profile/update` and `update-password`: each reads its part.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OwnAccountRequest {
    pub nickname: Option<String>,
    #[serde(deserialize_with = "given")]
    pub avatar: Option<Option<String>>,
    pub old_password: Option<String>,
    pub new_password: Option<String>,
}

/// Body of `kefu-key/rotate`.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RotateKeyRequest {
    pub kind: Option<String>,
    /// The caller's own, again.
    pub password: Option<String>,
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

/// The original reads ids written as strings too, and its clients take some from their address bar.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    deserializer.deserialize_any(Number)
}

/// Tells null, which clears a field, from a field that is left out and stays.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Deserialize::deserialize(deserializer).map(Some)
}

struct Number;

impl Visitor<'_> for Number {
    type Value = Option<i64>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        let value = i64::try_from(value);
        value
            .map(Some)
            .map_err(|_| E::custom("expected a whole number"))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        let value = text.parse();
        value
            .map(Some)
            .map_err(|_| E::custom("expected a whole number"))
    }
}
