//! How it is kept: the only SQL. A pool of read-only connections, and one thread that writes.
//!
//! Query functions are free, take a connection first and return words of the model, so that `chat/` can join several of
//! them to one transaction.

mod checkpoint;
mod connection;
mod copy;
mod error;
mod lock;
mod schema;
mod writer;

pub mod accounts;
pub mod browsing;
pub mod catalog;
pub mod conversations;
pub mod files;
pub mod keys;
pub mod maintenance;
pub mod members;
pub mod merging;
pub mod messages;
pub mod pictures;
pub mod searching;
pub mod settings;
pub mod staff;
pub mod staging;
pub mod visits;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use r2d2_sqlite::SqliteConnectionManager;
pub use rusqlite::Connection;
use rusqlite::TransactionBehavior;
use tokio::sync::{Semaphore, watch};

use crate::error::{Error, Result};
use crate::model::Event;
use lock::FileLock;
use writer::Writer;

/// Reads that run at the same time; the next ones wait up to [`READ_WAIT_MAX`].
const READERS_MAX: u32 = 4;
/// How long a read waits for its turn before it is answered "busy".
const READ_WAIT_MAX: Duration = Duration::from_secs(2);
/// How long a read may run: a longer one would hold the write-ahead log back.
const READ_RUN_MAX: Duration = Duration::from_secs(2);
/// Virtual machine steps between two looks at the clock.
const PROGRESS_STEPS: i32 = 20_000;

/// The open database. Clones are handles to the same one.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

type Pool = r2d2::Pool<SqliteConnectionManager>;

struct Inner {
    /// None once the store is closed.
    pool: Mutex<Option<Pool>>,
    turns: Arc<Semaphore>,
    writer: Writer,
    _lock: FileLock,
}

impl Store {
    /// Opens `path` for a server, creating it when it is not there. `publish` gets every batch of events after its
    /// commit, in id order, before anybody is answered; it must not block. Needs a runtime to be entered.
    ///
    /// # Errors
    /// [`Error::Refused`] when another server holds the file, it is not ours or newer than this program;
    /// [`Error::DiskFailed`] when the write-ahead log of an earlier run cannot be brought in.
    pub fn open(
        path: &Path,
        publish: impl Fn(Vec<Event>) + Send + 'static,
    ) -> Result<(Store, watch::Receiver<Option<String>>)> {
        let lock = FileLock::take(path)?;
        let opened = schema::open_and_upgrade(path)?;
        let (writer, failed) = Writer::start(opened.connection, opened.damaged, Box::new(publish))?;
        let manager = SqliteConnectionManager::file(path)
            .with_flags(connection::reader_flags())
            .with_init(|c| connection::prepare_reader(c));
        let pool = r2d2::Pool::builder()
            .max_size(READERS_MAX)
            .connection_timeout(READ_WAIT_MAX)
            .test_on_check_out(false)
            .max_lifetime(None)
            .idle_timeout(None)
            .build(manager)
            .map_err(|e| Error::Refused(format!("--db {}: {e}", path.display())))?;
        let turns = Arc::new(Semaphore::new(READERS_MAX as usize));
        let inner = Inner {
            pool: Mutex::new(Some(pool)),
            turns,
            writer,
            _lock: lock,
        };
        let store = Store {
            inner: Arc::new(inner),
        };
        Ok((store, failed))
    }

    /// Runs `query` on a read-only connection, off the async threads.
    ///
    /// # Errors
    /// [`Error::Busy`] when no connection came free, or the query ran, longer than two seconds.
    pub async fn read<T, F>(&self, query: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let turn = self.inner.turns.clone().acquire_owned();
        let turn = tokio::time::timeout(READ_WAIT_MAX, turn).await;
        let turn = turn.map_err(|_| Error::Busy)?.map_err(|_| Error::Busy)?;
        let inner = self.inner.clone();
        let reading = tokio::task::spawn_blocking(move || {
            // The turn is the query's and not the caller's: one who hangs up leaves the query running.
            let _turn = turn;
            inner.read(query)
        });
        reading
            .await
            .map_err(|e| Error::Internal(format!("a read ended early: {e}")))?
    }

