//! Adding and changing staff, from the setup page and from the command line.

use crate::error::{Error, Result};
use crate::model::{Admin, NewAdmin};
use crate::store::{Connection, accounts as rows};

use super::now;
use super::passwords::hash;
use super::sessions::random_text;

const USERNAME_LETTERS: std::ops::RangeInclusive<usize> = 4..=30;
const NICKNAME_LETTERS_MAX: usize = 30;
const PASSWORD_LETTERS: std::ops::RangeInclusive<usize> = 8..=128;
const GENERATED_LETTERS: usize = 16;

/// What the command line may do to the staff, inside one transaction.
pub struct Staff<'a> {
    connection: &'a Connection,
}

impl<'a> Staff<'a> {
    pub fn new(connection: &'a Connection) -> Staff<'a> {
        Staff { connection }
    }

    /// What [`Staff::add`] takes. Hashing is slow on purpose, so it is done before the transaction that a running server
    /// would have to wait for.
    ///
    /// # Errors
    /// [`Error::Invalid`] names what is wrong with the name, the nickname or the password.
    pub fn prepare(username: &str, nickname: Option<&str>, password: &str) -> Result<NewAdmin> {
        let new = new_admin(username, nickname, password)?;
        Ok(NewAdmin {
            password_hash: hash(password)?,
            ..new
        })
    }

    /// What [`Staff::set_password`] takes; see [`Staff::prepare`].
    ///
    /// # Errors
    /// [`Error::Invalid`] when the password is too short or too long.
    pub fn prepare_password(password: &str) -> Result<String> {
        check_password(password)?;
        hash(password)
    }

    /// Adds an admin; the first one owns the shop.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the name is taken.
    pub fn add(&self, admin: &NewAdmin) -> Result<Admin> {
        rows::add_admin(self.connection, admin, now())
    }

    /// All of them, oldest first.
    ///
    /// # Errors
    /// Those of the store.
    pub fn list(&self) -> Result<Vec<Admin>> {
        rows::admins(self.connection)
    }

    /// Gives a new password and ends all sessions of that admin.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is no such admin.
    pub fn set_password(&self, username: &str, password_hash: &str) -> Result<()> {
        let admin = self.find(username)?;
        rows::set_password_hash(self.connection, admin.id, password_hash)?;
        rows::delete_admin_sessions(self.connection, admin.id)
    }

    /// Shuts an admin out, or lets him in again. What he wrote stays.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is no such admin.
    pub fn set_disabled(&self, username: &str, disabled: bool) -> Result<()> {
        let admin = self.find(username)?;
        rows::set_admin_disabled(self.connection, admin.id, disabled)?;
        if disabled {
            rows::delete_admin_sessions(self.connection, admin.id)
        } else {
            Ok(())
        }
    }

    fn find(&self, username: &str) -> Result<Admin> {
        let found = rows::find_admin(self.connection, username)?;
        found.map(|(admin, _)| admin).ok_or_else(|| {
            Error::invalid(
                format!("没有名为 {username} 的管理员，可用 admin list 查看"),
                format!("NAME: there is no admin {username}; `admin list` shows who there is"),
            )
        })
    }
}

/// A new admin whose words have been checked; the password's hash is still to be filled in.
pub fn new_admin(username: &str, nickname: Option<&str>, password: &str) -> Result<NewAdmin> {
    check_username(username)?;
    check_password(password)?;
    let nickname = nickname
        .map(str::trim)
        .filter(|n| !n.is_empty())
        .unwrap_or(username);
    if nickname.chars().count() > NICKNAME_LETTERS_MAX || nickname.chars().any(char::is_control) {
        return Err(Error::invalid(
            "请求参数不正确:昵称最多 30 个字符",
            "nickname: at most 30 characters, none of them a control character",
        ));
    }
    Ok(NewAdmin {
        username: username.to_owned(),
        nickname: nickname.to_owned(),
        password_hash: String::new(),
    })
}

/// # Errors
/// [`Error::Invalid`] unless the name is 4 to 30 letters and digits.
pub fn check_username(username: &str) -> Result<()> {
    let plain = username.bytes().all(|b| b.is_ascii_alphanumeric());
    if plain && USERNAME_LETTERS.contains(&username.len()) {
        return Ok(());
    }
    Err(Error::invalid(
        "请求参数不正确:用户名须为 4 到 30 位字母或数字",
        "username: 4 to 30 letters a-z, A-Z or digits",
    ))
}

/// # Errors
/// [`Error::Invalid`] unless the password is 8 to 128 characters.
pub fn check_password(password: &str) -> Result<()> {
    if PASSWORD_LETTERS.contains(&password.chars().count()) {
        return Ok(());
    }
    Err(Error::invalid(
        "请求参数不正确:密码须为 8 到 128 个字符",
        "password: 8 to 128 characters",
    ))
}

/// A password for whoever names none: about 95 bits.
pub fn generate_password() -> String {
    random_text(GENERATED_LETTERS)
}
