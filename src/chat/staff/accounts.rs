//! The staff's accounts as an owner manages them on the admin page. Who may do it is asked inside the transaction that
//! does it; the look before that only keeps an agent from making the server work for nothing. A new name or picture is
//! seen with the next list; what is on a page stays until then.

use std::net::IpAddr;

use super::{Staff, check_password, checked_nickname, new_admin};
use crate::chat::accounts::required;
use crate::chat::roles::owner_of;
use crate::chat::{Chat, admin_of, avatars};
use crate::error::{Error, Result};
use crate::model::{
    Admin, AdminId, NewAdmin, Page, Role, Session, Span, StaffAccount, StaffFace, StaffRequest,
};
use crate::store::{Connection, staff as rows};

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
}

/// What customers and colleagues see of an admin.
pub(super) fn change_face(
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
pub(super) fn cleared_when_empty(avatar: Option<String>) -> Option<String> {
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
