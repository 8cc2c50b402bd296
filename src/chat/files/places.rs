//! Who may upload now: a few at a time, so many of one address, and the staff besides.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::chat::Chat;
use crate::chat::limits::{AddressCounter, AddressPlace, address_key};
use crate::error::{Error, Result};
use crate::model::{Party, Session};

/// Uploads in progress; each holds a chunk in memory. The staff have places of their own.
const MEMBERS_AT_ONCE_MAX: usize = 16;
const ADMINS_AT_ONCE_MAX: usize = 4;
/// Of these, members behind one address.
const ADDRESS_AT_ONCE_MAX: usize = 8;
/// How long an upload waits for its place.
const PLACE_WAIT_MAX: Duration = Duration::from_secs(20);
/// The places for uploads in progress.
pub struct Uploads {
    members: Arc<Semaphore>,
    admins: Arc<Semaphore>,
    by_address: Arc<AddressCounter>,
    /// When the next chunk may be written; whoever holds it writes.
    pub next_chunk: Mutex<Instant>,
}

impl Default for Uploads {
    fn default() -> Uploads {
        Uploads {
            members: Arc::new(Semaphore::new(MEMBERS_AT_ONCE_MAX)),
            admins: Arc::new(Semaphore::new(ADMINS_AT_ONCE_MAX)),
            by_address: Arc::default(),
            next_chunk: Mutex::new(Instant::now()),
        }
    }
}

/// Leave to upload one file, given up when dropped.
pub struct UploadPlace {
    pub session: Session,
    /// As the limit was when it began.
    pub bytes_max: usize,
    _place: OwnedSemaphorePermit,
    _address: Option<AddressPlace>,
}

impl Chat {
    /// Lets `session` upload one file of about `bytes`, before any of it is read.
    ///
    /// # Errors
    /// [`Error::TooManyRequests`] when he, or his address, uploads too much; [`Error::Busy`] when no place came free.
    pub async fn admit_upload(
        &self,
        session: Session,
        address: IpAddr,
        bytes: u64,
    ) -> Result<UploadPlace> {
        let (places, of_address) = match session.party {
            Party::Admin(admin) => {
                self.limiters.uploads_of_staff.check(&admin)?;
                (&self.uploads.admins, None)
            }
            Party::Member(member) => {
                let per_hour = self.uploads_per_hour();
                self.limiters.uploads.check(&member, per_hour)?;
                let megabytes = u32::try_from(bytes >> 20)
                    .unwrap_or(u32::MAX)
                    .saturating_add(1);
                let megabytes = NonZeroU32::new(megabytes).unwrap_or(NonZeroU32::MIN);
                self.limiters
                    .upload_megabytes
                    .check_many(&address_key(address), megabytes)?;
                let place = self.uploads.by_address.take(address, ADDRESS_AT_ONCE_MAX);
                let busy = Error::TooManyRequests {
                    retry_after: PLACE_WAIT_MAX,
                };
                (&self.uploads.members, Some(place.ok_or(busy)?))
            }
        };
        let place = tokio::time::timeout(PLACE_WAIT_MAX, places.clone().acquire_owned());
        match place.await {
            Ok(Ok(place)) => Ok(UploadPlace {
                session,
                bytes_max: self.upload_bytes_max(),
                _place: place,
                _address: of_address,
            }),
            _ => Err(Error::Busy),
        }
    }
}
