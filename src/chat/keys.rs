//! Making and showing the shop's keys, from the command line.

use sha2::{Digest, Sha256};

use super::{now, sessions::random_text};
use crate::error::Result;
use crate::model::{KeyKind, ShopKey};
use crate::store::{Connection, keys as rows};

/// 43 letters and digits are more than 255 bits.
const KEY_LETTERS: usize = 43;
/// Says in a log or a chat what kind of secret somebody has lost there.
const API_KEY_PREFIX: &str = "kefu_";

/// What the command line may do to the keys, inside one transaction.
pub struct ShopKeys<'a> {
    connection: &'a Connection,
}

impl<'a> ShopKeys<'a> {
    pub fn new(connection: &'a Connection) -> ShopKeys<'a> {
        ShopKeys { connection }
    }

    /// The good keys of a kind, the newest first.
    ///
    /// # Errors
    /// Those of the store.
    pub fn good(&self, kind: KeyKind) -> Result<Vec<ShopKey>> {
        rows::good(self.connection, kind)
    }

    /// Makes a new key and gives it; the one before it stays good until the next time.
    ///
    /// # Errors
    /// Those of the store.
    pub fn rotate(&self, kind: KeyKind) -> Result<String> {
        let random = random_text(KEY_LETTERS);
        let (key, kept) = match kind {
            KeyKind::Identity => (random.clone(), random),
            KeyKind::Api => {
                let key = format!("{API_KEY_PREFIX}{random}");
                let kept = hashed(&key);
                (key, kept)
            }
        };
        rows::add(self.connection, kind, &kept, now())?;
        Ok(key)
    }
}

/// An API key as it is kept.
pub fn hashed(key: &str) -> String {
    let hash = Sha256::digest(key.as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
