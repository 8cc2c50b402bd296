//! The one thread that writes: jobs in, one transaction per batch, COMMIT. What is committed goes, in order, to one task
//! that publishes the events and then gives the answers, while the thread is at the next batch already.

mod job;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

use super::checkpoint::Checkpoints;
use crate::error::{Error, Result};
use crate::model::Event;
use job::{Job, Waiting, next_batch};

/// Jobs waiting for the writer. When full, the next one is answered "busy" at once: shed early, never queue for ever.
const QUEUE_JOBS_MAX: usize = 1_024;
/// Jobs looked at for the next batches.
const WAITING_JOBS_MAX: usize = 256;
/// A job that waited longer is not started: its sender has most likely given up and will retry.
const JOB_WAIT_MAX: Duration = Duration::from_secs(5);
/// Committed batches waiting to be published and answered; when full the writer waits.
const COMMITTED_BATCHES_MAX: usize = 4;
/// With nothing to write for this long, the log is brought into the file.
const IDLE_BEFORE_CHECKPOINT: Duration = Duration::from_secs(1);

/// Gets every batch of events after its commit.
pub type Publish = Box<dyn Fn(Vec<Event>) + Send>;

/// How the jobs of a batch are kept apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Apart {
    /// Not at all: nearly every job that fails does so before it has changed anything.
    Trusting,
    /// A savepoint each, so that the one which fails can be undone alone.
    Savepoints,
}

/// Why a batch did not get to its commit.
enum Spoilt {
    /// A job failed after it had changed something: the batch has to run again with savepoints.
    ByJob,
    /// Nothing of the batch can be kept.
    Whole(Error),
}

impl From<Error> for Spoilt {
    fn from(error: Error) -> Spoilt {
        Spoilt::Whole(error)
    }
}

/// What a commit has made true: first everybody concerned is told, then those who asked for it.
struct Committed {
    events: Vec<Event>,
    jobs: Vec<Job>,
}

/// The callers' end of the queue, and the thread behind it.
pub struct Writer {
    queue: Mutex<Option<SyncSender<Job>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    healthy: Arc<AtomicBool>,
}

impl Writer {
    /// Starts the thread and the task, on the runtime of the caller. The receiver changes to a reason when the disk has
    /// failed and the process must end.
    pub fn start(
        connection: Connection,
        publish: Publish,
    ) -> Result<(Writer, watch::Receiver<Option<String>>)> {
        let (queue, jobs) = sync_channel(QUEUE_JOBS_MAX);
        let (failed, failure) = watch::channel(None);
        let healthy = Arc::new(AtomicBool::new(true));
        let (committed, batches) = mpsc::channel(COMMITTED_BATCHES_MAX);
        tokio::spawn(tell(batches, publish));
        let state = State {
            checkpoints: Checkpoints::watch(&connection),
            connection,
            committed,
            failed,
            healthy: healthy.clone(),
            damaged: false,
        };
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || state.run(&jobs))
            .map_err(|e| Error::Refused(format!("cannot start the writer thread: {e}")))?;
        let writer = Writer {
            queue: Mutex::new(Some(queue)),
            thread: Mutex::new(Some(thread)),
            healthy,
        };
        Ok((writer, failure))
    }

    /// See [`super::Store::write_sized`].
    pub async fn write<T, F>(&self, bytes: usize, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&Connection, &mut Vec<Event>) -> Result<T> + Send + 'static,
    {
        let (caller, answered) = oneshot::channel();
        let waiting = Waiting {
            job,
            result: None,
            caller,
        };
        self.enqueue(Job {
            work: Box::new(waiting),
            bytes,
            queued: Instant::now(),
        })?;
        answered.await.unwrap_or(Err(Error::Busy))
    }

    fn enqueue(&self, job: Job) -> Result<()> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = queue.as_ref().ok_or(Error::Busy)?;
        queue.try_send(job).map_err(|_| Error::Busy)
    }

    /// False after a batch failed, until the next one is committed.
    pub fn is_healthy(&self) -> bool {
        self.healthy.load(Ordering::Relaxed)
    }

    /// Lets the thread finish what is queued and waits for it.
    pub fn close(&self) {
        drop(
            self.queue
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            // A panic has aborted the process already, so there is no error to look at.
            let _ = thread.join();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

/// Ends the process when the writer, or the task that tells what it did, panics: a server without them would go on to
/// promise what it cannot keep.
struct AbortOnPanic;

impl Drop for AbortOnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            std::process::abort();
        }
    }
}

/// The disk has failed and the thread must end.
struct Failed;

struct State {
    connection: Connection,
    checkpoints: Checkpoints,
    committed: mpsc::Sender<Committed>,
    failed: watch::Sender<Option<String>>,
    healthy: Arc<AtomicBool>,
    damaged: bool,
}

