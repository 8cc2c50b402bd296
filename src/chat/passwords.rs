//! Hashing passwords: argon2id, never more than two at once, since each holds 19 MB for a moment.

use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{Error as NotVerified, PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// OWASP's minimum for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const AT_ONCE_MAX: usize = 2;
/// Callers waiting for their turn; the next one is told to come back.
const WAITING_MAX: usize = 32;

/// The two places where passwords are hashed.
pub struct Passwords {
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
    /// Of nobody's password: verified when a name is unknown, so that it takes as long as a known one.
    nobody: String,
}

/// What a password turned out to be.
pub enum Verdict {
    Wrong,
    Right,
    /// Right, and its hash should be made anew with today's parameters.
    RightButWeak,
}

impl Passwords {
    pub fn new() -> Passwords {
        Passwords {
            turns: Arc::new(Semaphore::new(AT_ONCE_MAX)),
            waiting: AtomicUsize::new(0),
            nobody: hash_of_nobody(),
        }
    }

    /// Hashes off the async threads, when it is its turn.
    ///
    /// # Errors
    /// [`Error::TooManyRequests`] when too many wait already.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.in_turn(move || hash(&password)).await
    }

    /// Compares with `hash`, or with nobody's when there is none: one run of argon2 either way.
    ///
    /// # Errors
    /// [`Error::TooManyRequests`] when too many wait already.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<Verdict> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        let verdict = self.in_turn(move || verify(&password, &hash)).await?;
        Ok(if known { verdict } else { Verdict::Wrong })
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _waiting = self.wait()?;
        let turn = self.turns.clone().acquire_owned().await;
        let turn = turn.map_err(|e| Error::Internal(e.to_string()))?;
        // The turn moves into the work: a caller who goes away must not let a third one start.
        let working = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        working.await.map_err(|e| Error::Internal(e.to_string()))?
    }

    fn wait(&self) -> Result<Waiting<'_>> {
        let waiting = Waiting(&self.waiting);
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= WAITING_MAX {
            return Err(Error::TooManyRequests {
                retry_after: Duration::from_secs(2),
            });
        }
        Ok(waiting)
    }
}

struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn argon2() -> Result<Argon2<'static>> {
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|e| Error::Internal(e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// A hash in PHC form with today's parameters. Takes about 20 ms and 19 MB.
///
/// # Errors
/// [`Error::Internal`] when the system has no randomness.
pub fn hash(password: &str) -> Result<String> {
    let hash: PasswordHash = argon2()?
        .hash_password(password.as_bytes())
        .map_err(|e| Error::Internal(e.to_string()))?;
    Ok(hash.to_string())
}

/// Of no password: salt and output are random text, so it is made without a run of argon2, and to verify against it costs one as
/// any other does. The `A` at the end of both leaves the bits that base64 has to spare zero, as its parser demands.
fn hash_of_nobody() -> String {
    let salt = super::sessions::random_text(21);
    let output = super::sessions::random_text(42);
    format!("{}{salt}A${output}A", today())
}

/// How a hash begins that has been made with today's parameters.
fn today() -> String {
    format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$")
}

fn verify(password: &str, hash: &str) -> Result<Verdict> {
    let unusable = |why: &dyn Display| Error::Internal(format!("a stored password hash: {why}"));
    let parsed = PasswordHash::new(hash).map_err(|e| unusable(&e))?;
    match argon2()?.verify_password(password.as_bytes(), &parsed) {
        Ok(()) if hash.starts_with(&today()) => Ok(Verdict::Right),
        Ok(()) => Ok(Verdict::RightButWeak),
        Err(NotVerified::PasswordInvalid) => Ok(Verdict::Wrong),
        // Refused without a run of argon2: to call it wrong would tell by its speed whom there is.
        Err(error) => Err(unusable(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_compared_with_like_everybody_else() {
        let made = hash("correct horse").expect("there is randomness");
        let parts = |hash: &str| {
            let parsed = PasswordHash::new(hash).expect("a hash in PHC form");
            let salt = parsed.salt.map(|salt| salt.len());
            let output = parsed.hash.map(|output| output.len());
            let params = parsed.params.to_string();
            (parsed.algorithm, parsed.version, params, salt, output)
        };
        assert_eq!(parts(&hash_of_nobody()), parts(&made));
        let verdict = verify("correct horse", &hash_of_nobody()).expect("it can be compared");
        assert!(matches!(verdict, Verdict::Wrong));
    }
}
