//! The copy of the database that is kept before an upgrade changes it: whole and only its owner's, or not there at all.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::Connection;

use super::connection;
use crate::error::{Error, Result};

/// Copies the database of `connection` beside `database` and gives the copy's path. Its name says which versions it stands
/// between and when it was made, so that one of another upgrade is never taken for it.
///
/// # Errors
/// [`Error::StorageFull`] and the like when there is no room for it; [`Error::Refused`] when its folder cannot be written
/// to. Nothing is left behind then.
pub fn keep(connection: &Connection, database: &Path, from: usize, to: usize) -> Result<PathBuf> {
    let time = Timestamp::now().strftime("%Y%m%d-%H%M%S");
    let copy = super::beside(
        database,
        &format!(".version-{from}.before-version-{to}.{time}"),
    );
    let part = super::beside(database, &format!(".before-version-{to}.part"));
    let made = make(connection, &part, from).and_then(|()| {
        std::fs::rename(&part, &copy).map_err(|e| unkept(&copy, &e))?;
        // The name is on the disk before the upgrade begins.
        let folder = copy.parent().unwrap_or(Path::new("/"));
        let synced = File::open(folder).and_then(|folder| folder.sync_all());
        synced.map_err(|e| unkept(folder, &e))
    });
    if made.is_err() {
        // What is wrong has been said; a torso that cannot be removed is replaced next time.
        let _ = std::fs::remove_file(&part);
    }
    made.map(|()| copy)
}

fn make(connection: &Connection, part: &Path, version: usize) -> Result<()> {
    // Of an upgrade that was broken off.
    if part.exists() {
        std::fs::remove_file(part).map_err(|e| unkept(part, &e))?;
    }
    // Made by us and not by SQLite, so that nobody else on the machine can read customers' messages.
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(part)
        .map_err(|e| unkept(part, &e))?;
    connection.execute("VACUUM INTO ?1", [part.to_string_lossy()])?;
    check(part, version)?;
    let synced = File::open(part).and_then(|part| part.sync_all());
    synced.map_err(|e| unkept(part, &e))
}

/// The copy opens, is whole and of the version that was copied.
fn check(part: &Path, version: usize) -> Result<()> {
    let copy = Connection::open_with_flags(part, connection::reader_flags())?;
    let verdict: String = copy.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    let copied: i64 = copy.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if verdict == "ok" && usize::try_from(copied) == Ok(version) {
        return Ok(());
    }
    Err(Error::Refused(format!(
        "{}: the copy before the upgrade is not whole ({verdict}); check the disk",
        part.display()
    )))
}

fn unkept(path: &Path, error: &std::io::Error) -> Error {
    Error::Refused(format!(
        "{}: {error}; the database is copied there before it is upgraded, so make it writable",
        path.display()
    ))
}
