//! Coming back: what a page missed while its socket was away.

use serde::Serialize;

use super::{Chat, sessions};
use crate::error::{Error, Result};
use crate::hub::{Dialect, Ending, Subscription};
use crate::model::{Message, MessageId, Party, Session};
use crate::store::messages::Scope;
use crate::store::{Connection, conversations as conversation_rows, messages as rows, settings};

/// Further behind than this a page loads anew by HTTP instead.
const BACKLOG_MESSAGES_MAX: usize = 500;
const BACKLOG_BYTES_MAX: usize = 1 << 20;

/// What a page says it has seen on its last socket.
#[derive(Clone, Debug, Default)]
pub struct Position {
    /// None: a first connect.
    pub after: Option<Mark>,
    /// `createTime` of that message, compared when given: ids may be used again after a restore.
    pub after_time: Option<i64>,
    /// Compared when given.
    pub epoch: Option<String>,
}

/// The id up to which messages were received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// 0: nothing yet.
    Id(MessageId),
    /// Not an id at all; the page starts afresh.
    Odd,
}

/// The first frame of a v=1 socket.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hello {
    pub epoch: String,
    /// False: fetch by HTTP, and keep the outbox.
    pub resumed: bool,
    /// The newest message this party may see; 0 when there is none.
    pub head: MessageId,
    /// Its `createTime`, so that the page can come back with it.
    pub head_time: Option<i64>,
}

/// What a socket sends before it goes live.
pub struct Arrival {
    pub hello: Hello,
    /// Oldest first, complete or empty: never a part.
    pub backlog: Vec<Message>,
}

impl Chat {
    /// Registers a socket, before its past is read: so nothing falls in between.
    ///
    /// # Errors
    /// The code to close with when its party has too many sockets already, or the server is stopping.
    pub fn subscribe(
        &self,
        session: Session,
        dialect: Dialect,
    ) -> std::result::Result<Subscription, Ending> {
        self.hub
            .subscribe(session, dialect, self.settings.limits.sockets_per_party_max)
    }

    /// What to send to a socket that has just been registered with the hub. Checks the session again, since it may have
    /// ended between the handshake and the registration.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when it has.
    pub async fn arrive(&self, session: Session, position: Position) -> Result<Arrival> {
        let arrival = self.store.read(move |c| {
            sessions::valid(c, session.id)?;
            arrive(c, session, &position)
        });
        let Arrival { hello, backlog } = arrival.await?;
        Ok(Arrival {
            hello,
            backlog: self.with_address(backlog),
        })
    }

    /// Checks only that a session is good, for sockets that are not told about the past.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when it is not.
    pub async fn check_session(&self, session: Session) -> Result<()> {
        self.store
            .read(move |c| sessions::valid(c, session.id).map(drop))
            .await
    }
}

fn arrive(connection: &Connection, session: Session, position: &Position) -> Result<Arrival> {
    let scope = match session.party {
        Party::Admin(_) => Some(Scope::AdminList),
        Party::Member(member) => {
            conversation_rows::id_of_member(connection, member)?.map(Scope::One)
        }
    };
    let epoch = settings::get(connection, settings::EPOCH)?
        .ok_or_else(|| Error::Internal("the database has no epoch".to_owned()))?;
    let head = match scope {
        Some(scope) => rows::head(connection, scope)?,
        None => None,
    };
    let head_id = head.map_or(MessageId(0), |(id, _)| id);
    let same_epoch = position
        .epoch
        .as_ref()
        .is_none_or(|theirs| *theirs == epoch);
    let backlog = match position.after {
        Some(Mark::Id(after)) if same_epoch => {
            missed(connection, scope, after, position.after_time, head_id)?
        }
        _ => None,
    };
    let hello = Hello {
        epoch,
        resumed: backlog.is_some(),
        head: head_id,
        head_time: head.map(|(_, time)| time),
    };
    Ok(Arrival {
        hello,
        backlog: backlog.unwrap_or_default(),
    })
}

/// The messages after `after`, or None when the position means nothing here or is too far behind.
fn missed(
    connection: &Connection,
    scope: Option<Scope>,
    after: MessageId,
    after_time: Option<i64>,
    head: MessageId,
) -> Result<Option<Vec<Message>>> {
    if after < MessageId(0) || after > head {
        return Ok(None);
    }
    let Some(scope) = scope else {
        return Ok(Some(Vec::new()));
    };
    if after > MessageId(0) {
        let Some(time) = rows::time_of(connection, scope, after)? else {
            return Ok(None);
        };
        if after_time.is_some_and(|theirs| theirs != time) {
            return Ok(None);
        }
    }
    rows::backlog(
        connection,
        scope,
        after,
        BACKLOG_MESSAGES_MAX,
        BACKLOG_BYTES_MAX,
    )
}
