//! One-use tickets that open a socket, so that a token never travels in a URL. In memory only.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::sessions::{random_text, session_id, valid};
use super::{Chat, now};
use crate::error::{Error, Result};
use crate::model::{Session, SessionId};

const TICKET_LIFE: Duration = Duration::from_secs(30);
const TICKET_LIFE_MS: i64 = 30_000;
const TICKETS_MAX: usize = 10_000;
const TICKET_LETTERS: usize = 43;

/// What `ws-ticket` answers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ticket {
    pub ticket: String,
    /// UTC epoch milliseconds.
    pub expires_time: i64,
}

/// Tickets that nobody has used yet, by their SHA-256.
#[derive(Default)]
pub struct Tickets {
    open: Mutex<HashMap<SessionId, (SessionId, Instant)>>,
}

impl Tickets {
    fn issue(&self, session: SessionId) -> Result<Ticket> {
        let ticket = random_text(TICKET_LETTERS);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= TICKETS_MAX {
            open.retain(|_, (_, issued)| issued.elapsed() < TICKET_LIFE);
        }
        if open.len() >= TICKETS_MAX {
            return Err(Error::TooManyRequests {
                retry_after: TICKET_LIFE,
            });
        }
        open.insert(session_id(&ticket), (session, Instant::now()));
        let expires_time = now() + TICKET_LIFE_MS;
        Ok(Ticket {
            ticket,
            expires_time,
        })
    }

    fn redeem(&self, ticket: SessionId) -> Option<SessionId> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let (session, issued) = open.remove(&ticket)?;
        (issued.elapsed() < TICKET_LIFE).then_some(session)
    }

    /// Drops what has expired.
    pub fn sweep(&self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, (_, issued)| issued.elapsed() < TICKET_LIFE);
        open.shrink_to(TICKETS_MAX / 10);
    }
}

impl Chat {
    /// A ticket that opens one socket for this session within 30 seconds.
    ///
    /// # Errors
    /// [`Error::TooManyRequests`] when 10,000 are open.
    pub fn issue_ticket(&self, session: Session) -> Result<Ticket> {
        self.tickets.issue(session.id)
    }

    /// Whose socket this is: by ticket, or by token for the original's clients.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when it is neither, or the session behind the ticket has ended.
    pub async fn authenticate_socket(&self, ticket_or_token: &str) -> Result<Session> {
        match self.tickets.redeem(session_id(ticket_or_token)) {
            Some(session) => self.store.read(move |c| valid(c, session)).await,
            None => self.authenticate(ticket_or_token).await,
        }
    }
}
