//! Making and showing the shop's keys, from the command line and from the admin page.

use std::net::IpAddr;

use sha2::{Digest, Sha256};

use super::accounts::required;
use super::roles::owner_of;
use super::{Chat, now, sessions::random_text};
use crate::error::{Error, Result, Text};
use crate::model::{IdentifyRequest, KeyKind, KeyList, KeyRow, RotateKeyRequest, Session, ShopKey};
use crate::store::{Connection, keys as rows};

/// Keys of a kind that are good for as long as nobody makes new ones: the one in use and the one before it.
const GOOD_KEYS: usize = 2;
/// One that two newer ones have pushed out stays good for so long: whoever lost the answer and pressed again must not
/// end the key that the shop works with.
const PUSHED_OUT_MS: i64 = 24 * 60 * 60 * 1000;
/// However many are made in that time; so a secret that has leaked is ended by making this many.
const KEPT_KEYS: i64 = 4;
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

    /// The good keys of a kind, the newest first: the two newest, and those that were among the two newest within the
    /// last 24 hours, of the four that are kept.
    ///
    /// # Errors
    /// Those of the store.
    pub fn good(&self, kind: KeyKind) -> Result<Vec<ShopKey>> {
        let kept = rows::newest(self.connection, kind, KEPT_KEYS)?;
        Ok(still_good(kept, now()))
    }

    /// Makes a new key and gives it; the one before it stays good, and the one before that for a day.
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
        rows::add(self.connection, kind, &kept, now(), KEPT_KEYS)?;
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

/// Of keys with the newest first, those that are good at `now`, each with when it ends if that is known.
fn still_good(keys: Vec<ShopKey>, now: i64) -> Vec<ShopKey> {
    let made: Vec<i64> = keys.iter().map(|key| key.create_time).collect();
    let with_end = |(at, key): (usize, ShopKey)| {
        // The one that made it the third.
        let pushed_out = at.checked_sub(GOOD_KEYS).map(|newer| made[newer]);
        let good_until = pushed_out.map(|time| time + PUSHED_OUT_MS);
        ShopKey { good_until, ..key }
    };
    let all = keys.into_iter().enumerate().map(with_end);
    all.filter(|key| key.good_until.is_none_or(|end| end > now))
        .collect()
}

fn without_secrets(keys: &[ShopKey]) -> Vec<KeyRow> {
    let row = |key: &ShopKey| KeyRow {
        id: key.id,
        create_time: key.create_time,
        good_until: key.good_until,
    };
    keys.iter().map(row).collect()
}

/// An API key as it is kept.
pub fn hashed(key: &str) -> String {
    let hash = Sha256::digest(key.as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: i64 = 60 * 60 * 1000;

    /// The ids of those that are good at hour 100, of keys made at these hours.
    fn good(hours: &[i64]) -> Vec<i64> {
        let keys = hours.iter().rev().map(|hour| ShopKey {
            id: *hour,
            secret: String::new(),
            create_time: hour * HOUR_MS,
            good_until: None,
        });
        let good = still_good(keys.collect(), 100 * HOUR_MS);
        good.iter().map(|key| key.id).collect()
    }

    #[test]
    fn a_key_stays_good_for_a_day_after_two_newer_ones_were_made() {
        assert_eq!(good(&[]), [] as [i64; 0]);
        assert_eq!(good(&[1]), [1]);
        assert_eq!(good(&[1, 2]), [2, 1], "the two newest, however old");
        assert_eq!(good(&[1, 2, 3]), [3, 2]);
        // The answer was lost and the button pressed again.
        assert_eq!(good(&[1, 98, 99]), [99, 98, 1]);
        assert_eq!(good(&[1, 98, 99, 100]), [100, 99, 98, 1]);
        // Made yesterday and the day before: what was in use then has had its day.
        assert_eq!(good(&[1, 50, 76]), [76, 50]);
        assert_eq!(good(&[1, 50, 77]), [77, 50, 1]);
        assert_eq!(good(&[1, 50, 76, 99]), [99, 76, 50]);
    }

    #[test]
    fn it_is_known_when_a_key_ends() {
        let key = |hour: i64| ShopKey {
            id: hour,
            secret: String::new(),
            create_time: hour * HOUR_MS,
            good_until: None,
        };
        let good = still_good(vec![key(99), key(98), key(1)], 100 * HOUR_MS);
        let ends: Vec<_> = good.iter().map(|key| key.good_until).collect();
        assert_eq!(ends, [None, None, Some((99 + 24) * HOUR_MS)]);
    }
}
