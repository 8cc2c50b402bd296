//! Rates and counts, by member and by address.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use super::{Limits, Rate};
use crate::error::{Error, Result};
use crate::model::{AdminId, MemberId, Party};

/// How much more may come from the members of one address than from one of them: an office, or a visitor who is many.
const ADDRESS_FACTOR: u32 = 5;
/// What a person changes without writing: marks, pins, tickets. Far more than anybody's pages do.
const CHANGES: Rate = Rate {
    per_period: 300,
    period: Duration::from_secs(60),
    burst: 100,
};

/// Sockets that a person opens: each reads what was missed. The original's clients come back every second while nobody
/// answers; a shop assistant's tabs all at once.
const SOCKETS: Rate = Rate {
    per_period: 120,
    period: Duration::from_secs(60),
    burst: 64,
};
/// Members of one address who turn pages: beyond it the staff see a place only when they look, so that nobody floods
/// their sockets by a farm of visitors.
const VISITS_TOLD: Rate = Rate {
    per_period: 120,
    period: Duration::from_secs(60),
    burst: 30,
};

/// Of all members behind one address together: a visitor costs nothing, the shop's room does.
const UPLOAD_MEGABYTES: Rate = Rate {
    per_period: 1_000,
    period: Duration::from_secs(60 * 60),
    burst: 400,
};

/// Of one of the staff, whatever the owner allows a customer: pictures for a whole day's answers.
const UPLOADS_OF_STAFF: Rate = Rate {
    per_period: 1_000,
    period: Duration::from_secs(60 * 60),
    burst: 100,
};

/// The rates of [`Limits`].
pub struct Limiters {
    pub messages: Limiter<MemberId>,
    /// The members' messages again, by [`address_key`].
    pub messages_of_address: Limiter<IpAddr>,
    pub visitors: Limiter<IpAddr>,
    pub uploads: Adjustable<MemberId>,
    pub uploads_of_staff: Limiter<AdminId>,
    /// Megabytes that the members of one address upload, by [`address_key`].
    pub upload_megabytes: Limiter<IpAddr>,
    pub browses: Limiter<MemberId>,
    pub changes: Limiter<Party>,
    /// The members' changes again, by [`address_key`].
    pub changes_of_address: Limiter<IpAddr>,
    /// Places in the shop that the staff are told of at once, by [`address_key`] of the member.
    pub visits_told: Limiter<IpAddr>,
    pub sockets: Limiter<Party>,
    pub proofs: Limiter<IpAddr>,
}

impl Limiters {
    pub fn new(limits: Limits) -> Limiters {
        Limiters {
            messages: Limiter::new(limits.messages),
            messages_of_address: Limiter::new(limits.messages.map(of_address)),
            visitors: Limiter::new(limits.visitors),
            uploads: Adjustable::new(limits.uploads),
            uploads_of_staff: Limiter::new(limits.uploads.map(|_| UPLOADS_OF_STAFF)),
            upload_megabytes: Limiter::new(limits.uploads.map(|_| UPLOAD_MEGABYTES)),
            browses: Limiter::new(limits.browses),
            // Whoever turns the rates off turns all of them off.
            changes: Limiter::new(limits.messages.map(|_| CHANGES)),
            changes_of_address: Limiter::new(limits.messages.map(|_| of_address(CHANGES))),
            visits_told: Limiter::new(limits.messages.map(|_| VISITS_TOLD)),
            sockets: Limiter::new(limits.messages.map(|_| SOCKETS)),
            proofs: Limiter::new(limits.proofs),
        }
    }

    /// Forgets keys that have been quiet long enough to be as good as new.
    pub fn sweep(&self) {
        self.messages.sweep();
        self.messages_of_address.sweep();
        self.changes.sweep();
        self.changes_of_address.sweep();
        self.visits_told.sweep();
        self.sockets.sweep();
        self.visitors.sweep();
        self.uploads.sweep();
        self.uploads_of_staff.sweep();
        self.upload_megabytes.sweep();
        self.browses.sweep();
        self.proofs.sweep();
    }
}

fn of_address(one: Rate) -> Rate {
    Rate {
        per_period: one.per_period.saturating_mul(ADDRESS_FACTOR),
        burst: one.burst.saturating_mul(ADDRESS_FACTOR),
        ..one
    }
}

