//! What a handler is given, and how a route is tied to one.

use std::sync::Arc;

use warp::filters::BoxedFilter;
use warp::http::{HeaderMap, Method};
use warp::path::FullPath;
use warp::reply::Response;
use warp::{Filter, Rejection, reject};

use super::body::{self, Body};
use super::listener::Peer;
use super::proxy::Client;
use super::{App, Path, reply, split_side};
use crate::error::Result;
use crate::model::PartyKind;

/// A request without its body.
#[derive(Clone)]
pub struct Asked {
    /// The side of the API it came to; outside both it is the member's, who may do less.
    pub side: PartyKind,
    pub method: Method,
    pub headers: HeaderMap,
    pub query: String,
    pub client: Client,
    pub peer: Option<Peer>,
}

/// The path is there, the method is not.
#[derive(Debug)]
pub struct WrongMethod {
    pub allowed: &'static str,
}

impl reject::Reject for WrongMethod {}

/// Ties `handler` to a method and a path. What the handler decides against is an answer, not a rejection, so that
/// warp never tries another route for it.
pub fn endpoint<H, F>(
    app: &Arc<App>,
    method: &Method,
    path: Path,
    handler: H,
) -> BoxedFilter<(Response,)>
where
    H: Fn(Arc<App>, Asked, Body) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send,
{
    let app = app.clone();
    at(path, method)
        .and(asked())
        .and(body::body())
        .then(move |asked: Asked, body: Body| {
            let answer = handler(app.clone(), asked, body);
            async move { answer.await.unwrap_or_else(reply::error) }
        })
        .boxed()
}

/// Lets `method` at `path` through. 404 and 405 come before anybody is asked who he is.
pub fn at(
    path: Path,
    method: &Method,
) -> impl Filter<Extract = (), Error = Rejection> + Clone + use<> {
    let method = method.clone();
    let allowed = match method {
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "GET",
    };
    warp::path::full()
        .and(warp::method())
        .and_then(move |asked: FullPath, by: Method| {
            let answer = if !matches(path, asked.as_str()) {
                Err(reject::not_found())
            } else if by != method {
                Err(reject::custom(WrongMethod { allowed }))
            } else {
                Ok(())
            };
            std::future::ready(answer)
        })
        .untuple_one()
}

/// Everything about a request but its body.
pub fn asked() -> impl Filter<Extract = (Asked,), Error = Rejection> + Clone {
    let query = warp::query::raw().or(warp::any().map(String::new)).unify();
    warp::path::full()
        .and(warp::method())
        .and(warp::header::headers_cloned())
        .and(query)
        .and(warp::ext::get::<Client>())
        .and(warp::ext::optional::<Peer>())
        .map(
            |path: FullPath, method, headers, query, client, peer| Asked {
                side: split_side(path.as_str()).0.unwrap_or(PartyKind::Member),
                method,
                headers,
                query,
                client,
                peer,
            },
        )
}

fn matches(path: Path, asked: &str) -> bool {
    let (side, rest) = split_side(asked);
    match path {
        Path::Member(path) => side == Some(PartyKind::Member) && rest == path,
        Path::Admin(path) => side == Some(PartyKind::Admin) && rest == path,
        Path::Both(path) => side.is_some() && rest == path,
        Path::Plain(path) => asked == path,
    }
}
