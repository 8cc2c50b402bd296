//! Files, in rows of bytes beside the messages: one database is the shop's whole desk.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::error::Result;
use crate::model::{FileId, Finished, MessageId, NewFile, Party, PictureSize, StoredFile};

/// Bytes of one chunk; a larger row would hold the writer up, which messages wait for.
pub const CHUNK_BYTES: usize = 256 << 10;

/// Bytes kept, in all and of one party, whether they were sent or not.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    pub of_all: u64,
    pub of_party: u64,
}

/// How much room is taken.
pub fn kept(connection: &Connection, party: Party) -> Result<Kept> {
    let of_all = "SELECT coalesce(sum(bytes), 0) FROM file";
    let of_party = match party {
        Party::Member(_) => "SELECT coalesce(sum(bytes), 0) FROM file WHERE member_id = :party",
        Party::Admin(_) => "SELECT coalesce(sum(bytes), 0) FROM file WHERE admin_id = :party",
    };
    let mut all = connection.prepare_cached(of_all)?;
    let mut one = connection.prepare_cached(of_party)?;
    Ok(Kept {
        of_all: all.query_row([], |row| row.get(0).map(length))?,
        of_party: one.query_row(named_params! {":party": party.number()}, |row| {
            row.get(0).map(length)
        })?,
    })
}

/// Makes the row of a file whose bytes are still to come; its thumbnail's when `thumbnail_of` says so.
pub fn begin(
    connection: &Connection,
    owner: Party,
    new: &NewFile,
    thumbnail_of: Option<FileId>,
) -> Result<FileId> {
    let (member, admin) = match owner {
        Party::Member(id) => (Some(id.0), None),
        Party::Admin(id) => (None, Some(id.0)),
    };
    let mut statement = connection.prepare_cached(
        "INSERT INTO file (name, member_id, admin_id, title, media_type, bytes, thumbnail_of, create_time)
         VALUES (:name, :member, :admin, :title, 'application/octet-stream', 0, :thumbnail_of, :time)
         RETURNING id",
    )?;
    let id = statement.query_row(
        named_params! {
            ":name": new.name,
            ":member": member,
            ":admin": admin,
            ":title": new.title,
            ":thumbnail_of": thumbnail_of.map(|id| id.0),
            ":time": new.create_time,
        },
        |row| row.get("id"),
    )?;
    Ok(FileId(id))
}

/// Adds the next bytes. Writing a number a second time changes nothing.
pub fn add_chunk(connection: &Connection, id: FileId, number: u32, data: &[u8]) -> Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO file_chunk (file_id, number, data) VALUES (:id, :number, :data)
         ON CONFLICT (file_id, number) DO NOTHING",
    )?;
    let added = insert.execute(named_params! {":id": id.0, ":number": number, ":data": data})?;
    if added > 0 {
        let mut grow =
            connection.prepare_cached("UPDATE file SET bytes = bytes + :added WHERE id = :id")?;
        grow.execute(
            named_params! {":id": id.0, ":added": i64::try_from(data.len()).unwrap_or(i64::MAX)},
        )?;
    }
    Ok(())
}

/// Takes the bytes away again, so that others can be written in their place.
pub fn empty(connection: &Connection, id: FileId) -> Result<()> {
    connection.execute(
        "DELETE FROM file_chunk WHERE file_id = :id",
        named_params! {":id": id.0},
    )?;
    connection.execute(
        "UPDATE file SET bytes = 0 WHERE id = :id",
        named_params! {":id": id.0},
    )?;
    Ok(())
}

/// Says that all bytes are there: from now on the file can be found.
pub fn finish(connection: &Connection, id: FileId, finished: &Finished) -> Result<()> {
    connection.execute(
        "UPDATE file SET media_type = :media_type, sha256 = :sha256, width = :width, height = :height WHERE id = :id",
        named_params! {
            ":id": id.0,
            ":media_type": finished.media_type,
            ":sha256": finished.sha256,
            ":width": finished.size.map(|size| size.width),
            ":height": finished.size.map(|size| size.height),
        },
    )?;
    Ok(())
}

/// The file of this name, when it is whole.
pub fn find(connection: &Connection, name: &str) -> Result<Option<StoredFile>> {
    let mut statement = connection
        .prepare_cached("SELECT * FROM file WHERE name = :name AND sha256 IS NOT NULL")?;
    let found = statement.query_row(named_params! {":name": name}, stored);
    Ok(found.optional()?)
}

