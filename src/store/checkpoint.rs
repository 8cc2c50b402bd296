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

/// Pages the log grows by before the next try, when readers have let it grow past [`PAGES_KEPT_MAX`] (4 MB).
const PAGES_BETWEEN_TRIES: i32 = 1_000;

/// How far the log had come when it was last brought in.
pub struct Checkpoints {
    taken_at: i32,
    /// A reader was in the way: some of it is still to be brought in.
    held_back: bool,
}

impl Checkpoints {
    /// Has SQLite tell the length of the log after every commit of `connection`.
    pub fn watch(connection: &Connection) -> Checkpoints {
        connection.wal_hook(Some(|_, pages| {
            LOG_PAGES.set(pages);
            Ok(())
        }));
        Checkpoints {
            taken_at: 0,
            held_back: false,
        }
    }

    /// After a batch: brings the log in when it has grown enough.
    pub fn when_grown(&mut self, connection: &Connection) -> Result<()> {
        let too_long = self.held_back && LOG_PAGES.get() > PAGES_KEPT_MAX;
        let pages = if too_long {
            PAGES_BETWEEN_TRIES
        } else {
            PAGES_BETWEEN
        };
        self.when_longer(connection, pages)
    }

    /// With nothing to write: brings in whatever there is.
    pub fn when_idle(&mut self, connection: &Connection) -> Result<()> {
        // What a reader held back is tried again even when nothing was written since.
        self.when_longer(connection, if self.held_back { -1 } else { 0 })
    }

    /// At the end: leaves a single file behind.
    pub fn at_stop(&self, connection: &Connection) -> Result<()> {
        take(connection, "PRAGMA wal_checkpoint(TRUNCATE)").map(drop)
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
        let sql = if now > PAGES_KEPT_MAX {
            "PRAGMA wal_checkpoint(TRUNCATE)"
        } else {
            "PRAGMA wal_checkpoint(PASSIVE)"
        };
        let taken = take(connection, sql)?;
        self.held_back = taken == Taken::HeldBack;
        Ok(())
    }
}

/// How much of the log a checkpoint has brought in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    Whole,
    HeldBack,
}

/// Takes a checkpoint now, as far as readers let it.
pub fn take(connection: &Connection, sql: &str) -> Result<Taken> {
    // A reader in the way must not hold the writer up: what it holds back is brought in next time.
    connection.busy_timeout(Duration::ZERO)?;
    let taken = connection.query_row(sql, [], |row| {
        let (busy, pages, brought_in): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(busy == 0 && pages == brought_in)
    });
    connection.busy_timeout(BUSY_WAIT)?;
    match taken.map_err(Error::from) {
        Ok(true) => Ok(Taken::Whole),
        Ok(false) | Err(Error::Busy) => {
            tracing::debug!("a reader held the checkpoint back");
            Ok(Taken::HeldBack)
        }
        Err(error) => {
            tracing::error!(%error, "the log could not be brought into the database");
            Err(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reader_held_back_is_brought_in_when_he_has_gone_though_nobody_writes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("shop.db");
        let writer = Connection::open(&path).expect("a file");
        writer
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE note (words TEXT)",
            )
            .expect("a table");
        let mut checkpoints = Checkpoints::watch(&writer);
        let reader = Connection::open(&path).expect("the file");
        let look = "BEGIN; SELECT count(*) FROM note";
        reader.execute_batch(look).expect("a long look");
        let write = "INSERT INTO note VALUES ('later than that')";
        writer.execute_batch(write).expect("a row");
        checkpoints.when_idle(&writer).expect("no failure");
        assert!(checkpoints.held_back);
        reader.execute_batch("COMMIT").expect("the end of the look");
        checkpoints.when_idle(&writer).expect("no failure");
        assert!(!checkpoints.held_back);
        let whole = take(&writer, "PRAGMA wal_checkpoint(PASSIVE)").expect("no failure");
        assert_eq!(whole, Taken::Whole);
    }
}
