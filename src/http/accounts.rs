//! Signing in and out, and tickets for the socket.

use std::sync::Arc;

use serde::Serialize;
use warp::http::HeaderMap;
use warp::http::header::{ORIGIN, SET_COOKIE};
use warp::reply::Response;

use super::asked::Asked;
use super::body::{self, Body};
use super::query::Query;
use super::{App, auth, reply};
use crate::chat::{SignedIn, require};
use crate::error::{Error, Result};
use crate::model::{LoginRequest, PartyKind, SetupRequest};

/// What every way of signing in answers. One token serves as both.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tokens<'a> {
    user_id: i64,
    /// Null when the token is in a cookie, where no script can read it.
    access_token: Option<&'a str>,
    refresh_token: Option<&'a str>,
    /// UTC epoch milliseconds.
    expires_time: i64,
}

/// POST visitor: a new anonymous member.
pub async fn visitor(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let signed_in = app.chat.sign_in_visitor(asked.client.address).await?;
    Ok(reply::ok(&tokens(&signed_in, true)))
}

/// POST setup: the first admin, with the code of the link that the server printed.
pub async fn set_up(app: Arc<App>, asked: Arc<Asked>, body: Body) -> Result<Response> {
    auth::check_cookie_is_taken(&app, &asked)?;
    let request: SetupRequest = body::json(&asked.headers, body, app.json_bytes_max).await?;
    let signed_in = app
        .chat
        .set_up(request, origin(&asked.headers), asked.client.address)
        .await?;
    Ok(admin_signed_in(&app, &asked, &signed_in))
}

/// POST login of an admin.
pub async fn login(app: Arc<App>, asked: Arc<Asked>, body: Body) -> Result<Response> {
    auth::check_cookie_is_taken(&app, &asked)?;
    let request: LoginRequest = body::json(&asked.headers, body, app.json_bytes_max).await?;
    let signed_in = app.chat.login(request, asked.client.address).await?;
    Ok(admin_signed_in(&app, &asked, &signed_in))
}

/// POST logout: true always, as the original answers.
pub async fn logout(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    match auth::session(&app, &asked).await {
        Ok(session) => app.chat.logout(session).await?,
        Err(Error::Unauthorized) => {}
        Err(error) => return Err(error),
    }
    let mut response = reply::ok(&true);
    // The cookie is the staff's: a customer who signs out in the same browser leaves it.
    if asked.side == PartyKind::Admin {
        let cleared = auth::clear_cookie(&app, &asked);
        response.headers_mut().insert(SET_COOKIE, cleared);
    }
    Ok(response)
}

/// POST logout-all: ends every session of the caller, this one too.
pub async fn logout_all(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    app.chat.logout_everywhere(session).await?;
    let mut response = reply::ok(&true);
    let cleared = auth::clear_cookie(&app, &asked);
    response.headers_mut().insert(SET_COOKIE, cleared);
    Ok(response)
}

/// POST refresh-token: the same token, good for longer.
pub async fn refresh(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let query = Query::parse(&asked.query);
    let token = query.text("refreshToken").ok_or_else(|| {
        Error::invalid("请求参数缺失:refreshToken", "refreshToken: must be given")
    })?;
    let session = app.chat.authenticate(token).await.map_err(dead_token)?;
    let session = require(session, asked.side)?;
    let refreshed = app.chat.refresh(session, asked.client.address).await;
    let expires_time = refreshed.map_err(dead_token)?;
    Ok(reply::ok(&Tokens {
        user_id: session.party.number(),
        access_token: Some(token),
        refresh_token: Some(token),
        expires_time,
    }))
}

/// GET get-permission-info: who the signed-in admin is.
pub async fn permission_info(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    Ok(reply::ok(&app.chat.permission_info(session).await?))
}

/// POST ws-ticket: opens one socket within 30 seconds.
pub async fn ticket(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let ticket = app.chat.issue_ticket(session, asked.client.address)?;
    Ok(reply::ok(&ticket))
}

/// The original's answer, which its clients know: they sign in anew.
fn dead_token(error: Error) -> Error {
    match error {
        Error::Unauthorized => Error::invalid(
            "无效的刷新令牌",
            "refreshToken: not a good one; sign in again",
        ),
        other => other,
    }
}

fn admin_signed_in(app: &App, asked: &Asked, signed_in: &SignedIn) -> Response {
    let by_cookie = auth::wants_cookie(asked);
    let mut response = reply::ok(&tokens(signed_in, !by_cookie));
    if by_cookie {
        let cookie = auth::set_cookie(app, asked, &signed_in.token);
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

pub fn tokens(signed_in: &SignedIn, shown: bool) -> Tokens<'_> {
    let token = shown.then_some(signed_in.token.as_str());
    Tokens {
        user_id: signed_in.session.party.number(),
        access_token: token,
        refresh_token: token,
        expires_time: signed_in.session.expire_time,
    }
}

/// The origin of the page that asks, when it is one that can be opened again.
fn origin(headers: &HeaderMap) -> Option<String> {
    let origin = headers.get(ORIGIN)?.to_str().ok()?;
    let (scheme, host) = origin.split_once("://")?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b".-:[]".contains(&b);
    let good = matches!(scheme, "http" | "https") && !host.is_empty() && host.bytes().all(plain);
    good.then(|| origin.to_owned())
}
