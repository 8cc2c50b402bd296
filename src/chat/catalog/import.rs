//! A file of the shop's data, row by row: nothing of it counts before all of it was found good.

#[cfg(test)]
mod tests;

use std::path::Path;

use serde_json::Value;

use super::pictures::{self, Origins};
use super::rows::{read_thing, read_typed_thing};
use crate::chat::fields::Read;
use crate::chat::now;
use crate::error::{Error, Result};
use crate::model::{Imported, ShopNoun};
use crate::store::staging::Staging;

/// Rows of one import. They are taken over in one transaction, and the server's own writes wait for it up to five seconds:
/// a million took up to four on a busy machine.
const ROWS_MAX: u64 = 500_000;
/// Text of one import, for the same reason: an order may have 16 KB, and so many of them would be 8 GB.
const TEXT_BYTES_MAX: usize = 256 << 20;

/// An import under way.
pub struct Import {
    staging: Staging,
    load: Load,
    pictures: Origins,
}

/// How much is to be taken over in one transaction. A row that a later one replaces counts too.
#[derive(Default)]
struct Load {
    rows: u64,
    text_bytes: usize,
}

impl Load {
    fn add_row(&mut self) -> Result<()> {
        self.rows += 1;
        if self.rows > ROWS_MAX {
            return Err(Error::Refused(format!(
                "more than {ROWS_MAX} rows; import them in several files"
            )));
        }
        Ok(())
    }

    fn add_text(&mut self, bytes: usize) -> Result<()> {
        self.text_bytes += bytes;
        if self.text_bytes > TEXT_BYTES_MAX {
            let megabytes = TEXT_BYTES_MAX >> 20;
            return Err(Error::Refused(format!(
                "its rows have more than {megabytes} MB of text; split the file and import the parts"
            )));
        }
        Ok(())
    }
}

impl Import {
    /// # Errors
    /// Those of [`Staging::open`].
    pub fn begin(db: &Path) -> Result<Import> {
        Ok(Import {
            staging: Staging::open(db)?,
            load: Load::default(),
            pictures: Origins::default(),
        })
    }

    /// Checks and keeps a row; `noun` is None when the row says itself what it is. The inner error is the row's own.
    ///
    /// # Errors
    /// [`Error::Refused`] when there are too many rows or too much text, and those of the store.
    pub fn add(&mut self, noun: Option<ShopNoun>, row: &Value) -> Result<Read<()>> {
        self.load.add_row()?;
        let read = match noun {
            Some(noun) => read_thing(noun, row),
            None => read_typed_thing(row),
        };
        match read {
            Ok(thing) => {
                self.load.add_text(thing.text_bytes())?;
                self.staging.add(&thing)?;
                self.pictures.add(&thing);
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
        let origins = self.pictures.into_list();
        let taken = self
            .staging
            .take_over(now(), |c| pictures::note(c, &origins).map(drop));
        taken.map_err(|error| match error {
            Error::Busy => Error::Refused(
                "another program keeps the database locked; nothing was imported, try again"
                    .to_owned(),
            ),
            error => error,
        })
    }
}
