//! One's own account on the admin page, and saying one's password again.

use std::net::IpAddr;

use super::accounts::{change_face, cleared_when_empty};
use super::{Staff, check_password, checked_nickname};
use crate::chat::accounts::required;
use crate::chat::passwords::Verdict;
use crate::chat::{Chat, admin_of, avatars};
use crate::error::{Error, Result};
use crate::model::{Admin, AdminId, OwnAccountRequest, Session, SessionId, StaffAccount};
use crate::store::{accounts as account_rows, staff as rows};

impl Chat {
    /// The caller himself.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when he is gone.
    pub async fn own_account(&self, session: Session) -> Result<StaffAccount> {
        let id = admin_of(session)?;
        let account = self.store.read(move |c| rows::get(c, id)).await?;
        let mut account = account.ok_or(Error::Unauthorized)?;
        avatars::absolute(&mut account.avatar, self.public_url().as_deref());
        Ok(account)
    }

    /// Changes what is given of the caller's own nickname and picture.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the field; [`Error::TooManyRequests`].
    pub async fn change_own_account(
        &self,
        session: Session,
        request: OwnAccountRequest,
    ) -> Result<()> {
        self.admit_change(session)?;
        let id = admin_of(session)?;
        let nickname = request.nickname.as_deref().map(checked_nickname);
        let nickname = nickname.transpose()?;
        let avatar = request.avatar.map(cleared_when_empty);
        self.write_as(session, move |c, _| {
            let admin = Staff::new(c).get(id)?;
            change_face(c, &admin, nickname.as_deref(), avatar.as_ref())
        })
        .await
    }

    /// Changes the caller's own password, and ends his sessions everywhere but here.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the field, also when the old password is wrong; [`Error::TooManyRequests`] after too many
    /// of those.
    pub async fn change_own_password(
        &self,
        session: Session,
        request: OwnAccountRequest,
        address: IpAddr,
    ) -> Result<()> {
        let old = required(request.old_password, "oldPassword", "旧密码不能为空")?;
        let new = required(request.new_password, "newPassword", "新密码不能为空")?;
        let admin = self.own(session).await?;
        check_password("newPassword", &new, &admin.username)?;
        self.confirm_password(session, "oldPassword", old, address)
            .await?;
        let hash = self.passwords.hash(new).await?;
        let ended = self.write_as(session, move |c, _| {
            Staff::new(c).give_password(admin.id, &hash, Some(session.id))
        });
        let ended = ended.await?;
        self.forget_sessions(ended);
        Ok(())
    }

    /// Ends all sessions of the caller, this one too.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn logout_everywhere(&self, session: Session) -> Result<()> {
        let id = admin_of(session)?;
        let ended = self.write_as(session, move |c, _| {
            account_rows::delete_admin_sessions(c, id, None)
        });
        let ended = ended.await?;
        self.forget_sessions(ended);
        Ok(())
    }

    /// Makes sure that it is the caller himself who sits there, by his password. Guessing is slowed down as at signing in,
    /// and takes from the same number of tries.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming `field` when it is another password; [`Error::TooManyRequests`] after too many of them.
    pub(in crate::chat) async fn confirm_password(
        &self,
        session: Session,
        field: &str,
        password: String,
        address: IpAddr,
    ) -> Result<()> {
        let admin = self.own(session).await?;
        self.throttle.charge(&admin.username, address)?;
        match self.verify_own(admin.id, password).await {
            Ok(Verdict::Wrong) => Err(Error::invalid(
                "密码不正确",
                format!("{field}: this is not your password"),
            )),
            Ok(Verdict::Right | Verdict::RightButWeak) => {
                self.throttle.forgive(&admin.username, address);
                Ok(())
            }
            Err(error) => {
                self.throttle.refund(&admin.username, address);
                Err(error)
            }
        }
    }

    async fn verify_own(&self, id: AdminId, password: String) -> Result<Verdict> {
        let hash = self.store.read(move |c| account_rows::password_hash(c, id));
        self.passwords.verify(password, hash.await?).await
    }

    async fn own(&self, session: Session) -> Result<Admin> {
        let id = admin_of(session)?;
        let admin = self
            .store
            .read(move |c| account_rows::get_admin(c, id))
            .await?;
        admin.ok_or(Error::Unauthorized)
    }

    pub(super) fn forget_sessions(&self, ended: Vec<SessionId>) {
        for session in ended {
            self.forget_session(session);
        }
    }
}
