//! When the write-ahead log is brought into the database file: by the writer's own thread, after it has answered.

use std::cell::Cell;
use std::time::Duration;

use rusqlite::Connection;

use super::connection::BUSY_WAIT;
use crate::error::{Error, Result};

/// Pages the log grows by before a checkpoint is taken between two batches (32 MB). A busy shop changes the same pages
/// again and again: taken at 1,000 pages, checkpoints were a ninth of the writer's time under load.
const PAGES_BETWEEN: i32 = 8_000;
/// Past this (64 MB) the log is also cut, if no reader is in the way.
const PAGES_KEPT_MAX: i32 = 16_384;

thread_local! {
    /// Pages in the log after the last commit, told by SQLite on the writer's own thread.
    static LOG_PAGES: Cell<i32> = const { Cell::new(0) };
}

/// How far the log had come when it was last brought in.
pub struct Checkpoints {
    taken_at: i32,
}

impl Checkpoints {
    /// Has SQLite tell the length of the log after every commit of `connection`.
    pub fn watch(connection: &Connection) -> Checkpoints {
        connection.wal_hook(Some(|_, pages| {
            LOG_PAGES.set(pages);
            Ok(())
        }));
        Checkpoints { taken_at: 0 }
    }

    /// After a batch: brings the log in when it has grown enough.
    pub fn when_grown(&mut self, connection: &Connection) -> Result<()> {
        self.when_longer(connection, PAGES_BETWEEN)
    }

    /// With nothing to write: brings in whatever there is.
    pub fn when_idle(&mut self, connection: &Connection) -> Result<()> {
        self.when_longer(connection, 0)
    }

    /// At the end: leaves a single file behind.
    pub fn at_stop(&self, connection: &Connection) -> Result<()> {
        take(connection, "PRAGMA wal_checkpoint(TRUNCATE)")
    }

    fn when_longer(&mut self, connection: &Connection, pages: i32) -> Result<()> {
        let now = LOG_PAGES.get();
        // A log that was brought in whole starts anew: then the count is small again.
        if now < self.taken_at {
            self.taken_at = 0;
        }
        if now - self.taken_at <= pages {
            return Ok(());
        }
        self.taken_at = now;
        if now > PAGES_KEPT_MAX {
            return take(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }
        take(connection, "PRAGMA wal_checkpoint(PASSIVE)")
    }
}

/// Takes a checkpoint now, as far as readers let it.
pub fn take(connection: &Connection, sql: &str) -> Result<()> {
    // A reader in the way must not hold the writer up: what it holds back is brought in next time.
    connection.busy_timeout(Duration::ZERO)?;
    let taken = connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    connection.busy_timeout(BUSY_WAIT)?;
    match taken.map_err(Error::from) {
        Ok(0) => Ok(()),
        Ok(_) | Err(Error::Busy) => {
            tracing::debug!("a reader held the checkpoint back");
            Ok(())
        }
        Err(error) => {
            tracing::error!(%error, "the log could not be brought into the database");
            Err(error)
        }
    }
}
