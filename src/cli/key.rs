//! `kefu-server key ...`: the secrets for the shop's own backend.

use std::io::IsTerminal;
use std::path::Path;

use clap::Subcommand;

use super::print;
use crate::chat::ShopKeys;
use crate::error::Result;
use crate::model::{KeyKind, ShopKey};
use crate::store;

#[derive(Subcommand)]
pub enum KeyCommand {
    /// Shows the identity keys, and since when there are API keys (which are shown once, when they are made).
    Show,
    /// Makes a new key and prints it; the one before it stays good, and the one before that for a day. Four new ones end
    /// what was there at once.
    Rotate {
        /// identity: signs who a customer is. api: opens /shop-api.
        #[arg(value_name = "KIND", value_parser = key_kind)]
        kind: KeyKind,
    },
}

impl KeyCommand {
    /// # Errors
    /// What stopped it, in one line.
    pub fn run(self, db: &Path) -> Result<()> {
        match self {
            KeyCommand::Show => {
                let (identity, api) = store::run_command(db, |c| {
                    let keys = ShopKeys::new(c);
                    Ok((keys.good(KeyKind::Identity)?, keys.good(KeyKind::Api)?))
                })?;
                if identity.is_empty() && api.is_empty() && std::io::stdout().is_terminal() {
                    return print("there is no key yet; `key rotate identity` makes one");
                }
                for key in identity {
                    print(&format!(
                        "identity\t{}\t{}{}",
                        day(key.create_time),
                        key.secret,
                        end(&key)
                    ))?;
                }
                for key in api {
                    print(&format!(
                        "api\t{}\tnot shown again{}",
                        day(key.create_time),
                        end(&key)
                    ))?;
                }
                Ok(())
            }
            KeyCommand::Rotate { kind } => {
                let key = store::run_command(db, |c| ShopKeys::new(c).rotate(kind))?;
                print(&key)
            }
        }
    }
}

/// When an older key ends, as one more column.
fn end(key: &ShopKey) -> String {
    let end = key
        .good_until
        .and_then(|end| jiff::Timestamp::from_millisecond(end).ok());
    end.map_or_else(String::new, |end| {
        format!("\tgood until {} UTC", end.strftime("%F %H:%M"))
    })
}

/// The day of a time in UTC epoch milliseconds.
fn day(time: i64) -> String {
    jiff::Timestamp::from_millisecond(time)
        .map_or_else(|_| time.to_string(), |time| time.strftime("%F").to_string())
}

fn key_kind(word: &str) -> std::result::Result<KeyKind, String> {
    KeyKind::named(word).ok_or_else(|| "write identity or api".to_owned())
}
