//! Members, admins and the sessions behind their tokens.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::error::{Error, Result};
use crate::model::{
    Admin, AdminId, ConversationId, MemberId, NewAdmin, Party, Role, Session, SessionId,
};

/// Adds an anonymous member.
pub fn add_visitor(connection: &Connection, now: i64) -> Result<MemberId> {
    let mut statement =
        connection.prepare_cached("INSERT INTO member (create_time) VALUES (:now) RETURNING id")?;
    let id = statement.query_row(named_params! {":now": now}, |row| row.get("id"))?;
    Ok(MemberId(id))
}

/// What a send needs to know of a member.
pub struct Customer {
    pub nickname: Option<String>,
    pub avatar: Option<String>,
    /// None before his first message.
    pub conversation: Option<ConversationId>,
    /// When the last message of it was written.
    pub last_message_time: Option<i64>,
}

/// A member and his conversation; None when there is no such member.
pub fn customer(connection: &Connection, id: MemberId) -> Result<Option<Customer>> {
    let mut statement = connection.prepare_cached(
        "SELECT m.nickname AS nickname, m.avatar AS avatar, c.id AS conversation_id,
         c.last_message_time AS last_message_time FROM member m
         LEFT JOIN promotion_kefu_conversation c ON c.user_id = m.id WHERE m.id = :id",
    )?;
    let found = statement.query_row(named_params! {":id": id.0}, customer_row);
    Ok(found.optional()?)
}

/// The member behind a session that is good at `now`, and his conversation: one look instead of two for every message.
pub fn customer_of_session(
    connection: &Connection,
    id: SessionId,
    now: i64,
) -> Result<Option<Customer>> {
    let mut statement = connection.prepare_cached(
        "SELECT m.nickname AS nickname, m.avatar AS avatar, c.id AS conversation_id,
         c.last_message_time AS last_message_time
         FROM session s JOIN member m ON m.id = s.member_id
         LEFT JOIN promotion_kefu_conversation c ON c.user_id = m.id
         WHERE s.token_sha256 = :id AND s.expire_time > :now",
    )?;
    let found = statement.query_row(named_params! {":id": id.0, ":now": now}, customer_row);
    Ok(found.optional()?)
}

/// Members above `above`, made before `before`, who never wrote; in order, at most `limit`. Whoever has files waits until
/// they are swept, one by one.
pub fn silent_members(
    connection: &Connection,
    before: i64,
    above: MemberId,
    limit: i64,
) -> Result<Vec<MemberId>> {
    let mut statement = connection.prepare_cached(
        "SELECT m.id AS id FROM member m
         LEFT JOIN promotion_kefu_conversation c ON c.user_id = m.id
         WHERE c.id IS NULL AND m.external_id IS NULL AND m.create_time < :before AND m.id > :above
           AND NOT EXISTS (SELECT 1 FROM file f WHERE f.member_id = m.id)
         ORDER BY m.id LIMIT :limit",
    )?;
    let rows = statement.query_map(
        named_params! {":before": before, ":above": above.0, ":limit": limit},
        |row| row.get("id").map(MemberId),
    )?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Deletes a member, and with him his sessions, unless he has written in the meantime.
pub fn delete_silent_member(connection: &Connection, id: MemberId) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "DELETE FROM member WHERE id = :id AND external_id IS NULL
         AND NOT EXISTS (SELECT 1 FROM promotion_kefu_conversation WHERE user_id = :id)",
    )?;
    statement.execute(named_params! {":id": id.0})?;
    Ok(())
}

/// Adds an admin; the first one owns the shop, whatever his role was to be.
///
/// # Errors
/// [`Error::Invalid`] when the name is taken.
pub fn add_admin(connection: &Connection, admin: &NewAdmin, now: i64) -> Result<Admin> {
    let role = if count_admins(connection)? == 0 {
        Role::Owner
    } else {
        admin.role
    };
    let mut statement = connection.prepare_cached(
        "INSERT INTO admin (username, nickname, role, password_hash, create_time)
         VALUES (:username, :nickname, :role, :password_hash, :now)
         ON CONFLICT (username) DO NOTHING",
    )?;
    let added = statement.execute(named_params! {
        ":username": admin.username,
        ":nickname": admin.nickname,
        ":role": role.as_str(),
        ":password_hash": admin.password_hash,
        ":now": now,
    })?;
    if added == 0 {
        return Err(Error::invalid(
            format!("用户名 {} 已经存在，请换一个", admin.username),
            format!(
                "username: {} exists already; choose another one",
                admin.username
            ),
        ));
    }
    find_admin(connection, &admin.username)?
        .map(|(admin, _)| admin)
        .ok_or_else(|| Error::Internal("the admin just added is not there".to_owned()))
}

