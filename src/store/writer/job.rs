//! Jobs for the writer: what is to be done, who waits for it, and which of them share a commit.

use std::collections::VecDeque;
use std::time::Instant;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::error::{Error, Result};
use crate::model::Event;

/// A batch is half of what waits, but no fewer than this: while it is written, those of the one before are answered and
/// those who come next are read. All at once would have the disk and the processors wait for each other.
const BATCH_JOBS_MIN: usize = 16;
const BATCH_BYTES_MAX: usize = 4 << 20;

/// A job and the caller who waits for it, without their types.
pub trait Work: Send {
    /// Runs the job and keeps its result; a second run takes the place of the first.
    fn run(&mut self, connection: &Connection, events: &mut Vec<Event>) -> Result<()>;
    /// Tells the caller: the job's own result, or why the batch was undone, or "busy" when it was never run.
    fn answer(self: Box<Self>, undone: Option<Error>);
}

pub struct Waiting<T, F> {
    pub job: F,
    pub result: Option<Result<T>>,
    pub caller: oneshot::Sender<Result<T>>,
}

impl<T, F> Work for Waiting<T, F>
where
    T: Send,
    F: FnMut(&Connection, &mut Vec<Event>) -> Result<T> + Send,
{
    fn run(&mut self, connection: &Connection, events: &mut Vec<Event>) -> Result<()> {
        let result = (self.job)(connection, events);
        let outcome = result.as_ref().map(drop).map_err(Clone::clone);
        self.result = Some(result);
        outcome
    }

    fn answer(self: Box<Self>, undone: Option<Error>) {
        let result = undone.map_or(self.result.unwrap_or(Err(Error::Busy)), Err);
        // Nobody listens any more when the client has gone; what is committed stays committed.
        let _ = self.caller.send(result);
    }
}

/// A job in the queue.
pub struct Job {
    pub work: Box<dyn Work>,
    pub bytes: usize,
    pub queued: Instant,
}

/// Takes those who have waited longest.
pub fn next_batch(waiting: &mut VecDeque<Job>) -> Vec<Job> {
    let jobs_max = BATCH_JOBS_MIN.max(waiting.len() / 2);
    let mut bytes = 0;
    let mut batch = Vec::with_capacity(jobs_max);
    while batch.len() < jobs_max && bytes < BATCH_BYTES_MAX {
        let Some(job) = waiting.pop_front() else {
            break;
        };
        bytes += job.bytes;
        batch.push(job);
    }
    batch
}
