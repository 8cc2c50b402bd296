//! How it is asked: the only module that knows warp and hyper. All routes stand on this screen, but for those of the
//! admin page's settings, which stand with their handlers.

mod accounts;
mod asked;
mod assets;
mod auth;
mod body;
mod catalog;
mod conversations;
mod files;
mod keys;
pub mod listener;
mod members;
mod messages;
mod proxy;
mod query;
mod reply;
mod shop;
mod shop_api;
mod socket;
mod staff;

use std::sync::Arc;

use hyper::body::Incoming;
use hyper_util::service::TowerToHyperService;
use warp::filters::BoxedFilter;
use warp::http::{Method, Request};
use warp::reply::Response;
use warp::{Filter, Rejection};

use crate::chat::{AddressCounter, Chat};
use crate::error::{Error, Result};
use crate::model::{PartyKind, ShopNoun};
use asked::{Asked, endpoint};
pub use proxy::TrustedProxies;
pub use socket::Bye;

/// What the handlers share.
pub struct App {
    pub chat: Arc<Chat>,
    pub assets: assets::Assets,
    pub trusted_proxies: TrustedProxies,
    /// Largest JSON body, in bytes.
    pub json_bytes_max: usize,
    /// Sockets of one address; generous, since a whole office may sit behind one.
    pub sockets_per_address_max: usize,
    pub sockets_by_address: Arc<AddressCounter>,
}

impl App {
    pub fn new(chat: Arc<Chat>, trusted_proxies: TrustedProxies, limits: HttpLimits) -> Arc<App> {
        Arc::new(App {
            chat,
            assets: assets::Assets::embedded(),
            trusted_proxies,
            json_bytes_max: limits.json_bytes_max,
            sockets_per_address_max: limits.sockets_per_address_max,
            sockets_by_address: Arc::default(),
        })
    }
}

/// Limits of this layer; see [`App`].
#[derive(Clone, Copy, Debug)]
pub struct HttpLimits {
    pub json_bytes_max: usize,
    pub sockets_per_address_max: usize,
}

