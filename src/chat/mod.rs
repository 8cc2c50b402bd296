//! What may be done: the rules. No HTTP and no SQL here. One handle, `Arc<Chat>`, joins the store and the hub.

mod accounts;
mod avatars;
mod cards;
mod catalog;
mod content;
mod conversations;
mod fields;
mod files;
mod housekeeping;
mod identity;
mod keys;
mod limits;
mod members;
mod messages;
mod origins;
mod passwords;
mod pictures;
mod resume;
mod roles;
mod searching;
mod seen;
mod sessions;
mod shop;
mod staff;
mod throttle;
mod tickets;
mod visits;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use jiff::tz::TimeZone;

pub use accounts::SignedIn;
pub use catalog::Import;
pub use content::{CONTENT_BYTES_MAX, OWN_FILES, is_file_name};
pub use conversations::{ListCursor, ListPart, Wanted};
pub use files::{OpenFile, UploadPlace};
pub use keys::ShopKeys;
pub use limits::{AddressCounter, AddressPlace, address_key};
pub use resume::{Mark, Position};
pub use shop::{Shop, UPLOADS_PER_HOUR};
pub use staff::{DEFAULT_NICKNAME, Staff, generate_password};

use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::model::{AdminId, ConversationId, MemberId, Party, PartyKind, Session};
pub use crate::store::files::CHUNK_BYTES;
use crate::store::{
    Store, accounts as account_rows, conversations as conversation_rows, merging,
    settings as setting_rows,
};
use files::Uploads;
use limits::Limiters;
use passwords::Passwords;
use pictures::Pictures;
use searching::Searching;
use seen::Seen;
use sessions::SessionCache;
use shop::ShopMemory;
use throttle::LoginThrottle;
use tickets::Tickets;

/// Limits that a shop may set by flag. `None` turns a rate off (`--no-limits`).
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub messages: Option<Rate>,
    pub visitors: Option<Rate>,
    /// Uploads of one member.
    pub uploads: Option<Rate>,
    /// Bytes of all files together.
    pub files_bytes_max: u64,
    /// Products a member is noted to have looked at.
    pub browses: Option<Rate>,
    /// Proofs of who somebody is, of one address.
    pub proofs: Option<Rate>,
    /// Sockets of one member or admin.
    pub sockets_per_party_max: usize,
}

/// So many per period, and so many at once after a pause.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    pub per_period: u32,
    pub period: std::time::Duration,
    pub burst: u32,
}

/// What the rules need to know beside the data.
#[derive(Clone, Debug)]
pub struct Settings {
    pub limits: Limits,
    /// Of the time strings in the original's cursors.
    pub time_zone: TimeZone,
    /// Where the shop reaches this server, when a flag says so.
    pub public_url: Option<String>,
    /// The `aud` that proofs of who a member is must have; None: not looked at.
    pub identity_audience: Option<String>,
}

/// The shop's desk: everything that may be done, by whoever proved who he is.
pub struct Chat {
    pub hub: Arc<Hub>,
    store: Store,
    settings: Settings,
    sessions: SessionCache,
    seen: Seen,
    searching: Searching,
    tickets: Tickets,
    limiters: Limiters,
    throttle: LoginThrottle,
    passwords: Passwords,
    pictures: Pictures,
    uploads: Uploads,
    shop: Arc<ShopMemory>,
    /// In memory only and new at each start: who can read the terminal owns the shop.
    setup_code: String,
    /// The setting of that name, kept here since every page needs it.
    public_url: Arc<Mutex<Option<String>>>,
}

impl Chat {
    /// # Errors
    /// [`Error::Internal`] when no password can be hashed on this machine, and those of the store.
    pub async fn new(store: Store, hub: Arc<Hub>, settings: Settings) -> Result<Chat> {
        let public_url = store
            .read(|c| setting_rows::get(c, setting_rows::PUBLIC_URL))
            .await?;
        if let Err(error) = catalog::pictures::note_old(&store).await {
            // No reason not to open: pictures of the catalog are shown as links until the shop tells them again.
            tracing::warn!(%error, "the origins of the catalog's pictures could not be noted");
        }
        Ok(Chat {
            shop: Arc::new(ShopMemory::read(&store).await?),
            public_url: Arc::new(Mutex::new(public_url)),
            limiters: Limiters::new(settings.limits),
            hub,
            store,
            settings,
            sessions: SessionCache::default(),
            seen: Seen::default(),
            searching: Searching::default(),
            tickets: Tickets::default(),
            throttle: LoginThrottle::default(),
            passwords: Passwords::new(),
            pictures: Pictures::default(),
            uploads: Uploads::default(),
            setup_code: sessions::random_text(24),
        })
    }

