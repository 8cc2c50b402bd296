//! What the shop chose or the server must remember.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::error::{Error, Result};
use crate::model::ShopSettings;

/// Names this copy of the database (schema.sql).
pub const EPOCH: &str = "epoch";
/// Where the setup page was opened, as an origin.
pub const PUBLIC_URL: &str = "public_url";
/// What the owner chose, as one JSON object: read and written as a whole inside one transaction, so that two owners who
/// change different things keep both.
const SHOP: &str = "shop";

/// The value of `key`, if it was ever set.
pub fn get(connection: &Connection, key: &str) -> Result<Option<String>> {
    let mut statement = connection.prepare_cached("SELECT value FROM setting WHERE key = :key")?;
    Ok(statement
        .query_row(named_params! {":key": key}, |row| row.get("value"))
        .optional()?)
}

/// Sets `key` to `value`, whether it was there or not.
pub fn set(connection: &Connection, key: &str, value: &str) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO setting (key, value) VALUES (:key, :value)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )?;
    statement.execute(named_params! {":key": key, ":value": value})?;
    Ok(())
}

/// What the owner chose; nothing when he never did.
pub fn shop(connection: &Connection) -> Result<ShopSettings> {
    let kept = get(connection, SHOP)?;
    kept.map_or_else(
        || Ok(ShopSettings::default()),
        |kept| {
            serde_json::from_str(&kept).map_err(|e| Error::Internal(format!("setting {SHOP}: {e}")))
        },
    )
}

pub fn set_shop(connection: &Connection, shop: &ShopSettings) -> Result<()> {
    let text = serde_json::to_string(shop).map_err(|e| Error::Internal(e.to_string()))?;
    set(connection, SHOP, &text)
}
