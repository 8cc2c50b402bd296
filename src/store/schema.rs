//! Creating, checking and upgrading the file. schema.sql is the newest truth; `STEPS` bring old files there.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rand::distr::{Alphanumeric, SampleString};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::{connection, copy};
use crate::error::{Error, Result};

const SCHEMA: &str = include_str!("../../schema.sql");
/// "KEFU" in ASCII, so that `file` and we know our own.
const APPLICATION_ID: i32 = 0x4B45_4655;
/// One SQL text per version step: `STEPS[0]` brings version 1 to 2. A step that has landed is never edited.
const STEPS: &[&str] = &[include_str!("steps/2.sql"), include_str!("steps/3.sql")];
const VERSION: usize = 1 + STEPS.len();
/// 3.53.2: the WAL-reset bug and CVE-2026-11822 are mended from here on.
const SQLITE_VERSION_MIN: i32 = 3_053_002;
/// A file that was not closed cleanly is checked whole up to this size, so that the start stays within seconds.
const CHECKED_BYTES_MAX: u64 = 200 << 20;

/// A file that was opened for writing.
pub struct Opened {
    pub connection: Connection,
    /// It was not closed cleanly, and the check found pages that cannot be read: nothing may be written to it any more.
    pub damaged: bool,
}

/// Opens `path` for writing: creates it, refuses what is not ours, brings in the log of an earlier run, upgrades.
///
/// # Errors
/// [`Error::Refused`] with one line for the person at the terminal; [`Error::DiskFailed`] when the log cannot be
/// brought in.
pub fn open_and_upgrade(path: &Path) -> Result<Opened> {
    assert!(
        rusqlite::version_number() >= SQLITE_VERSION_MIN,
        "this build links SQLite {}, which has known ways to lose data",
        rusqlite::version()
    );
    create_file(path)?;
    let was_running = log_bytes(path) > 0;
    let mut connection = open(path)?;
    match identity(&connection, path)? {
        Identity::Empty => create(&mut connection, path)?,
        Identity::Version(version) => {
            set_journal_mode(&connection, path)?;
            connection::prepare_writer(&connection)?;
            upgrade(&mut connection, path, version)?;
        }
    }
    bring_in_log(&connection)?;
    let damaged = was_running && is_damaged(&connection, path)?;
    Ok(Opened {
        connection,
        damaged,
    })
}

/// Opens an existing file of exactly this version, beside a running server or without one.
///
/// # Errors
/// [`Error::Refused`] when it is of another version or not ours.
pub fn open_current(path: &Path) -> Result<Connection> {
    if !path.exists() {
        return Err(refused(
            path,
            "there is no such file",
            "name the shop's database",
        ));
    }
    let connection = open(path)?;
    match identity(&connection, path)? {
        Identity::Version(VERSION) => {
            connection::prepare_writer(&connection)?;
            Ok(connection)
        }
        Identity::Version(version) => Err(Error::Refused(format!(
            "--db {}: the file has version {version}, this program {VERSION}; start the server once to upgrade it",
            path.display()
        ))),
        Identity::Empty => Err(Error::Refused(format!(
            "--db {}: the file is empty; start the server once to set it up",
            path.display()
        ))),
    }
}

enum Identity {
    Empty,
    Version(usize),
}

fn refused(path: &Path, error: impl std::fmt::Display, way_out: &str) -> Error {
    Error::Refused(format!("--db {}: {error}; {way_out}", path.display()))
}

/// Made by us and not by SQLite, so that nobody else on the machine can read customers' messages.
fn create_file(path: &Path) -> Result<()> {
    if path.exists() {
        return Ok(());
    }
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map(drop)
        .map_err(|e| refused(path, e, "choose a folder this user may write to"))
}

fn open(path: &Path) -> Result<Connection> {
    let connection = Connection::open_with_flags(path, connection::writer_flags())
        .map_err(|e| refused(path, e, "name a file this user may read and write"))?;
    connection.busy_timeout(connection::BUSY_WAIT)?;
    Ok(connection)
}

