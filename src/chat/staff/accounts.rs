//! The staff's accounts as the admin page manages them: one's own, and everybody's for an owner. Who may do it is asked
//! inside the transaction that does it; the look before that only keeps an agent from making the server work for nothing.
//! A new name or picture is seen with the next list; what is on a page stays until then.

use std::net::IpAddr;

use super::{Staff, check_password, checked_nickname, new_admin};
use crate::chat::accounts::required;
use crate::chat::passwords::Verdict;
use crate::chat::roles::owner_of;
use crate::chat::{Chat, admin_of, avatars};
use crate::error::{Error, Result};
use crate::model::{
    Admin, AdminId, NewAdmin, OwnAccountRequest, Page, Role, Session, SessionId, Span,
    StaffAccount, StaffFace, StaffRequest,
};
use crate::store::{Connection, accounts as account_rows, staff as rows};

/// Where the caller says his own password again; `password` is the other one's there.
const OWN_PASSWORD: &str = "ownPassword";

impl Chat {
    /// The staff as all of them may see each other: those who are enabled.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn staff_faces(&self, session: Session) -> Result<Vec<StaffFace>> {
        admin_of(session)?;
        let mut faces = self.store.read(rows::faces).await?;
        let origin = self.public_url();
        for face in &mut faces {
            avatars::absolute(&mut face.avatar, origin.as_deref());
        }
        Ok(faces)
    }

    /// All of the staff, for an owner.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for an agent.
    pub async fn staff_page(&self, session: Session, span: Span) -> Result<Page<StaffAccount>> {
        let mut page = self
            .store
            .read(move |c| {
                owner_of(c, session)?;
                rows::page(c, span)
            })
            .await?;
        let origin = self.public_url();
        for account in &mut page.list {
            avatars::absolute(&mut account.avatar, origin.as_deref());
        }
        Ok(page)
    }

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

    /// Adds an admin, an agent unless the owner says otherwise; to add an owner he says his own password again.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for an agent; [`Error::Invalid`] names the field; [`Error::TooManyRequests`].
    pub async fn add_staff(
        &self,
        session: Session,
        request: StaffRequest,
        address: IpAddr,
    ) -> Result<AdminId> {
        self.admit_owner(session).await?;
        let username = required(request.username, "username", "用户名不能为空")?;
        let password = required(request.password, "password", "密码不能为空")?;
        let role = role(request.role.as_deref())?.unwrap_or(Role::Agent);
        let new = new_admin(&username, request.nickname.as_deref(), &password, role)?;
        if role == Role::Owner {
            self.confirm_owner(session, request.own_password, address)
                .await?;
        }
        let new = NewAdmin {
            password_hash: self.passwords.hash(password).await?,
            ..new
        };
        let avatar = request.avatar.map(cleared_when_empty);
        self.write_as(session, move |c, _| {
            owner_of(c, session)?;
            let admin = Staff::new(c).add(&new)?;
            change_face(c, &admin, None, avatar.as_ref())?;
            Ok(admin.id)
        })
        .await
    }

    /// Changes what is given of an admin's nickname, picture and role; to make an owner of him the caller says his own
    /// password again.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for an agent; [`Error::NotFound`]; [`Error::Invalid`] names the field, also when the last
    /// enabled owner would be none any more; [`Error::TooManyRequests`].
    pub async fn change_staff(
        &self,
        session: Session,
        request: StaffRequest,
        address: IpAddr,
    ) -> Result<()> {
        self.admit_owner(session).await?;
        let id = named(&request)?;
        let nickname = request.nickname.as_deref().map(checked_nickname);
        let nickname = nickname.transpose()?;
        let role = role(request.role.as_deref())?;
        let avatar = request.avatar.map(cleared_when_empty);
        let before = self.store.read(move |c| Staff::new(c).get(id)).await?;
        let confirmed = before.role != Role::Owner && role == Some(Role::Owner);
        if confirmed {
            self.confirm_owner(session, request.own_password, address)
                .await?;
        }
        self.write_as(session, move |c, _| {
            owner_of(c, session)?;
            let staff = Staff::new(c);
            let admin = staff.get(id)?;
            if let Some(role) = role {
                // He may have lost the role since it was looked at.
                if role == Role::Owner && admin.role != Role::Owner && !confirmed {
                    return Err(unconfirmed());
                }
                staff.set_role(&admin, role)?;
            }
            change_face(c, &admin, nickname.as_deref(), avatar.as_ref())
        })
        .await
    }

    /// Gives another admin a new password, which ends all his sessions; for another owner's the caller says his own again.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for an agent; [`Error::NotFound`]; [`Error::Invalid`] names the field, also for the caller's own
    /// password: to change that one, the old one must be known; [`Error::TooManyRequests`].
    pub async fn reset_password(
        &self,
        session: Session,
        request: StaffRequest,
        address: IpAddr,
    ) -> Result<()> {
        self.admit_owner(session).await?;
        let id = named(&request)?;
        if id == admin_of(session)? {
            return Err(Error::invalid(
                "修改自己的密码须提供旧密码",
                "id: to change your own password use profile/update-password, which asks for the old one",
            ));
        }
        let password = required(request.password, "password", "密码不能为空")?;
        let admin = self.store.read(move |c| Staff::new(c).get(id)).await?;
        check_password("password", &password, &admin.username)?;
        let confirmed = admin.role == Role::Owner;
        if confirmed {
            self.confirm_owner(session, request.own_password, address)
                .await?;
        }
        let hash = self.passwords.hash(password).await?;
        let ended = self.write_as(session, move |c, _| {
            owner_of(c, session)?;
            let staff = Staff::new(c);
            // He may have become an owner since he was looked at.
            if staff.get(id)?.role == Role::Owner && !confirmed {
                return Err(unconfirmed());
            }
            staff.give_password(id, &hash, None)
        });
        let ended = ended.await?;
        self.forget_sessions(ended);
        Ok(())
    }

    /// Shuts another admin out, which ends all his sessions, or lets him in again.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for an agent; [`Error::NotFound`]; [`Error::Invalid`] when he would shut himself out;
    /// [`Error::TooManyRequests`].
    pub async fn set_staff_status(&self, session: Session, request: StaffRequest) -> Result<()> {
        self.admit_owner(session).await?;
        let id = named(&request)?;
        let disabled = match request.status {
            Some(0) => false,
            Some(1) => true,
            _ => {
                return Err(Error::invalid(
                    "请求参数不正确:status 须为 0 (启用) 或 1 (停用)",
                    "status: 0 (enabled) or 1 (disabled)",
                ));
            }
        };
        if disabled && id == admin_of(session)? {
            return Err(Error::invalid(
                "不能停用自己的账号，可由其他店主操作",
                "status: you cannot disable yourself; another owner can",
            ));
        }
        let ended = self.write_as(session, move |c, _| {
            owner_of(c, session)?;
            let staff = Staff::new(c);
            let admin = staff.get(id)?;
            if disabled {
                staff.keep_an_owner("status", &admin)?;
            }
            staff.shut_out(id, disabled)
        });
        let ended = ended.await?;
        self.forget_sessions(ended);
        Ok(())
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

    /// Makes sure by `ownPassword` that no forgotten tab makes an owner, who could shut the others out.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is not there or another one; [`Error::TooManyRequests`].
    async fn confirm_owner(
        &self,
        session: Session,
        own_password: Option<String>,
        address: IpAddr,
    ) -> Result<()> {
        let own_password = own_password
            .filter(|password| !password.is_empty())
            .ok_or_else(unconfirmed)?;
        self.confirm_password(session, OWN_PASSWORD, own_password, address)
            .await
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

    /// Counts a change of an owner.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for an agent; [`Error::TooManyRequests`].
    pub(in crate::chat) async fn admit_owner(&self, session: Session) -> Result<()> {
        self.admit_change(session)?;
        self.store
            .read(move |c| owner_of(c, session).map(drop))
            .await
    }

    async fn own(&self, session: Session) -> Result<Admin> {
        let id = admin_of(session)?;
        let admin = self
            .store
            .read(move |c| account_rows::get_admin(c, id))
            .await?;
        admin.ok_or(Error::Unauthorized)
    }

    fn forget_sessions(&self, ended: Vec<SessionId>) {
        for session in ended {
            self.forget_session(session);
        }
    }
}

/// What customers and colleagues see of an admin.
fn change_face(
    connection: &Connection,
    admin: &Admin,
    nickname: Option<&str>,
    avatar: Option<&Option<String>>,
) -> Result<()> {
    if let Some(nickname) = nickname {
        rows::set_nickname(connection, admin.id, nickname)?;
    }
    if let Some(avatar) = avatar {
        let kept = avatars::replace(connection, admin.avatar.as_deref(), avatar.as_deref())?;
        rows::set_avatar(connection, admin.id, kept.as_deref())?;
    }
    Ok(())
}

/// The original's pages write an empty text where they mean nothing.
fn cleared_when_empty(avatar: Option<String>) -> Option<String> {
    avatar.filter(|url| !url.is_empty())
}

fn unconfirmed() -> Error {
    Error::invalid(
        "请求参数不正确:设置店主或重置店主密码须输入您自己的密码",
        format!(
            "{OWN_PASSWORD}: must be given where an owner is made or another owner's password given"
        ),
    )
}

fn named(request: &StaffRequest) -> Result<AdminId> {
    let id = request
        .id
        .ok_or_else(|| Error::invalid("请求参数不正确:id 不能为空", "id: must be given"))?;
    Ok(AdminId(id))
}

fn role(word: Option<&str>) -> Result<Option<Role>> {
    let Some(word) = word.filter(|word| !word.is_empty()) else {
        return Ok(None);
    };
    let role = Role::named(word).ok_or_else(|| {
        Error::invalid(
            "请求参数不正确:role 须为 owner (店主) 或 agent (客服)",
            "role: owner or agent",
        )
    })?;
    Ok(Some(role))
}