    /// Queues `job` for the writer and waits for its commit. The job's own error undoes the job alone. It may be run
    /// twice: the first run is undone then, so it must keep nothing outside the database.
    ///
    /// # Errors
    /// The job's own; [`Error::Busy`] when the queue is full or the batch failed, in which case nothing was stored.
    pub async fn write<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&Connection, &mut Vec<Event>) -> Result<T> + Send + 'static,
    {
        self.inner.writer.write(0, job).await
    }

    /// [`Store::write`] of a job that carries about `bytes` of data, which counts against the size of a batch.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn write_sized<T, F>(&self, bytes: usize, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&Connection, &mut Vec<Event>) -> Result<T> + Send + 'static,
    {
        self.inner.writer.write(bytes, job).await
    }

    /// Commits what is queued, takes a last checkpoint and ends the writer. Whatever is asked later is answered "busy".
    pub fn close(&self) {
        // The readers first: the last connection to close must be one that may delete the log.
        drop(self.inner.pool().take());
        self.inner.writer.close();
    }

    /// Whether the database takes writes: false after the disk was full or the file was found damaged.
    pub fn is_healthy(&self) -> bool {
        self.inner.writer.is_healthy()
    }
}

impl Inner {
    fn pool(&self) -> MutexGuard<'_, Option<Pool>> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(&self, query: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let pool = self.pool().clone().ok_or(Error::Busy)?;
        let connection = pool.get().map_err(|_| Error::Busy)?;
        let deadline = Instant::now() + READ_RUN_MAX;
        connection.progress_handler(PROGRESS_STEPS, Some(move || Instant::now() > deadline))?;
        // One snapshot for all statements of the query.
        let snapshot = connection.unchecked_transaction()?;
        let result = query(&snapshot);
        drop(snapshot);
        connection.progress_handler(0, None::<fn() -> bool>)?;
        result
    }
}

/// Makes the database at `path` when there is none yet.
///
/// # Errors
/// [`Error::Refused`] when the folder cannot be written to.
pub fn create_if_missing(path: &Path) -> Result<()> {
    if path.exists() {
        return Ok(());
    }
    let _lock = FileLock::take(path)?;
    schema::open_and_upgrade(path).map(drop)
}

/// Runs `job` in a transaction of its own on an existing file, beside a running server or without one: for the
/// command line. Never changes the schema of a file that is there.
///
/// # Errors
/// [`Error::Refused`] when the file is not ours, or of another version than this program.
pub fn run_command<T>(path: &Path, job: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
    let mut connection = schema::open_current(path)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let value = job(&transaction)?;
    transaction.commit()?;
    Ok(value)
}

/// A file whose name is the database's and something more. Beside the file itself, whatever links lead to it: two names of
/// it must not be two locks, and SQLite keeps its log there too.
fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = real_path(database).into_os_string();
    name.push(ending);
    PathBuf::from(name)
}

fn real_path(database: &Path) -> PathBuf {
    if let Ok(real) = database.canonicalize() {
        return real;
    }
    // It is not there yet; its folder may be reached by a link all the same.
    let folder = database
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    match (folder.canonicalize(), database.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        // Whatever is wrong with it, opening it says so.
        _ => database.to_path_buf(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_reads_cannot_write() {
        let folder = tempfile::tempdir().expect("a folder");
        let (store, _failed) =
            Store::open(&folder.path().join("shop.db"), |_| ()).expect("a new file");
        for sql in [
            "INSERT INTO member (create_time) VALUES (1)",
            "PRAGMA user_version = 7",
            "CREATE TEMP TABLE t (x)",
        ] {
            let written = store.read(|c| Ok(c.execute_batch(sql)?)).await;
            assert!(written.is_err(), "{sql}");
        }
        let members = store.read(|c| {
            Ok(c.query_row("SELECT count(*) FROM member", [], |row| {
                row.get::<_, i64>(0)
            })?)
        });
        assert_eq!(members.await.expect("a count"), 0);
        store.close();
    }
}
