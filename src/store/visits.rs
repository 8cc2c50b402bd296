//! Where members are in the shop, and when they were seen last.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::error::Result;
use crate::model::{MemberId, Visit};

pub fn get(connection: &Connection, member: MemberId) -> Result<Option<Visit>> {
    let mut statement =
        connection.prepare_cached("SELECT * FROM visit WHERE member_id = :member")?;
    let found = statement.query_row(named_params! {":member": member.0}, visit);
    Ok(found.optional()?)
}

/// Notes where a member is; where he was before is forgotten.
pub fn put(connection: &Connection, member: MemberId, visit: &Visit) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT OR REPLACE INTO visit
         (member_id, page_url, page_title, referrer, browser, language, card, update_time)
         VALUES (:member, :page_url, :page_title, :referrer, :browser, :language, :card, :update_time)",
    )?;
    statement.execute(named_params! {
        ":member": member.0,
        ":page_url": visit.page_url,
        ":page_title": visit.page_title,
        ":referrer": visit.referrer,
        ":browser": visit.browser,
        ":language": visit.language,
        ":card": visit.card,
        ":update_time": visit.update_time,
    })?;
    Ok(())
}

/// Notes when a member was there; an earlier time than the one known changes nothing.
pub fn note_seen(connection: &Connection, member: MemberId, time: i64) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "UPDATE member SET seen_time = :time
         WHERE id = :member AND (seen_time IS NULL OR seen_time < :time)",
    )?;
    statement.execute(named_params! {":member": member.0, ":time": time})?;
    Ok(())
}

fn visit(row: &Row<'_>) -> rusqlite::Result<Visit> {
    Ok(Visit {
        page_url: row.get("page_url")?,
        page_title: row.get("page_title")?,
        referrer: row.get("referrer")?,
        browser: row.get("browser")?,
        language: row.get("language")?,
        card: row.get("card")?,
        update_time: row.get("update_time")?,
    })
}
