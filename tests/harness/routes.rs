//! Every path of the API, with the one method it has and who may ask. tests/it/tidy.rs holds it against the source.

/// Who must be signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Nobody: the request itself says all.
    Anybody,
    Member,
    Admin,
    /// The shop's backend, by its key.
    Shop,
}

use Who::{Admin, Anybody, Member, Shop};

pub const ROUTES: &[(&str, &str, Who)] = &[
    ("POST", "/app-api/promotion/kefu-message/send", Member),
    ("GET", "/app-api/promotion/kefu-message/list", Member),
    ("GET", "/app-api/promotion/kefu-message/page", Member),
    (
        "PUT",
        "/app-api/promotion/kefu-message/update-read-status",
        Member,
    ),
    ("GET", "/app-api/promotion/kefu-conversation/get", Member),
    ("GET", "/app-api/promotion/kefu-shop/get", Anybody),
    ("POST", "/app-api/member/auth/visitor", Anybody),
    ("POST", "/app-api/member/auth/identify", Anybody),
    ("POST", "/app-api/member/auth/logout", Anybody),
    ("POST", "/app-api/member/auth/refresh-token", Anybody),
    ("GET", "/app-api/member/user/get", Member),
    ("PUT", "/app-api/member/visit/update", Member),
    ("GET", "/app-api/product/browse-history/page", Member),
    ("POST", "/app-api/product/browse-history/create", Member),
    ("GET", "/app-api/trade/order/page", Member),
    ("GET", "/app-api/trade/order/get-detail", Member),
    ("POST", "/app-api/infra/ws-ticket", Member),
    ("POST", "/app-api/infra/file/upload", Member),
    ("POST", "/admin-api/promotion/kefu-message/send", Admin),
    ("GET", "/admin-api/promotion/kefu-message/list", Admin),
    ("GET", "/admin-api/promotion/kefu-message/page", Admin),
    (
        "PUT",
        "/admin-api/promotion/kefu-message/update-read-status",
        Admin,
    ),
    ("GET", "/admin-api/promotion/kefu-conversation/list", Admin),
    (
        "GET",
        "/admin-api/promotion/kefu-conversation/unread-count",
        Admin,
    ),
    (
        "GET",
        "/admin-api/promotion/kefu-conversation/search",
        Admin,
    ),
    ("GET", "/admin-api/promotion/kefu-conversation/get", Admin),
    (
        "PUT",
        "/admin-api/promotion/kefu-conversation/update-conversation-pinned",
        Admin,
    ),
    (
        "DELETE",
        "/admin-api/promotion/kefu-conversation/delete",
        Admin,
    ),
    ("GET", "/admin-api/promotion/kefu-shop/get", Admin),
    ("PUT", "/admin-api/promotion/kefu-shop/update", Admin),
    ("POST", "/admin-api/system/auth/setup", Anybody),
    ("POST", "/admin-api/system/auth/login", Anybody),
    ("POST", "/admin-api/system/auth/logout", Anybody),
    ("POST", "/admin-api/system/auth/logout-all", Admin),
    ("POST", "/admin-api/system/auth/refresh-token", Anybody),
    ("GET", "/admin-api/system/auth/get-permission-info", Admin),
    ("GET", "/admin-api/system/user/simple-list", Admin),
    ("GET", "/admin-api/system/user/page", Admin),
    ("GET", "/admin-api/system/user/profile/get", Admin),
    ("PUT", "/admin-api/system/user/profile/update", Admin),
    (
        "PUT",
        "/admin-api/system/user/profile/update-password",
        Admin,
    ),
    ("POST", "/admin-api/system/user/create", Admin),
    ("PUT", "/admin-api/system/user/update", Admin),
    ("PUT", "/admin-api/system/user/update-password", Admin),
    ("PUT", "/admin-api/system/user/update-status", Admin),
    ("GET", "/admin-api/member/user/get", Admin),
    ("PUT", "/admin-api/member/user/update", Admin),
    ("GET", "/admin-api/product/browse-history/page", Admin),
    ("GET", "/admin-api/product/spu/page", Admin),
    ("GET", "/admin-api/trade/order/page", Admin),
    ("GET", "/admin-api/trade/order/get-detail", Admin),
    ("POST", "/admin-api/infra/ws-ticket", Admin),
    ("POST", "/admin-api/infra/file/upload", Admin),
    ("GET", "/admin-api/infra/kefu-key/list", Admin),
    ("POST", "/admin-api/infra/kefu-key/rotate", Admin),
    ("POST", "/admin-api/infra/kefu-key/test-proof", Admin),
    ("POST", "/shop-api/product/create", Shop),
    ("PUT", "/shop-api/product/update", Shop),
    ("DELETE", "/shop-api/product/delete", Shop),
    ("POST", "/shop-api/product/save-batch", Shop),
    ("POST", "/shop-api/trade/order/create", Shop),
    ("PUT", "/shop-api/trade/order/update", Shop),
    ("DELETE", "/shop-api/trade/order/delete", Shop),
    ("POST", "/shop-api/trade/order/save-batch", Shop),
    ("POST", "/shop-api/member/create", Shop),
    ("PUT", "/shop-api/member/update", Shop),
    ("DELETE", "/shop-api/member/delete", Shop),
    ("POST", "/shop-api/member/save-batch", Shop),
    ("GET", "/infra/ws", Anybody),
    ("GET", "/qr.svg", Anybody),
    ("GET", "/healthz", Anybody),
];

/// `METHOD PATH` of all that `who` must be signed in for.
pub fn lines_of(who: Who) -> Vec<String> {
    let of_them = ROUTES.iter().filter(|(_, _, whose)| *whose == who);
    of_them
        .map(|(method, path, _)| format!("{method} {path}"))
        .collect()
}

/// Those that pages of other origins may ask.
pub fn is_open_to_pages(path: &str) -> bool {
    ["/app-api/", "/admin-api/", "/infra/"]
        .iter()
        .any(|side| path.starts_with(side))
}
