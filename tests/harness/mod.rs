//! What every test needs: the real server in a folder of its own, people who talk to it, sockets, raw bytes and the command
//! line. Paths, headers and shapes of the API are written here and in no test.

#![allow(dead_code, unused_imports)] // Three binaries share this; each of them uses a part.

mod backend;
mod cli;
pub mod files;
mod follower;
mod http;
mod people;
mod raw;
mod routes;
mod server;
mod shop;
mod socket;

pub use backend::{Backend, member, order, product};
pub use cli::{Done, kefu};
pub use follower::{Copied, Follower};
pub use http::{Ask, Door, Reply, origin_of};
pub use people::{Admin, PASSWORD, Visitor, fresh_id, ids, number, text, texts, worst_contents};
pub use raw::{raw, silence};
pub use routes::{ROUTES, Who, is_open_to_pages, lines_of};
pub use server::Server;
pub use shop::{Shop, base64, in_seconds};
pub use socket::{Frame, Heard, Socket};

use std::time::{Duration, Instant};

/// How long anything may take before a test gives up. Nothing waits this long when all is well.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// What a session's end may take to reach its sockets (design: five seconds).
pub const REVOKED_WITHIN: Duration = Duration::from_secs(5);

/// Looks again and again until it is so.
pub async fn until(what: &str, mut look: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !look().await {
        assert!(Instant::now() < deadline, "it never came to be: {what}");
    }
}

/// Guesses wrong until the next guess has to wait so long that a slow machine sees it too. How many guesses were answered.
pub async fn until_slowed_down<F: Future<Output = Reply>>(mut guess: impl FnMut() -> F) -> usize {
    let deadline = Instant::now() + PATIENCE;
    let mut answered = 0;
    loop {
        let reply = guess().await;
        match reply.status {
            429 if reply.seconds_to_wait() >= 4 => return answered,
            429 => reply.too_many(),
            _ => answered += 1,
        }
        assert!(
            answered < 30 && Instant::now() < deadline,
            "nobody stops the guessing"
        );
    }
}

/// Milliseconds of now.
pub fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
