//! kefu-server: live chat for a small shop, one binary over one SQLite file.
//!
//! Layers by folder (who may know what), nouns by file. The life of a message is one straight line:
//! `http::messages` -> `chat::messages` -> `store::writer` -> COMMIT -> `hub` -> `http::socket`; ARCHITECTURE.md walks it.

mod chat;
mod cli;
mod error;
mod http;
mod hub;
mod model;
mod server;
mod store;

pub use cli::run;
pub use error::{Error, Result};
pub use http::{TrustedProxies, listener};