impl State {
    fn run(mut self, jobs: &Receiver<Job>) {
        let _abort = AbortOnPanic;
        let mut waiting = VecDeque::new();
        loop {
            waiting.extend(jobs.try_iter().take(WAITING_JOBS_MAX - waiting.len()));
            let done = if waiting.is_empty() {
                match jobs.recv_timeout(IDLE_BEFORE_CHECKPOINT) {
                    Ok(first) => {
                        waiting.push_back(first);
                        continue;
                    }
                    Err(RecvTimeoutError::Timeout) => {
                        let taken = self.checkpoints.when_idle(&self.connection);
                        self.checked(taken)
                    }
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            } else {
                self.run_batch(next_batch(&mut waiting))
            };
            if done.is_err() {
                return;
            }
        }
        if let Err(error) = self.checkpoints.at_stop(&self.connection) {
            tracing::warn!(%error, "the last checkpoint failed; the log is brought in at the next start");
        }
    }

    fn run_batch(&mut self, mut batch: Vec<Job>) -> std::result::Result<(), Failed> {
        batch.retain(|job| job.queued.elapsed() < JOB_WAIT_MAX);
        let mut events = Vec::new();
        let mut done = self.try_batch(&mut batch, &mut events, Apart::Trusting);
        if let Err(Spoilt::ByJob) = done {
            self.roll_back();
            events.clear();
            done = self.try_batch(&mut batch, &mut events, Apart::Savepoints);
        }
        let error = match done {
            Ok(()) => {
                self.healthy.store(true, Ordering::Relaxed);
                // The task lives as long as this sender; only the end of the whole runtime can take it away.
                let _ = self.committed.blocking_send(Committed {
                    events,
                    jobs: batch,
                });
                let taken = self.checkpoints.when_grown(&self.connection);
                return self.checked(taken);
            }
            Err(Spoilt::ByJob) => Error::Internal("a savepoint did not hold".to_owned()),
            Err(Spoilt::Whole(error)) => error,
        };
        self.roll_back();
        tracing::error!(%error, jobs = batch.len(), "a batch of writes failed and was undone");
        self.healthy.store(false, Ordering::Relaxed);
        let told = match &error {
            Error::StorageFull | Error::Damaged => error.clone(),
            _ => Error::Busy,
        };
        batch
            .into_iter()
            .for_each(|job| job.work.answer(Some(told.clone())));
        self.checked(Err(error))
    }

    fn try_batch(
        &self,
        batch: &mut [Job],
        events: &mut Vec<Event>,
        apart: Apart,
    ) -> std::result::Result<(), Spoilt> {
        if self.damaged {
            return Err(Error::Damaged.into());
        }
        self.execute("BEGIN IMMEDIATE")?;
        for job in batch {
            match apart {
                Apart::Trusting => self.run_trusting(job, events)?,
                Apart::Savepoints => self.run_apart(job, events)?,
            }
        }
        Ok(self.execute("COMMIT")?)
    }

    /// A savepoint would have SQLite copy every page that a job touches: a tenth of the writer's time under load.
    fn run_trusting(
        &self,
        job: &mut Job,
        events: &mut Vec<Event>,
    ) -> std::result::Result<(), Spoilt> {
        let events_before = events.len();
        let changes_before = self.connection.total_changes();
        let Err(error) = job.work.run(&self.connection, events) else {
            return Ok(());
        };
        events.truncate(events_before);
        if self.is_whole(&error) {
            return Err(error.into());
        }
        if self.connection.total_changes() == changes_before {
            return Ok(());
        }
        Err(Spoilt::ByJob)
    }

    fn run_apart(&self, job: &mut Job, events: &mut Vec<Event>) -> Result<()> {
        self.execute("SAVEPOINT job")?;
        let events_before = events.len();
        let Err(error) = job.work.run(&self.connection, events) else {
            return self.execute("RELEASE job");
        };
        events.truncate(events_before);
        if self.is_whole(&error) {
            return Err(error);
        }
        self.execute("ROLLBACK TO job")?;
        self.execute("RELEASE job")
    }

    /// Whether a job's error is the end of the batch. FULL, IOERR and NOMEM may roll the whole transaction back: then
    /// there is nothing left to go on with.
    fn is_whole(&self, error: &Error) -> bool {
        matches!(error, Error::DiskFailed(_) | Error::Damaged) || self.connection.is_autocommit()
    }

    fn roll_back(&self) {
        if !self.connection.is_autocommit() {
            // Should even this fail, the next BEGIN fails too and says so.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }

    fn execute(&self, sql: &str) -> Result<()> {
        self.connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    }

    /// Decides what an error means for the thread. After a disk error SQLite would go on committing on pages that may
    /// never reach the disk, so the process must end.
    fn checked(&mut self, result: Result<()>) -> std::result::Result<(), Failed> {
        match result {
            Err(Error::DiskFailed(reason)) => {
                self.failed.send_replace(Some(reason));
                Err(Failed)
            }
            Err(Error::Damaged) => {
                self.damaged = true;
                Ok(())
            }
            Err(_) | Ok(()) => Ok(()),
        }
    }
}

/// Publishes and answers what was committed, batch by batch. On the runtime, since waking its tasks from another thread
/// costs a system call each.
async fn tell(mut batches: mpsc::Receiver<Committed>, publish: Publish) {
    let _abort = AbortOnPanic;
    while let Some(committed) = batches.recv().await {
        if !committed.events.is_empty() {
            publish(committed.events);
        }
        for job in committed.jobs {
            job.work.answer(None);
        }
    }
}
