//! Slows down guessing passwords: per account and address, and per address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::limits::address_key;
use crate::error::{Error, Result};

/// Wrong passwords of one account from one address before it has to wait.
const ACCOUNT_FREE: u32 = 5;
/// Wrong passwords from one address, whatever the account: a whole office may sit behind it.
const ADDRESS_FREE: u32 = 30;
/// The wait doubles with every further one, up to this.
const WAIT_MAX: Duration = Duration::from_secs(15 * 60);
/// Failures older than this are forgotten.
const REMEMBERED: Duration = Duration::from_secs(15 * 60);
/// Accounts and addresses remembered at the same time.
const KEYS_MAX: usize = 20_000;
/// When a newcomer may try again while all of them are guessing.
const FULL_WAIT: Duration = Duration::from_secs(60);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Account(String, IpAddr),
    Address(IpAddr),
}

struct Failures {
    count: u32,
    last: Instant,
    wait: Duration,
}

/// Failed sign-ins of the last quarter of an hour.
#[derive(Default)]
pub struct LoginThrottle {
    failures: Mutex<HashMap<Key, Failures>>,
}

impl LoginThrottle {
    /// Counts an attempt as failed before it is made, so that many at the same time cannot slip through; a good
    /// password takes it back by [`LoginThrottle::forgive`].
    ///
    /// # Errors
    /// [`Error::TooManyRequests`] while the account or the address has to wait, or nobody else can be remembered.
    pub fn charge(&self, account: &str, address: IpAddr) -> Result<()> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= KEYS_MAX {
            failures.retain(|_, f| f.last.elapsed() < REMEMBERED);
        }
        if failures.len() >= KEYS_MAX {
            // A flood of addresses: keep those that have shown themselves to be guessing.
            failures.retain(|_, f| f.count > ACCOUNT_FREE);
        }
        let keys = keys(account, address);
        let new = keys.iter().any(|(key, _)| !failures.contains_key(key));
        if new && failures.len() >= KEYS_MAX {
            return Err(Error::TooManyRequests {
                retry_after: FULL_WAIT,
            });
        }
        for (key, _) in &keys {
            if let Some(wait) = failures.get(key).and_then(Failures::still_to_wait) {
                return Err(Error::TooManyRequests { retry_after: wait });
            }
        }
        for (key, free) in keys {
            let entry = failures.entry(key).or_insert(Failures {
                count: 0,
                last: Instant::now(),
                wait: Duration::ZERO,
            });
            entry.add(free);
        }
        Ok(())
    }

    /// Takes back what a good password was charged.
    pub fn forgive(&self, account: &str, address: IpAddr) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let [(account, _), (address, free)] = keys(account, address);
        failures.remove(&account);
        if let Some(entry) = failures.get_mut(&address) {
            entry.take_back(free);
        }
    }

    /// Takes back one charge, of a try that came to no answer about the password: the server was busy, or failed.
    pub fn refund(&self, account: &str, address: IpAddr) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, free) in keys(account, address) {
            if let Some(entry) = failures.get_mut(&key) {
                entry.take_back(free);
            }
        }
    }

    /// Forgets old failures.
    pub fn sweep(&self) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.retain(|_, f| f.last.elapsed() < REMEMBERED);
    }
}

impl Failures {
    fn add(&mut self, free: u32) {
        if self.last.elapsed() >= REMEMBERED {
            self.count = 0;
        }
        self.count += 1;
        self.last = Instant::now();
        self.wait = wait_after(self.count, free);
    }

    fn take_back(&mut self, free: u32) {
        self.count = self.count.saturating_sub(1);
        self.wait = wait_after(self.count, free);
    }

    fn still_to_wait(&self) -> Option<Duration> {
        self.wait
            .checked_sub(self.last.elapsed())
            .filter(|left| !left.is_zero())
    }
}

fn keys(account: &str, address: IpAddr) -> [(Key, u32); 2] {
    let address = address_key(address);
    [
        (
            Key::Account(account.to_ascii_lowercase(), address),
            ACCOUNT_FREE,
        ),
        (Key::Address(address), ADDRESS_FREE),
    ]
}

fn wait_after(count: u32, free: u32) -> Duration {
    let Some(over) = count.checked_sub(free) else {
        return Duration::ZERO;
    };
    Duration::from_secs(1 << over.min(10)).min(WAIT_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn a_try_without_a_verdict_costs_nothing_and_forgives_nothing() {
        let throttle = LoginThrottle::default();
        for _ in 0..ACCOUNT_FREE {
            throttle.charge("owner", ADDRESS).expect("still free");
        }
        // Waiting begins with this one; it is the busy server's fault, and is taken back.
        for _ in 0..3 {
            throttle.refund("owner", ADDRESS);
            throttle
                .charge("owner", ADDRESS)
                .expect("the last free one");
        }
        let waiting = throttle.charge("owner", ADDRESS);
        assert!(matches!(waiting, Err(Error::TooManyRequests { .. })));
        throttle.forgive("owner", ADDRESS);
        throttle.charge("owner", ADDRESS).expect("a new start");
    }
}
