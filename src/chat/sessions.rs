//! Tokens and the sessions behind them.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rand::distr::{Alphanumeric, SampleString};
use sha2::{Digest, Sha256};

use super::{Chat, now};
use crate::error::{Error, Result};
use crate::model::{Event, Party, Session, SessionId};
use crate::store::{Connection, accounts as rows};

const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// A member's session ends when it was not used for so long.
const MEMBER_LIFE_MS: i64 = 30 * DAY_MS;
/// An admin signs in anew after so long, however busy he is.
const ADMIN_LIFE_MS: i64 = 7 * DAY_MS;
/// And after so long without a request or an open socket.
const ADMIN_IDLE_MS: i64 = 12 * HOUR_MS;
/// How far the time of last use may lag behind, so that reading costs no write.
const MEMBER_TOUCH_MS: i64 = HOUR_MS;
const ADMIN_TOUCH_MS: i64 = 5 * 60 * 1000;
/// How long a session read from the database is believed. The command line may end one at any time; sockets are
/// looked at as often.
const BELIEVED: Duration = Duration::from_secs(2);
/// Rows written in one job, so that no sender waits long behind it.
const TOUCHED_ROWS_MAX: usize = 200;
const CACHED_SESSIONS_MAX: usize = 20_000;
/// Sessions of one party: whoever proves himself on each page without showing his token would have one more each time.
/// Those past it end, the longest unused first; their sockets are noticed as what the command line ends.
const PARTY_SESSIONS_MAX: i64 = 50;
/// 32 random bytes are 256 bits; written as 43 letters and digits they still are more than 255.
const TOKEN_LETTERS: usize = 43;

/// Sessions read a moment ago.
#[derive(Default)]
pub struct SessionCache {
    entries: Mutex<HashMap<SessionId, (Session, Instant)>>,
    /// Grows when a session is ended here, so that a read that began before it does not bring it back.
    ended: AtomicU64,
}

impl SessionCache {
    fn get(&self, id: SessionId) -> Option<Session> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let (session, read) = entries.get(&id)?;
        (read.elapsed() < BELIEVED).then_some(*session)
    }

    fn put(&self, session: Session, ended_before: u64) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if self.ended.load(Ordering::Acquire) != ended_before {
            return;
        }
        if entries.len() >= CACHED_SESSIONS_MAX {
            entries.clear();
        }
        entries.insert(session.id, (session, Instant::now()));
    }

    fn forget(&self, id: SessionId) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        self.ended.fetch_add(1, Ordering::AcqRel);
        entries.remove(&id);
    }

    /// Drops what is not believed any more.
    pub fn sweep(&self) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|_, (_, read)| read.elapsed() < BELIEVED);
    }
}

/// A token and the session it opens. The token is shown once and never kept.
pub struct Opened {
    pub token: String,
    pub session: Session,
}

impl Chat {
    /// Whose token this is.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when it is unknown, ended or expired.
    pub async fn authenticate(&self, token: &str) -> Result<Session> {
        let id = session_id(token);
        if let Some(session) = self.sessions.get(id) {
            return Ok(session);
        }
        let ended_before = self.sessions.ended.load(Ordering::Acquire);
        let session = self.store.read(move |c| valid(c, id)).await?;
        self.sessions.put(session, ended_before);
        self.touch_later(session);
        Ok(session)
    }

    /// Runs `job` on the writer if `session` is still good there: the transaction is the truth, the cache is not.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when it is not, and those of the job.
    pub(super) async fn write_as<T, F>(&self, session: Session, mut job: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&Connection, &mut Vec<Event>) -> Result<T> + Send + 'static,
    {
        let checked = move |c: &Connection, events: &mut Vec<Event>| {
            valid(c, session.id)?;
            job(c, events)
        };
        self.store.write(checked).await
    }

