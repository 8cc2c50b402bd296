//! Who is listening: sockets subscribe, the writer publishes. Nothing waits here for a slow socket.

mod frame;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use crate::model::{Audience, Event, MemberId, MessageId, Party, PartyKind, Session, SessionId};
use frame::{change_frame, member_frame, merge_frame, read_frame};
pub use frame::{frame, message_frame};

/// Events waiting for one socket. When full the socket is ended: it comes back and resumes.
pub const QUEUE_EVENTS_MAX: usize = 256;

/// Why a socket is ended: the WebSocket close codes of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Ending {
    Restart = 1012,
    SessionEnded = 4001,
    TooSlow = 4008,
    TooManySockets = 4009,
}

/// What a socket is given to send.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Set on messages, so that a socket can drop what its backlog already had.
    pub message: Option<MessageId>,
    /// The frame's text; one allocation shared by all sockets.
    pub frame: Frame,
}

/// Text of a WebSocket frame in UTF-8, reference-counted.
pub type Frame = Bytes;

/// How a page speaks: the original's clients know two types of frames, ours (`v=1`) know all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Original,
    Ours,
}

/// A socket's place in the hub; dropping it gives the place up.
pub struct Subscription {
    hub: Arc<Hub>,
    party: Party,
    number: u64,
    pub deliveries: mpsc::Receiver<Delivery>,
    /// Resolves when the socket must end at once, whatever it is doing.
    pub ending: oneshot::Receiver<Ending>,
}

/// All live sockets, by audience.
#[derive(Default)]
pub struct Hub {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    next_number: u64,
    closed: bool,
    admins: Vec<Entry>,
    members: HashMap<MemberId, Vec<Entry>>,
}

struct Entry {
    number: u64,
    session: Session,
    dialect: Dialect,
    deliveries: mpsc::Sender<Delivery>,
    ending: Option<oneshot::Sender<Ending>>,
}

impl Hub {
    /// Registers a socket of `session`.
    ///
    /// # Errors
    /// [`Ending::TooManySockets`] when its party has `sockets_max` already, [`Ending::Restart`] during a shutdown.
    pub fn subscribe(
        self: &Arc<Hub>,
        session: Session,
        dialect: Dialect,
        sockets_max: usize,
    ) -> Result<Subscription, Ending> {
        let mut inner = self.lock();
        if inner.closed {
            return Err(Ending::Restart);
        }
        let open = inner.audience(session.party).iter();
        if open
            .filter(|entry| entry.session.party == session.party)
            .count()
            >= sockets_max
        {
            return Err(Ending::TooManySockets);
        }
        let (deliveries, queue) = mpsc::channel(QUEUE_EVENTS_MAX);
        let (ending, ended) = oneshot::channel();
        inner.next_number += 1;
        let number = inner.next_number;
        inner.audience(session.party).push(Entry {
            number,
            session,
            dialect,
            deliveries,
            ending: Some(ending),
        });
        Ok(Subscription {
            hub: self.clone(),
            party: session.party,
            number,
            deliveries: queue,
            ending: ended,
        })
    }

    /// Hands committed events to everybody they concern, in order. Called by one task alone (store/writer.rs);
    /// never blocks.
    pub fn publish(&self, events: Vec<Event>) {
        let mut inner = self.lock();
        for event in &events {
            inner.publish(event);
        }
    }

    /// The sessions behind live sockets, each once.
    pub fn sessions(&self) -> Vec<Session> {
        let inner = self.lock();
        let mut sessions: HashMap<SessionId, Session> = HashMap::new();
        for entry in inner.admins.iter().chain(inner.members.values().flatten()) {
            sessions.insert(entry.session.id, entry.session);
        }
        sessions.into_values().collect()
    }

    /// Whether a page of this member is open.
    pub fn is_listening(&self, member: MemberId) -> bool {
        let inner = self.lock();
        let entries = inner.members.get(&member);
        entries.is_some_and(|entries| !entries.is_empty())
    }

    /// Ends the sockets of a session that is no longer good.
    pub fn end_session(&self, session: SessionId) {
        self.end_where(Ending::SessionEnded, |entry| entry.session.id == session);
    }

