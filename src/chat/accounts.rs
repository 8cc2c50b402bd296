//! Signing in and out: visitors, the setup of a new shop, and the staff.

use std::net::IpAddr;
use std::sync::PoisonError;

use serde::Serialize;
use subtle::ConstantTimeEq;

use super::passwords::Verdict;
use super::sessions::{self, Opened};
use super::staff::{check_username, new_admin};
use super::{Chat, admin_of, avatars, now};
use crate::error::{Error, Result, Text};
use crate::model::{Admin, LoginRequest, NewAdmin, Party, Role, Session, SetupRequest};
use crate::store::{accounts as rows, settings};

/// A session just opened, and the only time its token is seen.
pub struct SignedIn {
    pub token: String,
    pub session: Session,
}

/// Somebody who has said his name and password.
struct Recognized {
    admin: Admin,
    /// That the password was compared with.
    hash: String,
    /// With today's parameters, when that one is weak.
    rehashed: Option<String>,
}

/// What `get-permission-info` answers, in the original's shape.
#[derive(Serialize)]
pub struct PermissionInfo {
    user: PermissionUser,
    roles: [&'static str; 1],
    permissions: [&'static str; 6],
    menus: [Menu; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PermissionUser {
    id: i64,
    nickname: String,
    avatar: Option<String>,
    dept_id: Option<i64>,
    username: String,
    email: Option<String>,
}

/// An entry of the menu that the original's admin page builds itself from.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Menu {
    id: i64,
    parent_id: i64,
    name: &'static str,
    path: &'static str,
    component: &'static str,
    component_name: &'static str,
    icon: &'static str,
    visible: bool,
    keep_alive: bool,
    always_show: bool,
    children: Option<&'static [Menu]>,
}

/// The smallest menu in which that page shows its 客服中心.
const MENU: Menu = Menu {
    id: 2362,
    parent_id: 0,
    name: "商城系统",
    path: "/mall",
    component: "",
    component_name: "",
    icon: "ep:shop",
    visible: true,
    keep_alive: true,
    always_show: true,
    children: Some(&[Menu {
        id: 2797,
        parent_id: 2362,
        name: "客服中心",
        path: "kefu",
        component: "mall/promotion/kefu/index",
        component_name: "KeFu",
        icon: "fa-solid:user-alt",
        visible: true,
        keep_alive: true,
        always_show: true,
        children: None,
    }]),
};

/// Every admin may see and answer every customer: the permission keys of the original's kefu menu.
const PERMISSIONS: [&str; 6] = [
    "promotion:kefu-conversation:query",
    "promotion:kefu-conversation:update",
    "promotion:kefu-conversation:delete",
    "promotion:kefu-message:query",
    "promotion:kefu-message:update",
    "promotion:kefu-message:send",
];

impl Chat {
    /// A new anonymous member.
    ///
    /// # Errors
    /// [`Error::TooManyRequests`] when too many come from one address.
    pub async fn sign_in_visitor(&self, address: IpAddr) -> Result<SignedIn> {
        self.admit_visitor(address)?;
        let opened = self.store.write(|c, _| {
            let member = rows::add_visitor(c, now())?;
            sessions::open(c, Party::Member(member))
        });
        Ok(opened.await?.into())
    }

    /// Makes the first admin, who owns the shop, and remembers where the page was opened.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the code is wrong or the shop has an admin already; [`Error::Invalid`] names a field.
    pub async fn set_up(
        &self,
        request: SetupRequest,
        origin: Option<String>,
        address: IpAddr,
    ) -> Result<SignedIn> {
        let code = request.code.unwrap_or_default();
        self.throttle.charge("setup code", address)?;
        if !bool::from(code.as_bytes().ct_eq(self.setup_code.as_bytes())) {
            return Err(Error::Forbidden(Text::new(
                "设置链接无效或已过期，请使用服务器最近一次启动时打印的链接",
                "code: not the one of this start; open the link the server printed when it started",
            )));
        }
        self.throttle.forgive("setup code", address);
        let username = required(request.username, "username", "用户名不能为空")?;
        let password = required(request.password, "password", "密码不能为空")?;
        let new = new_admin(
            &username,
            request.nickname.as_deref(),
            &password,
            Role::Owner,
        )?;
        let password_hash = self.passwords.hash(password).await?;
        let admin = NewAdmin {
            password_hash,
            ..new
        };
        // In a task of its own: who goes away during the commit must not leave memory and file apart.
        let (store, public_url) = (self.store.clone(), self.public_url.clone());
        let setting_up = tokio::spawn(async move {
            let stored_origin = origin.clone();
            let opened = store.write(move |c, _| {
                if rows::count_admins(c)? > 0 {
                    return Err(Error::Forbidden(Text::new(
                        "店铺已有管理员，请直接登录",
                        "the shop has an admin already; sign in instead",
                    )));
                }
                let admin = rows::add_admin(c, &admin, now())?;
                if let Some(origin) = &stored_origin {
                    settings::set(c, settings::PUBLIC_URL, origin)?;
                }
                sessions::open(c, Party::Admin(admin.id))
            });
            let opened = opened.await?;
            if let Some(origin) = origin {
                *public_url.lock().unwrap_or_else(PoisonError::into_inner) = Some(origin);
            }
            Ok(opened.into())
        });
        setting_up
            .await
            .map_err(|e| Error::Internal(format!("the setup ended early: {e}")))?
    }

    /// Signs an admin in. Unknown names, wrong passwords and disabled accounts are answered alike and take alike long.
    ///
    /// # Errors
    /// [`Error::WrongPassword`]; [`Error::TooManyRequests`] after too many of them.
    pub async fn login(&self, request: LoginRequest, address: IpAddr) -> Result<SignedIn> {
        let username = required(request.username, "username", "账号不能为空")?;
        let password = required(request.password, "password", "密码不能为空")?;
        // Names that cannot exist are one account to the throttle, which would keep them otherwise, however long they are.
        let account = if check_username(&username).is_ok() {
            username.as_str()
        } else {
            "impossible name"
        };
        self.throttle.charge(account, address)?;
        let recognized = self.recognize(&username, password).await;
        match &recognized {
            Ok(_) => self.throttle.forgive(account, address),
            Err(Error::WrongPassword) => {}
            Err(_) => self.throttle.refund(account, address),
        }
        let Recognized {
            admin,
            hash,
            rehashed,
        } = recognized?;
        let opened = self.store.write(move |c, _| {
            // The password may have been changed, or the account disabled, while it was being verified.
            let unchanged = rows::find_admin(c, &admin.username)?
                .is_some_and(|(now, stored)| !now.disabled && stored == hash);
            if !unchanged {
                return Err(Error::WrongPassword);
            }
            if let Some(hash) = &rehashed {
                rows::set_password_hash(c, admin.id, hash)?;
            }
            sessions::open(c, Party::Admin(admin.id))
        });
        Ok(opened.await?.into())
    }

    /// Who the signed-in admin is and what he may do.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when he is gone.
    pub async fn permission_info(&self, session: Session) -> Result<PermissionInfo> {
        let id = admin_of(session)?;
        let admin = self.store.read(move |c| rows::get_admin(c, id)).await?;
        let mut admin = admin.ok_or(Error::Unauthorized)?;
        avatars::absolute(&mut admin.avatar, self.public_url().as_deref());
        Ok(PermissionInfo {
            roles: [admin.role.as_str()],
            permissions: PERMISSIONS,
            menus: [MENU],
            user: PermissionUser {
                id: admin.id.0,
                nickname: admin.nickname,
                avatar: admin.avatar,
                dept_id: None,
                username: admin.username,
                email: None,
            },
        })
    }

    /// Whose name and password these are.
    async fn recognize(&self, username: &str, password: String) -> Result<Recognized> {
        let found = self.find_for_login(username).await?;
        let hash = found.as_ref().map(|(_, hash)| hash.clone());
        let verdict = self.passwords.verify(password.clone(), hash).await?;
        let Some((admin, hash)) = found.filter(|(admin, _)| !admin.disabled) else {
            return Err(Error::WrongPassword);
        };
        let rehashed = match verdict {
            Verdict::Wrong => return Err(Error::WrongPassword),
            Verdict::Right => None,
            Verdict::RightButWeak => Some(self.passwords.hash(password).await?),
        };
        Ok(Recognized {
            admin,
            hash,
            rehashed,
        })
    }

    /// A name that cannot exist is not looked up, but is verified like any other.
    async fn find_for_login(&self, username: &str) -> Result<Option<(Admin, String)>> {
        if check_username(username).is_err() {
            return Ok(None);
        }
        let username = username.to_owned();
        self.store
            .read(move |c| rows::find_admin(c, &username))
            .await
    }
}

impl From<Opened> for SignedIn {
    fn from(opened: Opened) -> SignedIn {
        SignedIn {
            token: opened.token,
            session: opened.session,
        }
    }
}

/// What must be there and not be empty.
pub fn required(value: Option<String>, field: &str, zh: &str) -> Result<String> {
    value.filter(|v| !v.is_empty()).ok_or_else(|| {
        Error::invalid(
            format!("请求参数不正确:{zh}"),
            format!("{field}: must be given"),
        )
    })
}
