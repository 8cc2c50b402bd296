//! The rules about the shop's staff, for the admin page and the command line alike.

mod accounts;
mod own;
mod words;

use crate::error::{Error, Result, Text};
use crate::model::{Admin, AdminId, NewAdmin, Role, SessionId};
use crate::store::{Connection, accounts as rows, staff as staff_rows};

use super::now;
use super::passwords::hash;
use super::sessions::random_text;
pub use words::{DEFAULT_NICKNAME, check_username, new_admin};
use words::{check_password, checked_nickname};

const GENERATED_LETTERS: usize = 16;
/// More would make lists that nobody looks through; what a shop with so many needs is another program.
const STAFF_MAX: i64 = 500;

/// What may be done to the staff, inside one transaction.
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
    pub fn prepare(
        username: &str,
        nickname: Option<&str>,
        password: &str,
        role: Role,
    ) -> Result<NewAdmin> {
        let new = new_admin(username, nickname, password, role)?;
        Ok(NewAdmin {
            password_hash: hash(password)?,
            ..new
        })
    }

    /// What [`Staff::set_password`] takes; see [`Staff::prepare`].
    ///
    /// # Errors
    /// [`Error::Invalid`] when the password cannot be one.
    pub fn prepare_password(username: &str, password: &str) -> Result<String> {
        check_password("password", password, username)?;
        hash(password)
    }

    /// Adds an admin; the first one owns the shop.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the name is taken or there are too many.
    pub fn add(&self, admin: &NewAdmin) -> Result<Admin> {
        if rows::count_admins(self.connection)? >= STAFF_MAX {
            return Err(Error::invalid(
                format!("管理员最多 {STAFF_MAX} 个"),
                format!("there are {STAFF_MAX} admins, which is the most there may be"),
            ));
        }
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
        self.give_password(admin.id, password_hash, None).map(drop)
    }

    /// Shuts an admin out, or lets him in again. What he wrote stays.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is no such admin, or nobody would be left who may do everything.
    pub fn set_disabled(&self, username: &str, disabled: bool) -> Result<()> {
        let admin = self.find(username)?;
        if disabled && self.is_last_owner(&admin)? {
            return Err(Error::invalid(
                format!(
                    "{username} 是唯一启用的店主，停用后将无人能管理店铺；可用 admin passwd {username} 更换密码并使其退出所有登录"
                ),
                format!(
                    "NAME: {username} is the only enabled owner, and disabling would lock the shop out; `admin passwd {username}` gives a new password and signs out everywhere"
                ),
            ));
        }
        self.shut_out(admin.id, disabled).map(drop)
    }

    /// The admin of this id.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    fn get(&self, id: AdminId) -> Result<Admin> {
        rows::get_admin(self.connection, id)?.ok_or_else(|| {
            Error::NotFound(Text::new(
                "管理员不存在",
                "id: there is no such admin; load the list again",
            ))
        })
    }

    /// Gives a new password and ends all sessions but `kept`: whoever knew the old one is out. Says which ended.
    fn give_password(
        &self,
        id: AdminId,
        password_hash: &str,
        kept: Option<SessionId>,
    ) -> Result<Vec<SessionId>> {
        rows::set_password_hash(self.connection, id, password_hash)?;
        rows::delete_admin_sessions(self.connection, id, kept)
    }

    /// Says which sessions ended.
    fn shut_out(&self, id: AdminId, disabled: bool) -> Result<Vec<SessionId>> {
        rows::set_admin_disabled(self.connection, id, disabled)?;
        if disabled {
            rows::delete_admin_sessions(self.connection, id, None)
        } else {
            Ok(Vec::new())
        }
    }

    /// What he may do from the next request on; his sessions go on.
    fn set_role(&self, admin: &Admin, role: Role) -> Result<()> {
        if role != Role::Owner {
            self.keep_an_owner("role", admin)?;
        }
        staff_rows::set_role(self.connection, admin.id, role)
    }

    /// # Errors
    /// [`Error::Invalid`] when nobody but `admin` may do everything.
    fn keep_an_owner(&self, field: &str, admin: &Admin) -> Result<()> {
        if !self.is_last_owner(admin)? {
            return Ok(());
        }
        let name = &admin.username;
        Err(Error::invalid(
            format!("{name} 是唯一启用的店主，请先将另一位管理员设为店主"),
            format!("{field}: {name} is the only enabled owner; make somebody else an owner first"),
        ))
    }

    fn is_last_owner(&self, admin: &Admin) -> Result<bool> {
        let is_owner = |one: &Admin| one.role == Role::Owner && !one.disabled;
        let others = rows::admins(self.connection)?;
        let another = others.iter().any(|one| one.id != admin.id && is_owner(one));
        Ok(is_owner(admin) && !another)
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

/// A password for whoever names none: about 95 bits.
pub fn generate_password() -> String {
    random_text(GENERATED_LETTERS)
}