    /// Ends a session, and its sockets at once.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn logout(&self, session: Session) -> Result<()> {
        self.store
            .write(move |c, _| rows::delete_session(c, session.id))
            .await?;
        self.forget_session(session.id);
        Ok(())
    }

    /// Lets nobody in on a session that was ended in the database, and ends its sockets.
    pub(super) fn forget_session(&self, session: SessionId) {
        self.sessions.forget(session);
        self.hub.end_session(session);
    }

    /// Moves the expiry of a session that its holder asks about, when that is due, and says until when it is good.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when it is no longer good; [`Error::TooManyRequests`].
    pub async fn refresh(&self, session: Session, address: IpAddr) -> Result<i64> {
        self.admit_change_at(session, address)?;
        let now = now();
        if !is_touch_due(session, now) {
            return Ok(session.expire_time);
        }
        let touched = touched(session, now);
        self.write_as(session, move |c, _| rows::touch_session(c, &touched))
            .await?;
        Ok(touched.expire_time)
    }

    /// Ends the sockets whose session is over, whoever ended it, and counts an open socket as use.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn check_live_sessions(&self) -> Result<()> {
        let live = self.hub.sessions();
        if live.is_empty() {
            return Ok(());
        }
        let checked = self.store.read(move |c| {
            let check = |session: Session| match valid(c, session.id) {
                Ok(fresh) => Ok((session, Some(fresh))),
                Err(Error::Unauthorized) => Ok((session, None)),
                Err(error) => Err(error),
            };
            live.into_iter().map(check).collect::<Result<Vec<_>>>()
        });
        let now = now();
        let mut due = Vec::new();
        for (session, fresh) in checked.await? {
            match fresh {
                Some(fresh) if is_touch_due(fresh, now) => due.push(touched(fresh, now)),
                Some(_) => {}
                None => self.forget_session(session.id),
            }
        }
        // Many sockets open at the same moment are due at the same moment: one job each would fill the queue.
        for some in due.chunks(TOUCHED_ROWS_MAX) {
            let (store, some) = (self.store.clone(), some.to_vec());
            // Nobody waits for it: the next look at the sessions must not come late.
            tokio::spawn(async move {
                let touch = move |c: &Connection, _: &mut Vec<Event>| {
                    some.iter().try_for_each(|one| rows::touch_session(c, one))
                };
                store.write(touch).await
            });
        }
        Ok(())
    }

    /// Nobody waits for this write; when the queue is full the next request tries again.
    fn touch_later(&self, session: Session) {
        let now = now();
        if !is_touch_due(session, now) {
            return;
        }
        let store = self.store.clone();
        let session = touched(session, now);
        tokio::spawn(async move {
            store
                .write(move |c, _| rows::touch_session(c, &session))
                .await
        });
    }
}

/// Makes a session of `party` and keeps it.
pub fn open(connection: &Connection, party: Party) -> Result<Opened> {
    let token = random_text(TOKEN_LETTERS);
    let now = now();
    let made = Session {
        id: session_id(&token),
        party,
        create_time: now,
        use_time: now,
        expire_time: now,
    };
    let session = touched(made, now);
    rows::add_session(connection, &session, PARTY_SESSIONS_MAX)?;
    Ok(Opened { token, session })
}

/// The session as it stands in the database now.
///
/// # Errors
/// [`Error::Unauthorized`] when it is not good any more.
pub fn valid(connection: &Connection, id: SessionId) -> Result<Session> {
    rows::valid_session(connection, id, now())?.ok_or(Error::Unauthorized)
}

/// What is kept of a token.
pub fn session_id(token: &str) -> SessionId {
    SessionId(Sha256::digest(token.as_bytes()).into())
}

/// Letters and digits from the operating system's random source, 5.95 bits each.
pub fn random_text(letters: usize) -> String {
    Alphanumeric.sample_string(&mut rand::rng(), letters)
}

/// Whether the time of last use has fallen behind so far that it is written anew.
fn is_touch_due(session: Session, now: i64) -> bool {
    let due = match session.party {
        Party::Member(_) => MEMBER_TOUCH_MS,
        Party::Admin(_) => ADMIN_TOUCH_MS,
    };
    now - session.use_time >= due
}

/// The session as it is after being used at `now`: its end slides on, an admin's not past his week.
pub fn touched(session: Session, now: i64) -> Session {
    let expire_time = match session.party {
        Party::Member(_) => now + MEMBER_LIFE_MS,
        Party::Admin(_) => (now + ADMIN_IDLE_MS).min(session.create_time + ADMIN_LIFE_MS),
    };
    Session {
        use_time: now,
        expire_time,
        ..session
    }
}
