//! What is the owner's alone: settings, staff and keys.

use super::admin_of;
use crate::error::{Error, Result, Text};
use crate::model::{AdminId, Role, Session};
use crate::store::{Connection, accounts as rows};

/// The owner who is asking, by what the database says at this moment: a role may be taken while a request is on its way.
/// Called inside the transaction that uses the answer.
///
/// # Errors
/// [`Error::Forbidden`] for a member and for an agent; [`Error::Unauthorized`] when he is gone or disabled.
pub fn owner_of(connection: &Connection, session: Session) -> Result<AdminId> {
    let id = admin_of(session)?;
    match rows::get_admin(connection, id)? {
        Some(admin) if admin.disabled => Err(Error::Unauthorized),
        Some(admin) if admin.role == Role::Owner => Ok(id),
        Some(_) => Err(Error::Forbidden(Text::new(
            "仅店主可执行此操作，请联系店主",
            "only an owner of the shop may do this; ask one of them",
        ))),
        None => Err(Error::Unauthorized),
    }
}
