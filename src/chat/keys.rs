//! Making and showing the shop's keys, from the command line and from the admin page.

use std::net::IpAddr;

use sha2::{Digest, Sha256};

use super::accounts::required;
use super::roles::owner_of;
use super::{Chat, now, sessions::random_text};
use crate::error::{Error, Result, Text};
use crate::model::{IdentifyRequest, KeyKind, KeyList, KeyRow, RotateKeyRequest, Session, ShopKey};
use crate::store::{Connection, keys as rows};

/// 43 letters and digits are more than 255 bits.
const KEY_LETTERS: usize = 43;
/// Says in a log or a chat what kind of secret somebody has lost there.
const API_KEY_PREFIX: &str = "kefu_";

/// What may be done to the keys, inside one transaction.
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

impl Chat {
    /// Which keys are good, without their secrets.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for an agent.
    pub async fn list_keys(&self, session: Session) -> Result<KeyList> {
        self.store
            .read(move |c| {
                owner_of(c, session)?;
                let keys = ShopKeys::new(c);
                Ok(KeyList {
                    identity: without_secrets(&keys.good(KeyKind::Identity)?),
                    api: without_secrets(&keys.good(KeyKind::Api)?),
                })
            })
            .await
    }

    /// Makes a new key for an owner who says his password again, and gives it this once.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for an agent; [`Error::Invalid`] names the field, also when the password is wrong;
    /// [`Error::TooManyRequests`] after too many of those.
    pub async fn rotate_key(
        &self,
        session: Session,
        request: RotateKeyRequest,
        address: IpAddr,
    ) -> Result<String> {
        self.admit_owner(session).await?;
        let kind = request.kind.as_deref().and_then(KeyKind::named);
        let kind = kind.ok_or_else(|| {
            Error::invalid(
                "请求参数不正确:kind 须为 identity 或 api",
                "kind: identity or api",
            )
        })?;
        let password = required(request.password, "password", "密码不能为空")?;
        self.confirm_password(session, "password", password, address)
            .await?;
        self.write_as(session, move |c, _| {
            owner_of(c, session)?;
            ShopKeys::new(c).rotate(kind)
        })
        .await
    }

    /// Whose proof a token is, or what is wrong with it; nobody is signed in by that.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for an agent; [`Error::Invalid`] when there is no token; [`Error::TooManyRequests`].
    pub async fn test_proof(
        &self,
        session: Session,
        request: IdentifyRequest,
    ) -> Result<std::result::Result<String, Text>> {
        self.admit_owner(session).await?;
        let token = required(request.token, "token", "token 不能为空")?;
        // Spaces come with copying, and are no fault of the shop's backend.
        let token = Some(token.trim().to_owned());
        match self.prove(IdentifyRequest { token }).await {
            Ok(proof) => Ok(Ok(proof.external_id)),
            Err(Error::ProofRefused(why) | Error::Invalid(why) | Error::Forbidden(why)) => {
                Ok(Err(why))
            }
            Err(error) => Err(error),
        }
    }
}

fn without_secrets(keys: &[ShopKey]) -> Vec<KeyRow> {
    let row = |key: &ShopKey| KeyRow {
        id: key.id,
        create_time: key.create_time,
    };
    keys.iter().map(row).collect()
}

/// An API key as it is kept.
pub fn hashed(key: &str) -> String {
    let hash = Sha256::digest(key.as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