    /// Tells our pages to come back in a while, ends all sockets and takes no new ones.
    pub fn close(&self, farewell: &Frame, ending: Ending) {
        let mut inner = self.lock();
        inner.closed = true;
        let entries = std::mem::take(&mut inner.admins).into_iter();
        for entry in entries.chain(std::mem::take(&mut inner.members).into_values().flatten()) {
            let bye = Delivery {
                message: None,
                frame: farewell.clone(),
            };
            // A socket whose queue is full learns it from the close code alone.
            let told = entry.dialect == Dialect::Ours && entry.deliveries.try_send(bye).is_ok();
            // Dropping the queue's sender lets the socket send what is queued and end; see http/socket.rs.
            if !told && let Some(sender) = entry.ending {
                let _ = sender.send(ending);
            }
        }
    }

    fn end_where(&self, ending: Ending, concerned: impl Fn(&Entry) -> bool) {
        let inner = &mut *self.lock();
        for entry in inner
            .admins
            .iter_mut()
            .chain(inner.members.values_mut().flatten())
        {
            if concerned(entry) {
                entry.end(ending);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut inner = self.hub.lock();
        let entries = inner.audience(self.party);
        entries.retain(|entry| entry.number != self.number);
        let empty = entries.is_empty();
        if let (Party::Member(member), true) = (self.party, empty) {
            inner.members.remove(&member);
        }
    }
}

impl Entry {
    fn end(&mut self, ending: Ending) {
        if let Some(sender) = self.ending.take() {
            // The socket may have ended by itself in this moment.
            let _ = sender.send(ending);
        }
    }

    fn deliver(&mut self, delivery: Delivery) {
        if self.deliveries.try_send(delivery).is_err() {
            self.end(Ending::TooSlow);
        }
    }
}

impl Inner {
    fn audience(&mut self, party: Party) -> &mut Vec<Entry> {
        match party {
            Party::Admin(_) => &mut self.admins,
            Party::Member(member) => self.members.entry(member).or_default(),
        }
    }

    fn publish(&mut self, event: &Event) {
        match event {
            Event::Message { message, member } => {
                let (first, second) = match message.sender_type {
                    PartyKind::Member => (Audience::Admins, Audience::Member(*member)),
                    PartyKind::Admin => (Audience::Member(*member), Audience::Admins),
                };
                self.send(
                    &[first, second],
                    Dialect::Original,
                    Some(message.id),
                    || message_frame(message),
                );
            }
            Event::AdminRead {
                conversation,
                member,
            } => {
                let audiences = [Audience::Member(*member), Audience::Admins];
                self.send(&audiences, Dialect::Original, None, || {
                    read_frame(*conversation)
                });
            }
            Event::Change { kind, conversation } => {
                self.send(&[Audience::Admins], Dialect::Ours, None, || {
                    change_frame(*kind, conversation)
                });
            }
            Event::Merge { from, conversation } => {
                self.send(&[Audience::Admins], Dialect::Ours, None, || {
                    merge_frame(*from, conversation)
                });
            }
            Event::MemberChange { kind, member } => {
                self.send(&[Audience::Admins], Dialect::Ours, None, || {
                    member_frame(*kind, *member)
                });
            }
            Event::OwnChange { kind, conversation } => {
                let audience = Audience::Member(conversation.user_id);
                self.send(&[audience], Dialect::Ours, None, || {
                    change_frame(*kind, conversation)
                });
            }
        }
    }

    /// Serialises the frame only when somebody listens. A frame in our dialect goes to our pages only.
    fn send(
        &mut self,
        audiences: &[Audience],
        dialect: Dialect,
        message: Option<MessageId>,
        frame: impl Fn() -> Frame,
    ) {
        let mut written: Option<Frame> = None;
        for audience in audiences {
            let entries = match audience {
                Audience::Admins => Some(&mut self.admins),
                Audience::Member(member) => self.members.get_mut(member),
            };
            for entry in entries.into_iter().flatten() {
                if dialect == Dialect::Ours && entry.dialect == Dialect::Original {
                    continue;
                }
                let frame = written.get_or_insert_with(&frame).clone();
                entry.deliver(Delivery { message, frame });
            }
        }
    }
}