    /// The zone of the time strings in queries.
    pub fn time_zone(&self) -> &TimeZone {
        &self.settings.time_zone
    }

    /// Where the shop reaches this server, as an origin: by flag, else as remembered at setup, else unknown.
    pub fn public_url(&self) -> Option<String> {
        let remembered = || {
            self.public_url
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone()
        };
        self.settings.public_url.clone().or_else(remembered)
    }

    /// The code of the setup link, while the shop has no admin.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn setup_code(&self) -> Result<Option<&str>> {
        let admins = self.store.read(account_rows::count_admins).await?;
        Ok((admins == 0).then_some(self.setup_code.as_str()))
    }

    /// Commits what is queued, brings the log into the file and ends the writer.
    pub fn close(&self) {
        self.store.close();
    }

    /// Whether writing works: false after the disk was full or failed.
    pub fn is_healthy(&self) -> bool {
        self.store.is_healthy()
    }

    /// Counts an attempt of a new visitor from `address`.
    fn admit_visitor(&self, address: IpAddr) -> Result<()> {
        self.limiters.visitors.check(&address_key(address))
    }

    /// Counts a change that is not a message.
    fn admit_change(&self, session: Session) -> Result<()> {
        self.limiters.changes.check(&session.party)
    }

    /// Counts a change of somebody at `address`, where members share a rate: one who floods would be many.
    fn admit_change_at(&self, session: Session, address: IpAddr) -> Result<()> {
        self.admit_change(session)?;
        match session.party {
            Party::Member(_) => self
                .limiters
                .changes_of_address
                .check(&address_key(address)),
            Party::Admin(_) => Ok(()),
        }
    }
}

/// The one authorization function of conversations: which one `session` may see and change. A member has his own only,
/// whatever he names; an admin may see each that exists. One
/// that was merged is found where it went. Called inside the transaction that uses the answer.
fn conversation_for(
    connection: &crate::store::Connection,
    session: Session,
    named: Option<i64>,
) -> Result<(ConversationId, MemberId)> {
    match session.party {
        Party::Member(member) => {
            let own = conversation_rows::id_of_member(connection, member)?;
            let own = own.ok_or(Error::ConversationNotFound)?;
            let moved = |named| merging::conversation_now(connection, ConversationId(named));
            match named {
                Some(named) if named != own.0 && moved(named)? != Some(own) => {
                    Err(Error::ConversationNotFound)
                }
                _ => Ok((own, member)),
            }
        }
        Party::Admin(_) => {
            let named = ConversationId(named.ok_or_else(missing_conversation)?);
            if let Some(member) = conversation_rows::member_of(connection, named)? {
                return Ok((named, member));
            }
            let moved = merging::conversation_now(connection, named)?;
            let moved = moved.ok_or(Error::ConversationNotFound)?;
            let member = conversation_rows::member_of(connection, moved)?;
            Ok((moved, member.ok_or(Error::ConversationNotFound)?))
        }
    }
}

/// The original's sentence for an admin who names no conversation.
fn missing_conversation() -> Error {
    Error::invalid(
        "请求参数不正确:会话编号不能为空",
        "conversationId: must be given",
    )
}

/// The admin who is asking.
///
/// # Errors
/// [`Error::Forbidden`] for a member.
fn admin_of(session: Session) -> Result<AdminId> {
    match session.party {
        Party::Admin(id) => Ok(id),
        Party::Member(_) => Err(wrong_side()),
    }
}

/// The original's sentence for a token of the other side.
fn wrong_side() -> Error {
    Error::Forbidden(crate::error::Text::new(
        "没有该操作权限",
        "this token may not be used here",
    ))
}

/// # Errors
/// [`Error::Forbidden`] when `session` belongs to the other side.
pub fn require(session: Session, kind: PartyKind) -> Result<Session> {
    if session.party.kind() == kind {
        Ok(session)
    } else {
        Err(wrong_side())
    }
}

/// UTC epoch milliseconds.
fn now() -> i64 {
    Timestamp::now().as_millisecond()
}