pub fn count_admins(connection: &Connection) -> Result<i64> {
    Ok(connection.query_row("SELECT count(*) FROM admin", [], |row| row.get(0))?)
}

/// All admins, oldest first.
pub fn admins(connection: &Connection) -> Result<Vec<Admin>> {
    let mut statement = connection.prepare_cached("SELECT * FROM admin ORDER BY id")?;
    let rows = statement.query_map([], admin)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// An admin and his password's hash, by name (letter case does not matter).
pub fn find_admin(connection: &Connection, username: &str) -> Result<Option<(Admin, String)>> {
    let mut statement =
        connection.prepare_cached("SELECT * FROM admin WHERE username = :username")?;
    Ok(statement
        .query_row(named_params! {":username": username}, |row| {
            Ok((admin(row)?, row.get("password_hash")?))
        })
        .optional()?)
}

pub fn get_admin(connection: &Connection, id: AdminId) -> Result<Option<Admin>> {
    let mut statement = connection.prepare_cached("SELECT * FROM admin WHERE id = :id")?;
    Ok(statement
        .query_row(named_params! {":id": id.0}, admin)
        .optional()?)
}

pub fn set_password_hash(connection: &Connection, id: AdminId, hash: &str) -> Result<()> {
    let mut statement =
        connection.prepare_cached("UPDATE admin SET password_hash = :hash WHERE id = :id")?;
    statement.execute(named_params! {":id": id.0, ":hash": hash})?;
    Ok(())
}

pub fn password_hash(connection: &Connection, id: AdminId) -> Result<Option<String>> {
    let mut statement =
        connection.prepare_cached("SELECT password_hash FROM admin WHERE id = :id")?;
    Ok(statement
        .query_row(named_params! {":id": id.0}, |row| row.get("password_hash"))
        .optional()?)
}

pub fn set_admin_disabled(connection: &Connection, id: AdminId, disabled: bool) -> Result<()> {
    let mut statement =
        connection.prepare_cached("UPDATE admin SET disabled = :disabled WHERE id = :id")?;
    statement.execute(named_params! {":id": id.0, ":disabled": disabled})?;
    Ok(())
}

/// Remembers a session. Of one party the `kept_max` used last are kept, this one among them; the others end.
pub fn add_session(connection: &Connection, session: &Session, kept_max: i64) -> Result<()> {
    let (member_id, admin_id) = match session.party {
        Party::Member(id) => (Some(id.0), None),
        Party::Admin(id) => (None, Some(id.0)),
    };
    let mut statement = connection.prepare_cached(
        "INSERT INTO session (token_sha256, member_id, admin_id, create_time, use_time, expire_time)
         VALUES (:id, :member_id, :admin_id, :create_time, :use_time, :expire_time)",
    )?;
    statement.execute(named_params! {
        ":id": session.id.0,
        ":member_id": member_id,
        ":admin_id": admin_id,
        ":create_time": session.create_time,
        ":use_time": session.use_time,
        ":expire_time": session.expire_time,
    })?;
    let sql = match session.party {
        Party::Member(_) => {
            "DELETE FROM session WHERE member_id = :party AND token_sha256 IN
             (SELECT token_sha256 FROM session WHERE member_id = :party AND token_sha256 <> :id
              ORDER BY use_time DESC, create_time DESC LIMIT -1 OFFSET :others)"
        }
        Party::Admin(_) => {
            "DELETE FROM session WHERE admin_id = :party AND token_sha256 IN
             (SELECT token_sha256 FROM session WHERE admin_id = :party AND token_sha256 <> :id
              ORDER BY use_time DESC, create_time DESC LIMIT -1 OFFSET :others)"
        }
    };
    connection.prepare_cached(sql)?.execute(named_params! {
        ":party": session.party.number(),
        ":id": session.id.0,
        ":others": kept_max - 1,
    })?;
    note_seen(connection, session)
}

/// The session, if it is still good at `now`: not expired, its admin not disabled.
pub fn valid_session(connection: &Connection, id: SessionId, now: i64) -> Result<Option<Session>> {
    let mut statement = connection.prepare_cached(
        "SELECT s.member_id, s.admin_id, s.create_time, s.use_time, s.expire_time
         FROM session s LEFT JOIN admin a ON a.id = s.admin_id
         WHERE s.token_sha256 = :id AND s.expire_time > :now
         AND (s.admin_id IS NULL OR a.disabled = 0)",
    )?;
    let session = statement.query_row(named_params! {":id": id.0, ":now": now}, |row| {
        let member: Option<i64> = row.get("member_id")?;
        let party = match member {
            Some(member) => Party::Member(MemberId(member)),
            None => Party::Admin(AdminId(row.get("admin_id")?)),
        };
        Ok(Session {
            id,
            party,
            create_time: row.get("create_time")?,
            use_time: row.get("use_time")?,
            expire_time: row.get("expire_time")?,
        })
    });
    Ok(session.optional()?)
}

/// Notes that a session was used and until when it is good now.
pub fn touch_session(connection: &Connection, session: &Session) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "UPDATE session SET use_time = :use_time, expire_time = :expire_time WHERE token_sha256 = :id",
    )?;
    statement.execute(named_params! {
        ":id": session.id.0,
        ":use_time": session.use_time,
        ":expire_time": session.expire_time,
    })?;
    note_seen(connection, session)
}

