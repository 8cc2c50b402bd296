//! What is known of members, most of it from the shop.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::error::Result;
use crate::model::{Member, MemberId, Profile};

pub fn get(connection: &Connection, id: MemberId) -> Result<Option<Member>> {
    let mut statement = connection.prepare_cached("SELECT * FROM member WHERE id = :id")?;
    Ok(statement
        .query_row(named_params! {":id": id.0}, member)
        .optional()?)
}

/// The member the shop knows by this id of its own.
pub fn by_external_id(connection: &Connection, external_id: &str) -> Result<Option<MemberId>> {
    let mut statement =
        connection.prepare_cached("SELECT id FROM member WHERE external_id = :external_id")?;
    let id = statement.query_row(named_params! {":external_id": external_id}, |row| {
        row.get("id").map(MemberId)
    });
    Ok(id.optional()?)
}

/// Adds a member the shop vouches for.
pub fn add_vouched(connection: &Connection, external_id: &str, now: i64) -> Result<MemberId> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO member (external_id, create_time) VALUES (:external_id, :now) RETURNING id",
    )?;
    let params = named_params! {":external_id": external_id, ":now": now};
    Ok(statement.query_row(params, |row| row.get("id").map(MemberId))?)
}

/// Makes a visitor the member with this id of the shop's, which nobody has yet.
pub fn vouch_for(connection: &Connection, visitor: MemberId, external_id: &str) -> Result<()> {
    let mut statement =
        connection.prepare_cached("UPDATE member SET external_id = :external_id WHERE id = :id")?;
    statement.execute(named_params! {":id": visitor.0, ":external_id": external_id})?;
    Ok(())
}

/// Notes what the shop says of a member; what it does not speak of stays. True when he looks different to the staff now.
pub fn set_profile(connection: &Connection, id: MemberId, profile: &Profile) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "UPDATE member SET email = coalesce(:email, email), phone = coalesce(:phone, phone),
         level = coalesce(:level, level) WHERE id = :id",
    )?;
    statement.execute(named_params! {
        ":id": id.0,
        ":email": profile.email,
        ":phone": profile.phone,
        ":level": profile.level,
    })?;
    let mut statement = connection.prepare_cached(
        "UPDATE member SET nickname = coalesce(:nickname, nickname), avatar = coalesce(:avatar, avatar)
         WHERE id = :id
         AND (nickname IS NOT coalesce(:nickname, nickname) OR avatar IS NOT coalesce(:avatar, avatar))",
    )?;
    let changed = statement.execute(named_params! {
        ":id": id.0,
        ":nickname": profile.nickname,
        ":avatar": profile.avatar,
    })?;
    Ok(changed > 0)
}

/// Notes what the staff say of a member; None clears it. True when it was something else before.
pub fn set_mark(connection: &Connection, id: MemberId, mark: Option<&str>) -> Result<bool> {
    let mut statement = connection
        .prepare_cached("UPDATE member SET mark = :mark WHERE id = :id AND mark IS NOT :mark")?;
    Ok(statement.execute(named_params! {":id": id.0, ":mark": mark})? > 0)
}

fn member(row: &Row<'_>) -> rusqlite::Result<Member> {
    Ok(Member {
        id: MemberId(row.get("id")?),
        external_id: row.get("external_id")?,
        profile: Profile {
            nickname: row.get("nickname")?,
            avatar: row.get("avatar")?,
            email: row.get("email")?,
            phone: row.get("phone")?,
            level: row.get("level")?,
        },
        create_time: row.get("create_time")?,
        mark: row.get("mark")?,
        seen_time: row.get("seen_time")?,
    })
}