/// Where an endpoint is. The two sides of the API have the same paths behind different prefixes.
#[derive(Clone, Copy, Debug)]
pub enum Path {
    Member(&'static str),
    Admin(&'static str),
    Both(&'static str),
    /// Outside both sides.
    Plain(&'static str),
}

/// Every endpoint. The most frequent come first.
fn routes(app: &Arc<App>) -> BoxedFilter<(Response,)> {
    use Path::{Admin, Both, Member, Plain};
    let (get, post, put, delete) = (Method::GET, Method::POST, Method::PUT, Method::DELETE);

    let messages = endpoint(
        app,
        &post,
        Both("/promotion/kefu-message/send"),
        messages::send,
    )
    .or(endpoint(
        app,
        &get,
        Both("/promotion/kefu-message/list"),
        messages::list,
    ))
    .unify()
    .or(endpoint(
        app,
        &put,
        Both("/promotion/kefu-message/update-read-status"),
        messages::mark_read,
    ))
    .unify()
    .or(endpoint(
        app,
        &get,
        Both("/promotion/kefu-message/page"),
        messages::page,
    ))
    .unify()
    .boxed();

    let conversations = endpoint(
        app,
        &get,
        Admin("/promotion/kefu-conversation/list"),
        conversations::list,
    )
    .or(endpoint(
        app,
        &get,
        Admin("/promotion/kefu-conversation/unread-count"),
        conversations::unread_count,
    ))
    .unify()
    .or(endpoint(
        app,
        &get,
        Admin("/promotion/kefu-conversation/search"),
        conversations::search,
    ))
    .unify()
    .or(endpoint(
        app,
        &get,
        Admin("/promotion/kefu-conversation/get"),
        conversations::get,
    ))
    .unify()
    .or(endpoint(
        app,
        &get,
        Member("/promotion/kefu-conversation/get"),
        conversations::get_own,
    ))
    .unify()
    .or(endpoint(
        app,
        &put,
        Admin("/promotion/kefu-conversation/update-conversation-pinned"),
        conversations::pin,
    ))
    .unify()
    .or(endpoint(
        app,
        &delete,
        Admin("/promotion/kefu-conversation/delete"),
        conversations::delete,
    ))
    .unify()
    .boxed();

    let accounts = endpoint(app, &post, Both("/infra/ws-ticket"), accounts::ticket)
        .or(endpoint(
            app,
            &post,
            Member("/member/auth/visitor"),
            accounts::visitor,
        ))
        .unify()
        .or(endpoint(
            app,
            &post,
            Member("/member/auth/logout"),
            accounts::logout,
        ))
        .unify()
        .or(endpoint(
            app,
            &post,
            Member("/member/auth/refresh-token"),
            accounts::refresh,
        ))
        .unify()
        .or(endpoint(
            app,
            &post,
            Admin("/system/auth/setup"),
            accounts::set_up,
        ))
        .unify()
        .or(endpoint(
            app,
            &post,
            Admin("/system/auth/login"),
            accounts::login,
        ))
        .unify()
        .or(endpoint(
            app,
            &post,
            Admin("/system/auth/logout"),
            accounts::logout,
        ))
        .unify()
        .or(endpoint(
            app,
            &post,
            Admin("/system/auth/logout-all"),
            accounts::logout_all,
        ))
        .unify()
        .or(endpoint(
            app,
            &post,
            Admin("/system/auth/refresh-token"),
            accounts::refresh,
        ))
        .unify()
        .or(endpoint(
            app,
            &get,
            Admin("/system/auth/get-permission-info"),
            accounts::permission_info,
        ))
        .unify()
        .boxed();

    let catalog = any_of([
        endpoint(
            app,
            &get,
            Both("/product/browse-history/page"),
            catalog::browsed,
        ),
        endpoint(
            app,
            &post,
            Member("/product/browse-history/create"),
            catalog::browse,
        ),
        endpoint(app, &get, Both("/trade/order/page"), catalog::orders),
        endpoint(app, &get, Both("/trade/order/get-detail"), catalog::order),
        endpoint(app, &get, Admin("/product/spu/page"), catalog::products),
    ]);

    let told = any_of([
        shop_api::endpoints(
            app,
            ShopNoun::Product,
            [
                "/shop-api/product/create",
                "/shop-api/product/update",
                "/shop-api/product/delete",
                "/shop-api/product/save-batch",
            ],
        ),
        shop_api::endpoints(
            app,
            ShopNoun::Order,
            [
                "/shop-api/trade/order/create",
                "/shop-api/trade/order/update",
                "/shop-api/trade/order/delete",
                "/shop-api/trade/order/save-batch",
            ],
        ),
        shop_api::endpoints(
            app,
            ShopNoun::Member,
            [
                "/shop-api/member/create",
                "/shop-api/member/update",
                "/shop-api/member/delete",
                "/shop-api/member/save-batch",
            ],
        ),
    ]);

    let settings = any_of([
        endpoint(app, &get, Member("/promotion/kefu-shop/get"), shop::face),
        endpoint(app, &get, Admin("/promotion/kefu-shop/get"), shop::details),
        endpoint(
            app,
            &put,
            Admin("/promotion/kefu-shop/update"),
            shop::update,
        ),
        endpoint(app, &get, Plain("/qr.svg"), shop::qr),
    ]);

    let members = any_of([
        endpoint(
            app,
            &post,
            Member("/member/auth/identify"),
            members::identify,
        ),
        endpoint(app, &get, Member("/member/user/get"), members::get_own),
        endpoint(app, &get, Admin("/member/user/get"), members::get),
        endpoint(app, &put, Admin("/member/user/update"), members::update),
        endpoint(app, &put, Member("/member/visit/update"), members::visit),
    ]);

    messages
        .or(conversations)
        .unify()
        .or(members)
        .unify()
        .or(accounts)
        .unify()
        .or(socket::route(app))
        .unify()
        .or(endpoint(
            app,
            &post,
            Both("/infra/file/upload"),
            files::upload,
        ))
        .unify()
        .or(catalog)
        .unify()
        .or(told)
        .unify()
        .or(settings)
        .unify()
        .or(staff::endpoints(app))
        .unify()
        .or(keys::endpoints(app))
        .unify()
        .or(endpoint(app, &get, Plain("/healthz"), health))
        .unify()
        .or(files::route(app))
        .unify()
        .or(assets::route(app))
        .unify()
        .recover(
            |rejection: Rejection| async move { Ok::<_, Rejection>(reply::rejected(&rejection)) },
        )
        .unify()
        .boxed()
}

/// One route of several.
fn any_of<const N: usize>(routes: [BoxedFilter<(Response,)>; N]) -> BoxedFilter<(Response,)> {
    let all = routes.into_iter().reduce(|a, b| a.or(b).unify().boxed());
    all.expect("a list of routes has one")
}

/// Answers one request: preflights, then the routes, then what all answers have in common.
pub fn service(
    app: &Arc<App>,
) -> impl Fn(Request<Incoming>) -> BoxFuture<Response> + Clone + Send + Sync + 'static + use<> {
    let routes = TowerToHyperService::new(warp::service(routes(app)));
    let app = app.clone();
    move |mut request| {
        let routes = routes.clone();
        let client = app.trusted_proxies.client_of(&request);
        let manner = reply::Manner::of(&request, client);
        Asked::put(&mut request, client);
        Box::pin(async move {
            if request.method() == Method::OPTIONS {
                return reply::finish(&manner, reply::preflight(&manner));
            }
            // The error type of warp's service has no values: the default answer is never used.
            let answered = hyper::service::Service::call(&routes, request).await;
            reply::finish(&manner, answered.unwrap_or_default())
        })
    }
}

type BoxFuture<T> = std::pin::Pin<Box<dyn Future<Output = T> + Send>>;

async fn health(app: Arc<App>, _: Arc<Asked>, _: body::Body) -> Result<Response> {
    if app.chat.is_healthy() {
        Ok(reply::ok(&"ok"))
    } else {
        Err(Error::Busy)
    }
}

/// The side of the API that a path is on, and the path without its prefix.
fn split_side(path: &str) -> (Option<PartyKind>, &str) {
    if let Some(rest) = path.strip_prefix("/app-api") {
        return (Some(PartyKind::Member), rest);
    }
    match path.strip_prefix("/admin-api") {
        Some(rest) => (Some(PartyKind::Admin), rest),
        None => (None, path),
    }
}