/// A rate per key.
pub struct Limiter<K: Clone + Hash + Eq> {
    inner: Option<RateLimiter<K, HashMapStateStore<K>, DefaultClock>>,
}

impl<K: Clone + Hash + Eq> Limiter<K> {
    fn new(rate: Option<Rate>) -> Limiter<K> {
        let quota = rate.map(|rate| {
            let each = rate.period / rate.per_period.max(1);
            let burst = NonZeroU32::new(rate.burst).unwrap_or(NonZeroU32::MIN);
            Quota::with_period(each.max(Duration::from_nanos(1)))
                .expect("the period was made longer than zero")
                .allow_burst(burst)
        });
        Limiter {
            inner: quota.map(RateLimiter::hashmap),
        }
    }

    /// Counts one.
    ///
    /// # Errors
    /// [`Error::TooManyRequests`] with the time after which one more is allowed.
    pub fn check(&self, key: &K) -> Result<()> {
        let Some(limiter) = &self.inner else {
            return Ok(());
        };
        limiter
            .check_key(key)
            .map_err(|not_until| Error::TooManyRequests {
                retry_after: not_until.wait_time_from(DefaultClock::default().now()),
            })
    }

    /// Counts `count` at once.
    ///
    /// # Errors
    /// As [`Limiter::check`]; also when so many are never allowed at once.
    pub fn check_many(&self, key: &K, count: NonZeroU32) -> Result<()> {
        let Some(limiter) = &self.inner else {
            return Ok(());
        };
        let busy = |retry_after| Error::TooManyRequests { retry_after };
        match limiter.check_key_n(key, count) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(not_until)) => Err(busy(
                not_until.wait_time_from(DefaultClock::default().now()),
            )),
            Err(_) => Err(busy(Duration::from_secs(60))),
        }
    }

    fn sweep(&self) {
        if let Some(limiter) = &self.inner {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

/// A limiter whose rate may be set anew while it counts: everybody begins anew then.
pub struct Adjustable<K: Clone + Hash + Eq> {
    rate: Option<Rate>,
    now: Mutex<(Option<u32>, Limiter<K>)>,
}

impl<K: Clone + Hash + Eq> Adjustable<K> {
    fn new(rate: Option<Rate>) -> Adjustable<K> {
        let now = (rate.map(|rate| rate.per_period), Limiter::new(rate));
        Adjustable {
            rate,
            now: Mutex::new(now),
        }
    }

    /// Counts one, of `per_period` that are allowed now; no more of them at once either. Nothing is counted where the
    /// rate is off.
    ///
    /// # Errors
    /// As [`Limiter::check`].
    pub fn check(&self, key: &K, per_period: Option<u32>) -> Result<()> {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if now.0 != per_period {
            let rate = self.rate.zip(per_period).map(|(rate, per_period)| Rate {
                per_period,
                burst: rate.burst.min(per_period),
                ..rate
            });
            *now = (per_period, Limiter::new(rate));
        }
        now.1.check(key)
    }

    fn sweep(&self) {
        self.now
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .1
            .sweep();
    }
}

/// What counts as one address: an IPv6 customer owns a whole /64.
pub fn address_key(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => {
            let network = u128::from(v6) & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from(network))
        }
    }
}

/// How many places each address holds.
#[derive(Default)]
pub struct AddressCounter {
    held: Mutex<HashMap<IpAddr, usize>>,
}

/// One place, given up when dropped.
pub struct AddressPlace {
    counter: Arc<AddressCounter>,
    key: IpAddr,
}

impl AddressCounter {
    /// A place for `address`, or None when it holds `max` already.
    pub fn take(self: &Arc<AddressCounter>, address: IpAddr, max: usize) -> Option<AddressPlace> {
        let key = address_key(address);
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(key).or_insert(0);
        if *count >= max {
            return None;
        }
        *count += 1;
        Some(AddressPlace {
            counter: self.clone(),
            key,
        })
    }
}

impl Drop for AddressPlace {
    fn drop(&mut self) {
        let mut held = self
            .counter
            .held
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.key);
            }
        }
    }
}
