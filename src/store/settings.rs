//! What the shop chose or the server must remember.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::error::Result;

/// Names this copy of the database (schema.sql).
pub const EPOCH: &str = "epoch";
/// Where the setup page was opened, as an origin.
pub const PUBLIC_URL: &str = "public_url";

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
