//! How a connection is set up. Each setting stands with its reason.

use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

/// How long SQLite waits for another process (a shell, a backup) before it says "busy".
pub const BUSY_WAIT: Duration = Duration::from_secs(5);
/// The largest text or blob; our own limits are far lower.
const VALUE_BYTES_MAX: i32 = 16 << 20;
/// The write-ahead log is cut to this size when it once grew past it.
const WAL_BYTES_KEPT: i64 = 64 << 20;
/// What SQLite says of itself when it is set to FULL.
const SYNCHRONOUS_FULL: i64 = 2;
const STATEMENTS_CACHED_MAX: usize = 64;

/// Flags of the writing connection. NO_MUTEX: a connection stays on one thread at a time.
pub fn writer_flags() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

/// Flags of the reading connections: they cannot write even by mistake.
pub fn reader_flags() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

/// Settings of a connection that writes, after the journal mode is WAL.
pub fn prepare_writer(connection: &Connection) -> rusqlite::Result<()> {
    prepare(connection)?;
    // FULL: a power cut must not lose a message that somebody was told is stored; ids would be used again after it.
    connection.pragma_update(None, "synchronous", "FULL")?;
    let kept: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0))?;
    assert_eq!(
        kept, SYNCHRONOUS_FULL,
        "SQLite does not write to the disk before it answers"
    );
    // The writer's thread takes checkpoints itself, after answering, so that no sender waits for one.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "journal_size_limit", WAL_BYTES_KEPT)?;
    connection.pragma_update(None, "cache_size", -16_000)
}

/// Settings of a connection that reads.
pub fn prepare_reader(connection: &Connection) -> rusqlite::Result<()> {
    prepare(connection)?;
    connection.pragma_update(None, "query_only", "ON")?;
    connection.pragma_update(None, "cache_size", -4_000)
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    // First of all, since the later ones may have to wait for a lock.
    connection.busy_timeout(BUSY_WAIT)?;
    // A disk error under mmap is a SIGBUS instead of an error code.
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    connection.pragma_update(None, "cell_size_check", "ON")?;
    connection.pragma_update(None, "recursive_triggers", "OFF")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 1)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED_MAX);
    Ok(())
}
