//! What is done from time to time without being asked.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval, sleep};

use super::{Chat, now};
use crate::error::Result;
use crate::model::MemberId;
use crate::store::{accounts as rows, files, maintenance};

/// Sessions ended from the command line close their sockets within this and the time of one query.
const SESSIONS_EVERY: Duration = Duration::from_secs(2);
/// Pictures of what the command line has imported are shown within this.
const SHOP_EVERY: Duration = Duration::from_secs(5);
const MEMORY_EVERY: Duration = Duration::from_secs(60);
const SEEN_EVERY: Duration = Duration::from_secs(60);
const DATABASE_EVERY: Duration = Duration::from_secs(60 * 60);
/// Between two small pieces of free pages that go back to the disk: whoever writes meanwhile does not notice, and the log
/// does not grow.
const GIVE_BACK_PAUSE: Duration = Duration::from_millis(250);
/// Visitors who never wrote are forgotten after a day.
const SILENT_VISITOR_MS: i64 = 24 * 60 * 60 * 1000;
/// A file that was uploaded and not sent for so long is deleted.
const UNSENT_FILE_MS: i64 = 24 * 60 * 60 * 1000;
/// Rows deleted in one job, so that no sender waits long behind it.
const SWEPT_ROWS_MAX: i64 = 200;

impl Chat {
    /// Runs until it is dropped.
    pub async fn keep_house(self: Arc<Chat>) {
        // Each by itself: a long sweep must not keep an ended session's sockets open.
        tokio::join!(
            every(SESSIONS_EVERY, || self.check_live_sessions()),
            every(SHOP_EVERY, || self.renew_shop()),
            every(MEMORY_EVERY, || async {
                self.forget_idle();
                Ok(())
            }),
            every(SEEN_EVERY, || self.write_seen()),
            every(DATABASE_EVERY, || self.sweep_visitors()),
            every(DATABASE_EVERY, || self.sweep_files()),
            every(DATABASE_EVERY, || self.sweep_sessions()),
            every(DATABASE_EVERY, || self.tidy_database()),
        );
    }

    fn forget_idle(&self) {
        self.limiters.sweep();
        self.throttle.sweep();
        self.tickets.sweep();
        self.sessions.sweep();
    }

    async fn sweep_visitors(&self) -> Result<()> {
        let before = now() - SILENT_VISITOR_MS;
        let mut above = MemberId(0);
        loop {
            let silent = self
                .store
                .read(move |c| rows::silent_members(c, before, above, SWEPT_ROWS_MAX))
                .await?;
            let Some(last) = silent.last() else { break };
            above = *last;
            self.store
                .write(move |c, _| {
                    silent
                        .iter()
                        .try_for_each(|id| rows::delete_silent_member(c, *id))
                })
                .await?;
        }
        Ok(())
    }

    async fn sweep_files(&self) -> Result<()> {
        let before = now() - UNSENT_FILE_MS;
        // One at a time: freeing ten megabytes is as long as a message should wait.
        while let Some(id) = self.store.read(move |c| files::unsent(c, before)).await? {
            self.store
                .write(move |c, _| files::delete_unsent(c, id))
                .await?;
        }
        Ok(())
    }

    async fn sweep_sessions(&self) -> Result<()> {
        while self
            .store
            .write(|c, _| rows::delete_expired_sessions(c, now(), SWEPT_ROWS_MAX))
            .await?
        {}
        Ok(())
    }

    /// What was deleted goes back to the disk little by little, as long as there is much of it.
    async fn tidy_database(&self) -> Result<()> {
        while self.store.write(|c, _| maintenance::give_back(c)).await? {
            sleep(GIVE_BACK_PAUSE).await;
        }
        self.store.write(|c, _| maintenance::optimize(c)).await
    }
}

/// Does `work` now and then again after every `period`, counted from its end when it takes longer.
async fn every<F, W>(period: Duration, mut work: W)
where
    W: FnMut() -> F,
    F: Future<Output = Result<()>>,
{
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = work().await {
            tracing::warn!(%error, "housekeeping was put off");
        }
    }
}
