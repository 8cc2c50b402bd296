//! Where the catalog's pictures come from.

use rusqlite::{Connection, named_params};

use crate::error::Result;
use crate::model::Order;

/// Notes an origin, unless there are `max` already; says whether it is new.
pub fn note_origin(connection: &Connection, origin: &str, max: i64) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "INSERT OR IGNORE INTO picture_origin (origin)
         SELECT :origin WHERE (SELECT count(*) FROM picture_origin) < :max",
    )?;
    Ok(statement.execute(named_params! {":origin": origin, ":max": max})? > 0)
}

/// All that were noted, in alphabetical order.
pub fn origins(connection: &Connection) -> Result<Vec<String>> {
    let mut statement =
        connection.prepare_cached("SELECT origin FROM picture_origin ORDER BY origin")?;
    let rows = statement.query_map([], |row| row.get("origin"))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Whether there is a catalog, but nothing noted of it: it was stored before that was done.
pub fn is_catalog_unnoted(connection: &Connection) -> Result<bool> {
    Ok(connection.query_row(
        "SELECT NOT EXISTS (SELECT 1 FROM picture_origin)
           AND (EXISTS (SELECT 1 FROM product) OR EXISTS (SELECT 1 FROM trade_order))",
        [],
        |row| row.get(0),
    )?)
}

/// Shows `look` the address of each product's picture.
pub fn each_of_products(connection: &Connection, mut look: impl FnMut(&str)) -> Result<()> {
    let mut statement =
        connection.prepare("SELECT pic_url FROM product WHERE pic_url IS NOT NULL")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        look(row.get_ref("pic_url")?.as_str().unwrap_or_default());
    }
    Ok(())
}

/// Shows `look` the addresses of the pictures in the newest `limit` orders.
pub fn each_of_orders(
    connection: &Connection,
    limit: i64,
    mut look: impl FnMut(&str),
) -> Result<()> {
    let mut statement =
        connection.prepare("SELECT card FROM trade_order ORDER BY id DESC LIMIT :limit")?;
    let mut rows = statement.query(named_params! {":limit": limit})?;
    while let Some(row) = rows.next()? {
        let card = row.get_ref("card")?.as_str().unwrap_or_default();
        // Each was written by us; one that is not read has no picture to show either.
        let order: Option<Order> = serde_json::from_str(card).ok();
        let items = order.into_iter().flat_map(|order| order.items);
        items
            .filter_map(|item| item.pic_url)
            .for_each(|url| look(&url));
    }
    Ok(())
}