/// Of an admin the time of last use is kept beside his sessions, since it must outlive them.
fn note_seen(connection: &Connection, session: &Session) -> Result<()> {
    let Party::Admin(id) = session.party else {
        return Ok(());
    };
    let mut statement = connection.prepare_cached(
        "UPDATE admin SET seen_time = max(coalesce(seen_time, 0), :time) WHERE id = :id",
    )?;
    statement.execute(named_params! {":id": id.0, ":time": session.use_time})?;
    Ok(())
}

pub fn delete_session(connection: &Connection, id: SessionId) -> Result<()> {
    let mut statement =
        connection.prepare_cached("DELETE FROM session WHERE token_sha256 = :id")?;
    statement.execute(named_params! {":id": id.0})?;
    Ok(())
}

/// Ends every session of a member, and says which they were.
pub fn delete_member_sessions(connection: &Connection, id: MemberId) -> Result<Vec<SessionId>> {
    let mut statement = connection
        .prepare_cached("DELETE FROM session WHERE member_id = :id RETURNING token_sha256")?;
    let ended = statement.query_map(named_params! {":id": id.0}, |row| {
        row.get("token_sha256").map(SessionId)
    })?;
    Ok(ended.collect::<rusqlite::Result<_>>()?)
}

/// Ends every session of an admin but `kept`, and says which they were.
pub fn delete_admin_sessions(
    connection: &Connection,
    id: AdminId,
    kept: Option<SessionId>,
) -> Result<Vec<SessionId>> {
    let mut statement = connection.prepare_cached(
        "DELETE FROM session WHERE admin_id = :id AND token_sha256 IS NOT :kept RETURNING token_sha256",
    )?;
    let ended = statement.query_map(
        named_params! {":id": id.0, ":kept": kept.map(|kept| kept.0)},
        |row| row.get("token_sha256").map(SessionId),
    )?;
    Ok(ended.collect::<rusqlite::Result<_>>()?)
}

/// Deletes at most `limit` sessions that ended before `now`, and says whether there were so many.
pub fn delete_expired_sessions(connection: &Connection, now: i64, limit: i64) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "DELETE FROM session WHERE token_sha256 IN
         (SELECT token_sha256 FROM session WHERE expire_time <= :now LIMIT :limit)",
    )?;
    let deleted = statement.execute(named_params! {":now": now, ":limit": limit})?;
    Ok(i64::try_from(deleted).is_ok_and(|deleted| deleted >= limit))
}

pub(super) fn admin(row: &Row<'_>) -> rusqlite::Result<Admin> {
    let role: String = row.get("role")?;
    Ok(Admin {
        id: AdminId(row.get("id")?),
        username: row.get("username")?,
        nickname: row.get("nickname")?,
        avatar: row.get("avatar")?,
        // The table's CHECK allows these two words only.
        role: if role == "owner" {
            Role::Owner
        } else {
            Role::Agent
        },
        disabled: row.get("disabled")?,
    })
}

fn customer_row(row: &Row<'_>) -> rusqlite::Result<Customer> {
    let conversation: Option<i64> = row.get("conversation_id")?;
    Ok(Customer {
        nickname: row.get("nickname")?,
        avatar: row.get("avatar")?,
        conversation: conversation.map(ConversationId),
        last_message_time: row.get("last_message_time")?,
    })
}
