//! What SQLite says, in the words of a caller (reasons in ARCHITECTURE.md, "When the disk fails").

use rusqlite::ErrorCode;

use crate::error::Error;

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Error {
        let Some(code) = error.sqlite_error_code() else {
            return Error::Internal(format!("database: {error}"));
        };
        match code {
            ErrorCode::DiskFull => Error::StorageFull,
            ErrorCode::SystemIoFailure => Error::DiskFailed(error.to_string()),
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Error::Damaged,
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::OutOfMemory
            | ErrorCode::OperationInterrupted => Error::Busy,
            _ => Error::Internal(format!("database: {error}")),
        }
    }
}
