//! The secrets that the shop's backend uses.

use serde::Serialize;

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Signs the proofs of who a member is.
    Identity,
    /// Opens `/shop-api`.
    Api,
}

impl KeyKind {
    /// The word in the database and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            KeyKind::Identity => "identity",
            KeyKind::Api => "api",
        }
    }

    pub fn named(word: &str) -> Option<KeyKind> {
        [KeyKind::Identity, KeyKind::Api]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }
}

/// A key as it is kept.
#[derive(Clone)]
pub struct ShopKey {
    pub id: i64,
    /// The secret itself of an identity key; the SHA-256 in hexadecimal of an API key.
    pub secret: String,
    /// UTC epoch milliseconds.
    pub create_time: i64,
    /// When it ends, once two newer ones have been made; UTC epoch milliseconds.
    pub good_until: Option<i64>,
}

/// The good keys, as a page may see them.
#[derive(Clone, Debug, Serialize)]
pub struct KeyList {
    /// The newest first, as the next one.
    pub identity: Vec<KeyRow>,
    pub api: Vec<KeyRow>,
}

/// A key without its secret, which is shown once, when it is made.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyRow {
    pub id: i64,
    /// UTC epoch milliseconds.
    pub create_time: i64,
    /// When it ends, once two newer ones have been made; UTC epoch milliseconds.
    pub good_until: Option<i64>,
}
