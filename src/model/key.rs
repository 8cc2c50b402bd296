//! The secrets that the shop's backend uses.

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
}

/// A key as it is kept.
#[derive(Clone)]
pub struct ShopKey {
    /// The secret itself of an identity key; the SHA-256 in hexadecimal of an API key.
    pub secret: String,
    /// UTC epoch milliseconds.
    pub create_time: i64,
}
