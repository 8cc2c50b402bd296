//! What a handler is given, and how a route is tied to one.

use std::sync::Arc;

use hyper::body::Incoming;
use warp::filters::BoxedFilter;
use warp::http::{HeaderMap, Method, Request};
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
    H: Fn(Arc<App>, Arc<Asked>, Body) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send,
{
    let app = app.clone();
    at(path, method)
        .and(asked())
        .and(body::body())
        .then(move |asked: Arc<Asked>, body: Body| {
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

/// Everything about a request but its body, put into its extensions by [`Asked::put`].
pub fn asked() -> impl Filter<Extract = (Arc<Asked>,), Error = Rejection> + Clone {
    warp::ext::get::<Arc<Asked>>()
}

impl Asked {
    /// Takes the headers out of `request`, which no filter of ours reads, and leaves an [`Asked`] in its extensions: so
    /// nothing of a request is copied.
    pub fn put(request: &mut Request<Incoming>, client: Client) {
        let asked = Asked {
            side: split_side(request.uri().path())
                .0
                .unwrap_or(PartyKind::Member),
            method: request.method().clone(),
            query: request.uri().query().unwrap_or_default().to_owned(),
            headers: std::mem::take(request.headers_mut()),
            peer: request.extensions().get::<Peer>().cloned(),
            client,
        };
        request.extensions_mut().insert(Arc::new(asked));
    }
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
