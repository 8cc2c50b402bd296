//! What members looked at.

use rusqlite::{Connection, named_params};

use crate::error::Result;
use crate::model::{MemberId, Span};

/// A row as it is kept: the page's own words, which the catalog's go before.
pub struct BrowsedRow {
    pub id: i64,
    pub spu_id: i64,
    pub card: String,
}

/// Notes that a member looked at a product: it is his newest now, and past `rows_max` his oldest go.
pub fn note(
    connection: &Connection,
    member: MemberId,
    spu_id: i64,
    card: &str,
    now: i64,
    rows_max: i64,
) -> Result<()> {
    // A new id, so that the order is by id alone.
    connection
        .prepare_cached(
            "DELETE FROM browse_history WHERE member_id = :member AND spu_id = :spu_id",
        )?
        .execute(named_params! {":member": member.0, ":spu_id": spu_id})?;
    connection
        .prepare_cached(
            "INSERT INTO browse_history (member_id, spu_id, card, create_time)
             VALUES (:member, :spu_id, :card, :now)",
        )?
        .execute(
            named_params! {":member": member.0, ":spu_id": spu_id, ":card": card, ":now": now},
        )?;
    connection
        .prepare_cached(
            "DELETE FROM browse_history WHERE member_id = :member AND id <=
             (SELECT id FROM browse_history WHERE member_id = :member
              ORDER BY id DESC LIMIT 1 OFFSET :rows_max)",
        )?
        .execute(named_params! {":member": member.0, ":rows_max": rows_max})?;
    Ok(())
}

/// What a member looked at, the newest first, and how many there are.
pub fn page(
    connection: &Connection,
    member: MemberId,
    span: Span,
) -> Result<(i64, Vec<BrowsedRow>)> {
    let total = connection
        .prepare_cached("SELECT count(*) FROM browse_history WHERE member_id = :member")?
        .query_row(named_params! {":member": member.0}, |row| row.get(0))?;
    let mut statement = connection.prepare_cached(
        "SELECT id, spu_id, card FROM browse_history WHERE member_id = :member
         ORDER BY id DESC LIMIT :limit OFFSET :offset",
    )?;
    let rows = statement.query_map(
        named_params! {":member": member.0, ":limit": span.limit, ":offset": span.offset},
        |row| {
            Ok(BrowsedRow {
                id: row.get("id")?,
                spu_id: row.get("spu_id")?,
                card: row.get("card")?,
            })
        },
    )?;
    Ok((total, rows.collect::<rusqlite::Result<_>>()?))
}
