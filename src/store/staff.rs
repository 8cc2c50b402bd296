//! The staff as they see each other, and what of an admin may be changed.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::error::Result;
use crate::model::{AdminId, Page, Role, Span, StaffAccount, StaffFace};

const ACCOUNT: &str = "SELECT * FROM admin";

/// A numbered page of all admins, oldest first, and their count.
pub fn page(connection: &Connection, span: Span) -> Result<Page<StaffAccount>> {
    let sql = [ACCOUNT, "ORDER BY id LIMIT :limit OFFSET :offset"].join(" ");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(
        named_params! {":limit": span.limit, ":offset": span.offset},
        account,
    )?;
    Ok(Page {
        total: super::accounts::count_admins(connection)?,
        list: rows.collect::<rusqlite::Result<_>>()?,
    })
}

/// One of them.
pub fn get(connection: &Connection, id: AdminId) -> Result<Option<StaffAccount>> {
    let sql = [ACCOUNT, "WHERE id = :id"].join(" ");
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_row(named_params! {":id": id.0}, account);
    Ok(found.optional()?)
}

/// Those who are enabled, oldest first.
pub fn faces(connection: &Connection) -> Result<Vec<StaffFace>> {
    let mut statement = connection
        .prepare_cached("SELECT id, nickname, avatar FROM admin WHERE disabled = 0 ORDER BY id")?;
    let rows = statement.query_map([], |row| {
        Ok(StaffFace {
            id: AdminId(row.get("id")?),
            nickname: row.get("nickname")?,
            avatar: row.get("avatar")?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub fn set_nickname(connection: &Connection, id: AdminId, nickname: &str) -> Result<()> {
    let mut statement =
        connection.prepare_cached("UPDATE admin SET nickname = :nickname WHERE id = :id")?;
    statement.execute(named_params! {":id": id.0, ":nickname": nickname})?;
    Ok(())
}

pub fn set_avatar(connection: &Connection, id: AdminId, avatar: Option<&str>) -> Result<()> {
    let mut statement =
        connection.prepare_cached("UPDATE admin SET avatar = :avatar WHERE id = :id")?;
    statement.execute(named_params! {":id": id.0, ":avatar": avatar})?;
    Ok(())
}

pub fn set_role(connection: &Connection, id: AdminId, role: Role) -> Result<()> {
    let mut statement =
        connection.prepare_cached("UPDATE admin SET role = :role WHERE id = :id")?;
    statement.execute(named_params! {":id": id.0, ":role": role.as_str()})?;
    Ok(())
}

fn account(row: &Row<'_>) -> rusqlite::Result<StaffAccount> {
    let admin = super::accounts::admin(row)?;
    let role = admin.role.as_str();
    Ok(StaffAccount {
        id: admin.id,
        username: admin.username,
        nickname: admin.nickname,
        avatar: admin.avatar,
        status: i64::from(admin.disabled),
        role,
        roles: [role],
        create_time: row.get("create_time")?,
        login_date: row.get("seen_time")?,
    })
}
