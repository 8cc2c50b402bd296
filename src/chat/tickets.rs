//! One-use tickets that open a socket, so that a token never travels in a URL. In memory only.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::sessions::{random_text, session_id, valid};
use super::{Chat, now};
use crate::error::{Error, Result};
use crate::model::{Session, SessionId};

const TICKET_LIFE: Duration = Duration::from_secs(30);
const TICKET_LIFE_MS: i64 = 30_000;
const TICKETS_MAX: usize = 10_000;
/// Open tickets of one session, so that nobody can take all there are; each of its tabs needs one at a time.
const SESSION_TICKETS_MAX: usize = 8;
const SWEEP_EVERY: Duration = Duration::from_secs(1);
const TICKET_LETTERS: usize = 43;

/// What `ws-ticket` answers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ticket {
    pub ticket: String,
    /// UTC epoch milliseconds.
    pub expires_time: i64,
}

/// Tickets that nobody has used yet.
#[derive(Default)]
pub struct Tickets {
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    /// Whose a ticket is and since when, by the ticket's SHA-256.
    by_ticket: HashMap<SessionId, (SessionId, Instant)>,
    /// The tickets of each session, oldest first.
    by_session: HashMap<SessionId, VecDeque<SessionId>>,
    swept: Option<Instant>,
}

impl Tickets {
    fn issue(&self, session: SessionId) -> Result<Ticket> {
        let ticket = random_text(TICKET_LETTERS);
        let mut open = self.lock();
        // A page opens one socket at a time: the oldest of many is one that it has given up.
        open.make_room_for(session);
        if open.by_ticket.len() >= TICKETS_MAX {
            open.sweep_if_due();
        }
        if open.by_ticket.len() >= TICKETS_MAX {
            return Err(Error::TooManyRequests {
                retry_after: TICKET_LIFE,
            });
        }
        open.add(session_id(&ticket), session);
        let expires_time = now() + TICKET_LIFE_MS;
        Ok(Ticket {
            ticket,
            expires_time,
        })
    }

    fn redeem(&self, ticket: SessionId) -> Option<SessionId> {
        let (session, issued) = self.lock().remove(ticket)?;
        (issued.elapsed() < TICKET_LIFE).then_some(session)
    }

    /// Drops what has expired.
    pub fn sweep(&self) {
        let mut open = self.lock();
        open.sweep();
        open.by_ticket.shrink_to(TICKETS_MAX / 10);
        open.by_session.shrink_to(TICKETS_MAX / 10);
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn make_room_for(&mut self, session: SessionId) {
        let own = self.by_session.get(&session);
        let oldest = own.filter(|own| own.len() >= SESSION_TICKETS_MAX);
        if let Some(oldest) = oldest.and_then(|own| own.front()).copied() {
            self.remove(oldest);
        }
    }

    fn add(&mut self, ticket: SessionId, session: SessionId) {
        self.by_ticket.insert(ticket, (session, Instant::now()));
        self.by_session
            .entry(session)
            .or_default()
            .push_back(ticket);
    }

    fn remove(&mut self, ticket: SessionId) -> Option<(SessionId, Instant)> {
        let (session, issued) = self.by_ticket.remove(&ticket)?;
        if let Some(own) = self.by_session.get_mut(&session) {
            own.retain(|other| *other != ticket);
            if own.is_empty() {
                self.by_session.remove(&session);
            }
        }
        Some((session, issued))
    }

    /// While all is taken, everybody who asks would have the whole map looked through.
    fn sweep_if_due(&mut self) {
        if self.swept.is_none_or(|at| at.elapsed() > SWEEP_EVERY) {
            self.sweep();
        }
    }

    fn sweep(&mut self) {
        self.swept = Some(Instant::now());
        let by_ticket = &mut self.by_ticket;
        by_ticket.retain(|_, (_, issued)| issued.elapsed() < TICKET_LIFE);
        self.by_session.retain(|_, own| {
            own.retain(|ticket| by_ticket.contains_key(ticket));
            !own.is_empty()
        });
    }
}

impl Chat {
    /// A ticket that opens one socket for this session within 30 seconds. The oldest of more than eight is given up.
    ///
    /// # Errors
    /// [`Error::TooManyRequests`] for somebody who asks for very many, or when 10,000 are open.
    pub fn issue_ticket(&self, session: Session, address: IpAddr) -> Result<Ticket> {
        self.admit_change_at(session, address)?;
        self.tickets.issue(session.id)
    }

    /// Whose socket from `address` this is: by ticket, or by token for the original's clients.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when it is neither, or the session behind the ticket has ended; [`Error::TooManyRequests`]
    /// for somebody who opens very many.
    pub async fn authenticate_socket(
        &self,
        ticket_or_token: &str,
        address: IpAddr,
    ) -> Result<Session> {
        let session = match self.tickets.redeem(session_id(ticket_or_token)) {
            Some(session) => self.store.read(move |c| valid(c, session)).await,
            None => self.authenticate(ticket_or_token).await,
        }?;
        self.limiters.sockets.check(&session.party)?;
        self.admit_change_at(session, address)?;
        Ok(session)
    }
}
