//! `kefu-server admin ...`: the shop's staff.

use std::io::{IsTerminal, Read};
use std::path::Path;

use clap::Subcommand;

use super::print;
use crate::chat::{DEFAULT_NICKNAME, Staff, generate_password};
use crate::error::{Error, Result};
use crate::model::Role;
use crate::store;

#[derive(Subcommand)]
pub enum AdminCommand {
    /// Adds an admin; the first one owns the shop, whatever his role was to be.
    Add {
        /// 4 to 30 letters and digits.
        #[arg(value_name = "NAME")]
        name: String,
        /// What customers see; 客服 when not given.
        #[arg(long, value_name = "N")]
        nickname: Option<String>,
        /// owner: settings, staff and keys too. agent: answers customers.
        #[arg(long, value_name = "ROLE", default_value = "agent", value_parser = role)]
        role: Role,
        /// Reads the password from standard input instead of making one and printing it.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Shows who there is.
    List,
    /// Gives a new password and signs the admin out everywhere.
    Passwd {
        #[arg(value_name = "NAME")]
        name: String,
        /// Reads the password from standard input instead of making one and printing it.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Shuts an admin out.
    Disable {
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Lets an admin in again.
    Enable {
        #[arg(value_name = "NAME")]
        name: String,
    },
}

impl AdminCommand {
    /// # Errors
    /// What stopped it, in one line.
    pub fn run(self, db: &Path) -> Result<()> {
        match self {
            AdminCommand::Add {
                name,
                nickname,
                role,
                password_stdin,
            } => {
                let password = Password::choose(password_stdin)?;
                // A script may add the owner before the first start; every other command needs a shop.
                store::create_if_missing(db)?;
                let new = Staff::prepare(&name, nickname.as_deref(), &password.text, role)?;
                let admin = store::run_command(db, |c| Staff::new(c).add(&new))?;
                print(&format!(
                    "added {} as {}",
                    admin.username,
                    admin.role.as_str()
                ))?;
                if nickname.is_none() {
                    print(&format!(
                        "customers see the name {DEFAULT_NICKNAME}; --nickname, or the admin page later, gives another"
                    ))?;
                }
                password.print()
            }
            AdminCommand::List => {
                let admins = store::run_command(db, |c| Staff::new(c).list())?;
                if admins.is_empty() && std::io::stdout().is_terminal() {
                    return print("there is no admin yet; `admin add NAME` makes one");
                }
                for admin in admins {
                    let state = if admin.disabled {
                        "disabled"
                    } else {
                        "enabled"
                    };
                    print(&format!(
                        "{}\t{}\t{state}\t{}",
                        admin.username,
                        admin.role.as_str(),
                        admin.nickname
                    ))?;
                }
                Ok(())
            }
            AdminCommand::Passwd {
                name,
                password_stdin,
            } => {
                let password = Password::choose(password_stdin)?;
                let hash = Staff::prepare_password(&name, &password.text)?;
                store::run_command(db, |c| Staff::new(c).set_password(&name, &hash))?;
                print(&format!(
                    "{name} has a new password and is signed out everywhere"
                ))?;
                password.print()
            }
            AdminCommand::Disable { name } => {
                store::run_command(db, |c| Staff::new(c).set_disabled(&name, true))?;
                print(&format!("{name} is disabled and signed out everywhere"))
            }
            AdminCommand::Enable { name } => {
                store::run_command(db, |c| Staff::new(c).set_disabled(&name, false))?;
                print(&format!("{name} is enabled"))
            }
        }
    }
}

/// A password that was given or made.
struct Password {
    text: String,
    made: bool,
}

impl Password {
    fn choose(from_stdin: bool) -> Result<Password> {
        if !from_stdin {
            return Ok(Password {
                text: generate_password(),
                made: true,
            });
        }
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(|e| {
            Error::Refused(format!(
                "--password-stdin: {e}; give the password as UTF-8 text"
            ))
        })?;
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let text = text.strip_suffix('\r').unwrap_or(text).to_owned();
        Ok(Password { text, made: false })
    }

    /// Shown once, and only when nobody else knows it.
    fn print(&self) -> Result<()> {
        if self.made {
            print(&format!("password: {}", self.text))
        } else {
            Ok(())
        }
    }
}

fn role(word: &str) -> std::result::Result<Role, String> {
    Role::named(word).ok_or_else(|| "write owner or agent".to_owned())
}
