//! One server per file: the hub is in memory, so what a second server wrote would never be pushed by the first.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::error::{Error, Result};

/// An exclusive lock on `<database>.lock`, held as long as this lives and let go by the kernel when the process dies.
pub struct FileLock {
    _file: File,
}

impl FileLock {
    /// # Errors
    /// [`Error::Refused`] when another process holds it or the folder cannot be written to.
    pub fn take(database: &Path) -> Result<FileLock> {
        let path = super::beside(database, ".lock");
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(|e| {
                Error::Refused(format!(
                    "--db {}: cannot write {}: {e}; choose a folder this user may write to",
                    database.display(),
                    path.display()
                ))
            })?;
        match file.try_lock() {
            Ok(()) => Ok(FileLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::Refused(format!(
                "--db {}: another kefu-server is running on this file; stop it first or choose another file",
                database.display()
            ))),
            Err(TryLockError::Error(e)) => Err(Error::Refused(format!(
                "--db {}: cannot lock {}: {e}",
                database.display(),
                path.display()
            ))),
        }
    }
}