fn identity(connection: &Connection, path: &Path) -> Result<Identity> {
    let read = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let not_ours =
        |e: rusqlite::Error| refused(path, e, "name a database of kefu-server or a new file");
    let application_id = read("application_id").map_err(not_ours)?;
    let version = usize::try_from(read("user_version").map_err(not_ours)?).unwrap_or(usize::MAX);
    if application_id == APPLICATION_ID && version > VERSION {
        return Err(Error::Refused(format!(
            "--db {}: the file was written by a newer kefu-server (version {version}, this one knows {VERSION}); install the newer program",
            path.display()
        )));
    }
    if application_id == APPLICATION_ID && version > 0 {
        return Ok(Identity::Version(version));
    }
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(not_ours)?;
    if application_id == 0 && version == 0 && tables == 0 {
        return Ok(Identity::Empty);
    }
    Err(Error::Refused(format!(
        "--db {}: this is a database of another program; name a database of kefu-server or a new file",
        path.display()
    )))
}

fn set_journal_mode(connection: &Connection, path: &Path) -> Result<()> {
    let mode: String = connection
        .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))
        .map_err(|e| {
            refused(
                path,
                e,
                "the file and its folder must be writable by this user",
            )
        })?;
    if mode == "wal" {
        return Ok(());
    }
    Err(Error::Refused(format!(
        "--db {}: the file system cannot hold a write-ahead log (journal mode stays {mode}); use a local disk",
        path.display()
    )))
}

fn create(connection: &mut Connection, path: &Path) -> Result<()> {
    // Before the journal mode: it cannot be changed once the first page is written.
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    set_journal_mode(connection, path)?;
    connection::prepare_writer(connection)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(SCHEMA)?;
    super::settings::set(&transaction, super::settings::EPOCH, &new_epoch())?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", VERSION as i64)?;
    transaction.commit()?;
    Ok(())
}

/// Names this copy of the database; see schema.sql, `setting`.
fn new_epoch() -> String {
    Alphanumeric.sample_string(&mut rand::rng(), 16)
}

fn upgrade(connection: &mut Connection, path: &Path, version: usize) -> Result<()> {
    let steps = STEPS.get(version - 1..).unwrap_or_default();
    if steps.is_empty() {
        return Ok(());
    }
    let kept = copy::keep(connection, path, version, VERSION)?;
    tracing::info!(copy = %kept.display(), "kept a copy of the database before upgrading it");
    if let Err(error) = take(connection, steps) {
        // The database is what it was: a server that is started again and again must not fill the disk with copies.
        let _ = std::fs::remove_file(&kept);
        return Err(error);
    }
    tracing::info!(from = version, to = VERSION, "upgraded the database");
    Ok(())
}

fn take(connection: &mut Connection, steps: &[&str]) -> Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in steps {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", VERSION as i64)?;
    transaction.commit()?;
    Ok(())
}

fn log_bytes(path: &Path) -> u64 {
    // Only a look at the size: opening the file here would drop SQLite's locks when it is closed.
    std::fs::metadata(super::beside(path, "-wal")).map_or(0, |m| m.len())
}

/// Rewrites pages recovered from the log before anybody is served: after a failed fsync the kernel may show pages that
/// never reached the disk.
fn bring_in_log(connection: &Connection) -> Result<()> {
    super::checkpoint::take(connection, "PRAGMA wal_checkpoint(TRUNCATE)").map(drop)
}

/// The check after a crash. Rows that name something which is not there are reported, but are no reason to stop a shop.
fn is_damaged(connection: &Connection, path: &Path) -> Result<bool> {
    if std::fs::metadata(path).map_or(0, |m| m.len()) > CHECKED_BYTES_MAX {
        tracing::info!(
            "the server was not stopped cleanly; the database is large, so it is not checked whole"
        );
        return Ok(false);
    }
    match unsound(connection) {
        Ok(None) => {
            tracing::info!(
                "the server was not stopped cleanly; the database was checked and is sound"
            );
            Ok(false)
        }
        Ok(Some(Unsound::Orphan(table))) => {
            tracing::error!(%table, "the database has rows that belong to nothing; keep a backup and look at them");
            Ok(false)
        }
        Ok(Some(Unsound::Pages(verdict))) => {
            tracing::error!(%verdict, "the database is damaged: writing is off; restore a backup");
            Ok(true)
        }
        Err(Error::Damaged) => {
            tracing::error!("the database is damaged: writing is off; restore a backup");
            Ok(true)
        }
        Err(error) => Err(error),
    }
}

enum Unsound {
    Pages(String),
    Orphan(String),
}

fn unsound(connection: &Connection) -> Result<Option<Unsound>> {
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Ok(Some(Unsound::Pages(verdict)));
    }
    let orphan = connection.query_row("PRAGMA foreign_key_check", [], |row| row.get(0));
    Ok(orphan.optional()?.map(Unsound::Orphan))
}
