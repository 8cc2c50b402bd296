//! The shop's own secrets.

use rusqlite::{Connection, named_params};

use crate::error::Result;
use crate::model::{KeyKind, ShopKey};

/// Keys of a kind that are good at the same time: the one in use and the one before it.
const GOOD_KEYS: i64 = 2;

/// The good keys of a kind, the newest first.
pub fn good(connection: &Connection, kind: KeyKind) -> Result<Vec<ShopKey>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, secret, create_time FROM shop_key WHERE kind = :kind ORDER BY id DESC LIMIT :limit",
    )?;
    let keys = statement.query_map(
        named_params! {":kind": kind.as_str(), ":limit": GOOD_KEYS},
        |row| {
            Ok(ShopKey {
                id: row.get("id")?,
                secret: row.get("secret")?,
                create_time: row.get("create_time")?,
            })
        },
    )?;
    Ok(keys.collect::<rusqlite::Result<_>>()?)
}

/// Adds a key and forgets those that are no longer good.
pub fn add(connection: &Connection, kind: KeyKind, secret: &str, now: i64) -> Result<()> {
    connection.execute(
        "INSERT INTO shop_key (kind, secret, create_time) VALUES (:kind, :secret, :now)",
        named_params! {":kind": kind.as_str(), ":secret": secret, ":now": now},
    )?;
    connection.execute(
        "DELETE FROM shop_key WHERE kind = :kind AND id NOT IN
         (SELECT id FROM shop_key WHERE kind = :kind ORDER BY id DESC LIMIT :limit)",
        named_params! {":kind": kind.as_str(), ":limit": GOOD_KEYS},
    )?;
    Ok(())
}
