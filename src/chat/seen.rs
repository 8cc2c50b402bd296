//! When members had the chat or the shop open last. It is kept in memory and written once a minute, so that nobody who
//! sends, opens a socket or loses it waits for that.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Chat, now};
use crate::error::Result;
use crate::model::{MemberId, Party, Session};
use crate::store::visits as rows;

/// Members of one minute; of those past it the time is a little older.
const SEEN_MEMBERS_MAX: usize = 100_000;
/// Rows written in one job, so that no sender waits long behind it.
const WRITTEN_ROWS_MAX: usize = 200;

/// Who was seen since the last time it was written.
#[derive(Default)]
pub struct Seen {
    times: Mutex<HashMap<MemberId, i64>>,
}

impl Seen {
    fn times(&self) -> MutexGuard<'_, HashMap<MemberId, i64>> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Chat {
    /// Notes that the caller is there, if he is a member.
    pub fn note_seen(&self, session: Session) {
        let Party::Member(member) = session.party else {
            return;
        };
        let mut times = self.seen.times();
        if times.len() < SEEN_MEMBERS_MAX || times.contains_key(&member) {
            times.insert(member, now());
        }
    }

    /// When a member was there last: now, while a page of his is listening. `written` is what the database says.
    pub(super) fn last_seen(&self, member: MemberId, written: Option<i64>) -> Option<i64> {
        if self.hub.is_listening(member) {
            return Some(now());
        }
        let noted = self.seen.times().get(&member).copied();
        noted.max(written)
    }

    /// Writes what was noted. What fails is lost: it says no more than a time.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn write_seen(&self) -> Result<()> {
        let noted = std::mem::take(&mut *self.seen.times());
        let noted: Vec<_> = noted.into_iter().collect();
        for some in noted.chunks(WRITTEN_ROWS_MAX) {
            let some = some.to_vec();
            self.store
                .write(move |c, _| {
                    some.iter()
                        .try_for_each(|(member, time)| rows::note_seen(c, *member, *time))
                })
                .await?;
        }
        Ok(())
    }
}
