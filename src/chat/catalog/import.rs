//! A file of the shop's data, row by row: nothing of it counts before all of it was found good.

use std::path::Path;

use serde_json::Value;

use super::rows::{read_thing, read_typed_thing};
use crate::chat::fields::Read;
use crate::chat::now;
use crate::error::{Error, Result};
use crate::model::{Imported, ShopNoun};
use crate::store::staging::Staging;

/// Rows of one import. They are taken over in one transaction, and the server's own writes wait for it up to five seconds:
/// a million took up to four on a busy machine.
const ROWS_MAX: u64 = 500_000;

/// An import under way.
pub struct Import {
    staging: Staging,
    rows: u64,
}

impl Import {
    /// # Errors
    /// Those of [`Staging::open`].
    pub fn begin(db: &Path) -> Result<Import> {
        Ok(Import {
            staging: Staging::open(db)?,
            rows: 0,
        })
    }

    /// Checks and keeps a row; `noun` is None when the row says itself what it is. The inner error is the row's own.
    ///
    /// # Errors
    /// [`Error::Refused`] when there are too many rows, and those of the store.
    pub fn add(&mut self, noun: Option<ShopNoun>, row: &Value) -> Result<Read<()>> {
        self.rows += 1;
        if self.rows > ROWS_MAX {
            return Err(Error::Refused(format!(
                "more than {ROWS_MAX} rows; import them in several files"
            )));
        }
        let read = match noun {
            Some(noun) => read_thing(noun, row),
            None => read_typed_thing(row),
        };
        match read {
            Ok(thing) => {
                self.staging.add(&thing)?;
                Ok(Ok(()))
            }
            Err(fault) => Ok(Err(fault)),
        }
    }

    /// Takes all of it over.
    ///
    /// # Errors
    /// [`Error::Refused`] when somebody else has the database locked.
    pub fn finish(self) -> Result<Imported> {
        self.staging.take_over(now()).map_err(|error| match error {
            Error::Busy => Error::Refused(
                "another program keeps the database locked; nothing was imported, try again"
                    .to_owned(),
            ),
            error => error,
        })
    }
}