/// The file of this name, when it is whole, `owner` uploaded it, and it is nobody's avatar: that one goes some day, and a
/// message stays.
pub fn find_own(connection: &Connection, name: &str, owner: Party) -> Result<Option<StoredFile>> {
    let column = match owner {
        Party::Member(_) => "member_id",
        Party::Admin(_) => "admin_id",
    };
    let sql = format!(
        "SELECT * FROM file WHERE name = :name AND sha256 IS NOT NULL AND avatar = 0 AND {column} = :owner"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_row(
        named_params! {":name": name, ":owner": owner.number()},
        stored,
    );
    Ok(found.optional()?)
}

/// The file of this name, when it is whole and one of the staff uploaded it.
pub fn find_of_staff(connection: &Connection, name: &str) -> Result<Option<StoredFile>> {
    let mut statement = connection.prepare_cached(
        "SELECT * FROM file
         WHERE name = :name AND sha256 IS NOT NULL AND admin_id IS NOT NULL AND thumbnail_of IS NULL",
    )?;
    let found = statement.query_row(named_params! {":name": name}, stored);
    Ok(found.optional()?)
}

/// Keeps a file and its thumbnail as somebody's avatar. False when a message carries it or it is one already.
pub fn claim_avatar(connection: &Connection, id: FileId) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "UPDATE file SET avatar = 1
         WHERE (id = :id OR thumbnail_of = :id) AND message_id IS NULL AND avatar = 0",
    )?;
    Ok(statement.execute(named_params! {":id": id.0})? > 0)
}

/// Deletes an avatar that is nobody's any more, with its bytes and its thumbnail.
pub fn release_avatar(connection: &Connection, name: &str) -> Result<()> {
    let mut statement =
        connection.prepare_cached("DELETE FROM file WHERE name = :name AND avatar = 1")?;
    statement.execute(named_params! {":name": name})?;
    Ok(())
}

/// The small form of a picture, when it has one.
pub fn thumbnail(connection: &Connection, id: FileId) -> Result<Option<StoredFile>> {
    let mut statement = connection
        .prepare_cached("SELECT * FROM file WHERE thumbnail_of = :id AND sha256 IS NOT NULL")?;
    Ok(statement
        .query_row(named_params! {":id": id.0}, stored)
        .optional()?)
}

/// The bytes of one chunk; None past the end, or when the file is gone.
pub fn chunk(connection: &Connection, id: FileId, number: u32) -> Result<Option<Vec<u8>>> {
    let mut statement = connection
        .prepare_cached("SELECT data FROM file_chunk WHERE file_id = :id AND number = :number")?;
    Ok(statement
        .query_row(named_params! {":id": id.0, ":number": number}, |row| {
            row.get("data")
        })
        .optional()?)
}

/// Ties a file, and its thumbnail, to the message that carries it: they live as long as it does. The first one counts.
pub fn tie(connection: &Connection, id: FileId, message: MessageId) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "UPDATE file SET message_id = :message WHERE (id = :id OR thumbnail_of = :id) AND message_id IS NULL",
    )?;
    statement.execute(named_params! {":id": id.0, ":message": message.0})?;
    Ok(())
}

/// A file made before `before` that no message carries.
pub fn unsent(connection: &Connection, before: i64) -> Result<Option<FileId>> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM file WHERE message_id IS NULL AND avatar = 0 AND create_time < :before LIMIT 1",
    )?;
    Ok(statement
        .query_row(named_params! {":before": before}, |row| {
            row.get("id").map(FileId)
        })
        .optional()?)
}

/// Deletes a file that no message carries, with its bytes and its thumbnail.
pub fn delete_unsent(connection: &Connection, id: FileId) -> Result<()> {
    connection.execute(
        "DELETE FROM file WHERE id = :id AND message_id IS NULL AND avatar = 0",
        named_params! {":id": id.0},
    )?;
    Ok(())
}

/// The table holds none below zero.
fn length(bytes: i64) -> u64 {
    u64::try_from(bytes).unwrap_or(0)
}

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredFile> {
    let width: Option<u32> = row.get("width")?;
    let height: Option<u32> = row.get("height")?;
    Ok(StoredFile {
        id: FileId(row.get("id")?),
        name: row.get("name")?,
        title: row.get("title")?,
        media_type: row.get("media_type")?,
        bytes: length(row.get("bytes")?),
        sha256: row.get("sha256")?,
        size: width
            .zip(height)
            .map(|(width, height)| PictureSize { width, height }),
    })
}
