//! The shop's own secrets.

use rusqlite::{Connection, named_params};

use crate::error::Result;
use crate::model::{KeyKind, ShopKey};

/// The newest keys of a kind, the newest first, at most `kept`.
pub fn newest(connection: &Connection, kind: KeyKind, kept: i64) -> Result<Vec<ShopKey>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, secret, create_time FROM shop_key WHERE kind = :kind ORDER BY id DESC LIMIT :limit",
    )?;
    let keys = statement.query_map(
        named_params! {":kind": kind.as_str(), ":limit": kept},
        |row| {
            Ok(ShopKey {
                id: row.get("id")?,
                secret: row.get("secret")?,
                create_time: row.get("create_time")?,
                good_until: None,
            })
        },
    )?;
    Ok(keys.collect::<rusqlite::Result<_>>()?)
}

/// Adds a key; of its kind the newest `kept` stay.
pub fn add(
    connection: &Connection,
    kind: KeyKind,
    secret: &str,
    now: i64,
    kept: i64,
) -> Result<()> {
    connection.execute(
        "INSERT INTO shop_key (kind, secret, create_time) VALUES (:kind, :secret, :now)",
        named_params! {":kind": kind.as_str(), ":secret": secret, ":now": now},
    )?;
    connection.execute(
        "DELETE FROM shop_key WHERE kind = :kind AND id NOT IN
         (SELECT id FROM shop_key WHERE kind = :kind ORDER BY id DESC LIMIT :limit)",
        named_params! {":kind": kind.as_str(), ":limit": kept},
    )?;
    Ok(())
}
