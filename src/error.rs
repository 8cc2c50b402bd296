//! One error for the whole crate, with a variant per thing a caller can do about it.

use std::borrow::Cow;
use std::time::Duration;

/// A sentence for people in both languages of the product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub zh: Cow<'static, str>,
    pub en: Cow<'static, str>,
}

impl Text {
    pub fn new(zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Text {
        Text {
            zh: zh.into(),
            en: en.into(),
        }
    }
}

/// What went wrong. HTTP statuses and codes are decided in `http/reply.rs`, exit codes in `main.rs`.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// Something in the request has to be changed; the text names it.
    #[error("{}", .0.en)]
    Invalid(Text),
    #[error("not signed in")]
    Unauthorized,
    /// One sentence for unknown names and wrong passwords, so that nobody learns which names exist.
    #[error("wrong name or password")]
    WrongPassword,
    /// The shop's proof of who a member is does not hold; the text says why not.
    #[error("token: {}", .0.en)]
    ProofRefused(Text),
    #[error("{}", .0.en)]
    Forbidden(Text),
    #[error("no such path")]
    PathNotFound,
    #[error("method not allowed; allowed: {0}")]
    MethodNotAllowed(&'static str),
    /// Also answered for somebody else's conversation: who may not see it must not learn that it exists.
    #[error("no such conversation")]
    ConversationNotFound,
    /// What the request names is not there; the text says what.
    #[error("{}", .0.en)]
    NotFound(Text),
    /// What the request would change is no longer what the caller has seen; the text says what is new.
    #[error("{}", .0.en)]
    Conflict(Text),
    #[error("the member of this conversation is gone")]
    MemberGone,
    #[error("body larger than {bytes_max} bytes")]
    BodyTooLarge { bytes_max: usize },
    /// Too large in some other way than its bytes: a picture's pixels.
    #[error("{}", .0.en)]
    TooLarge(Text),
    /// A file that says what it is and is not.
    #[error("{}", .0.en)]
    UnsupportedFile(Text),
    /// The limit for all files together is reached; messages go on.
    #[error("{}", .0.en)]
    NoRoom(Text),
    #[error("body took too long")]
    BodyTooSlow,
    #[error("the body is not JSON")]
    UnsupportedMediaType,
    /// The clientMessageId was used for another message: retrying cannot help.
    #[error("clientMessageId was used for another message")]
    ClientMessageIdReused,
    #[error("too many requests; retry in {retry_after:?}")]
    TooManyRequests { retry_after: Duration },
    /// Nothing is known to be stored: ask again with the same clientMessageId.
    #[error("busy")]
    Busy,
    #[error("the disk is full")]
    StorageFull,
    /// The disk failed; the process must end, since what SQLite says afterwards cannot be trusted.
    #[error("the disk failed: {0}")]
    DiskFailed(String),
    /// The file is damaged: reads go on as well as they can, nothing is written any more.
    #[error("the database is damaged; stop the server and restore a backup")]
    Damaged,
    /// Something outside refused: a file, a port, a database of somebody else. One line for the person at the terminal.
    #[error("{0}")]
    Refused(String),
    #[error("{0}")]
    Internal(String),
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A field of the request is wrong: the original's sentence, which clients show as it is.
    pub fn invalid(zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Error {
        Error::Invalid(Text::new(zh, en))
    }
}
