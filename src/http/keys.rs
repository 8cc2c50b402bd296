//! The shop's keys, for an owner.

use std::sync::Arc;

use serde::Serialize;
use warp::filters::BoxedFilter;
use warp::http::Method;
use warp::reply::Response;

use super::asked::{Asked, endpoint};
use super::body::{self, Body};
use super::{App, Path, any_of, auth, reply};
use crate::error::Result;
use crate::model::{IdentifyRequest, RotateKeyRequest};

#[derive(Serialize)]
struct NewKey {
    /// Shown this once.
    key: String,
}

/// What a token would do.
#[derive(Serialize)]
struct Tested {
    ok: bool,
    /// The shop's own id of the member.
    sub: Option<String>,
    /// What is wrong, in the caller's language.
    problem: Option<String>,
}

pub fn endpoints(app: &Arc<App>) -> BoxedFilter<(Response,)> {
    let (get, post) = (Method::GET, Method::POST);
    any_of([
        endpoint(app, &get, Path::Admin("/infra/kefu-key/list"), list),
        endpoint(app, &post, Path::Admin("/infra/kefu-key/rotate"), rotate),
        endpoint(
            app,
            &post,
            Path::Admin("/infra/kefu-key/test-proof"),
            test_proof,
        ),
    ])
}

/// GET list: since when there are keys.
async fn list(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    Ok(reply::ok(&app.chat.list_keys(session).await?))
}

/// POST rotate: a new key; the one before it stays good, and the one before that for a day.
async fn rotate(app: Arc<App>, asked: Arc<Asked>, body: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let request: RotateKeyRequest = body::json(&asked.headers, body, app.json_bytes_max).await?;
    let address = asked.client.address;
    let key = app.chat.rotate_key(session, request, address).await?;
    Ok(reply::ok(&NewKey { key }))
}

/// POST test-proof: what is wrong with a token that the shop's backend has made.
async fn test_proof(app: Arc<App>, asked: Arc<Asked>, body: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let request: IdentifyRequest = body::json(&asked.headers, body, app.json_bytes_max).await?;
    let tested = match app.chat.test_proof(session, request).await? {
        Ok(sub) => Tested {
            ok: true,
            sub: Some(sub),
            problem: None,
        },
        Err(why) => {
            let english = reply::in_english(&asked.headers);
            let problem = if english { why.en } else { why.zh };
            Tested {
                ok: false,
                sub: None,
                problem: Some(problem.into_owned()),
            }
        }
    };
    Ok(reply::ok(&tested))
}
