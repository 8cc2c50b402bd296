//! What is done from time to time without being asked.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::{Chat, now};
use crate::error::Result;
use crate::store::{accounts as rows, files, maintenance};

/// Sessions ended from the command line close their sockets within this and the time of one query.
const SESSIONS_EVERY: Duration = Duration::from_secs(2);
const MEMORY_EVERY: Duration = Duration::from_secs(60);
const DATABASE_EVERY: Duration = Duration::from_secs(60 * 60);
/// Visitors who never wrote are forgotten after a day.
const SILENT_VISITOR_MS: i64 = 24 * 60 * 60 * 1000;
/// A file that was uploaded and not sent for so long is deleted.
const UNSENT_FILE_MS: i64 = 24 * 60 * 60 * 1000;
/// Rows deleted in one job, so that no sender waits long behind it.
const SWEPT_ROWS_MAX: i64 = 200;

impl Chat {
    /// Runs until it is dropped.
    pub async fn keep_house(self: Arc<Chat>) {
        let mut sessions = interval(SESSIONS_EVERY);
        let mut memory = interval(MEMORY_EVERY);
        let mut database = interval(DATABASE_EVERY);
        for interval in [&mut sessions, &mut memory, &mut database] {
            interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        }
        loop {
            let done = tokio::select! {
                _ = sessions.tick() => self.check_live_sessions().await,
                _ = memory.tick() => {
                    self.forget_idle();
                    Ok(())
                }
                _ = database.tick() => self.sweep_database().await,
            };
            if let Err(error) = done {
                tracing::warn!(%error, "housekeeping was put off");
            }
        }
    }

    fn forget_idle(&self) {
        self.limiters.sweep();
        self.throttle.sweep();
        self.tickets.sweep();
        self.sessions.sweep();
    }

    async fn sweep_database(&self) -> Result<()> {
        let before = now() - SILENT_VISITOR_MS;
        loop {
            let silent = self
                .store
                .read(move |c| rows::silent_members(c, before, SWEPT_ROWS_MAX))
                .await?;
            if silent.is_empty() {
                break;
            }
            self.store
                .write(move |c, _| {
                    silent
                        .iter()
                        .try_for_each(|id| rows::delete_silent_member(c, *id))
                })
                .await?;
        }
        let before = now() - UNSENT_FILE_MS;
        // One at a time: freeing ten megabytes is as long as a message should wait.
        while let Some(id) = self.store.read(move |c| files::unsent(c, before)).await? {
            self.store
                .write(move |c, _| files::delete_unsent(c, id))
                .await?;
        }
        self.store
            .write(|c, _| rows::delete_expired_sessions(c, now(), SWEPT_ROWS_MAX))
            .await?;
        self.store.write(|c, _| maintenance::tidy(c)).await
    }
}
