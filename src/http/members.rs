//! `member/...`: the shop's proof of who somebody is, and what is known of him.

use std::sync::Arc;

use serde_json::Value;
use warp::http::header::USER_AGENT;
use warp::reply::Response;

use super::accounts::tokens;
use super::asked::Asked;
use super::body::{self, Body};
use super::query::Query;
use super::{App, auth, reply};
use crate::error::Result;
use crate::model::IdentifyRequest;

/// POST auth/identify: signs in whom the shop vouches for; a visitor's token may come with it.
pub async fn identify(app: Arc<App>, asked: Arc<Asked>, body: Body) -> Result<Response> {
    let request: IdentifyRequest = body::json(&asked.headers, body, app.json_bytes_max).await?;
    let token = auth::token(&asked.headers);
    let signed_in = app
        .chat
        .identify(request, token, asked.client.address)
        .await?;
    Ok(reply::ok(&tokens(&signed_in, true)))
}

/// GET user/get of a member: himself.
pub async fn get_own(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    Ok(reply::ok(&app.chat.own_member(session).await?))
}

/// GET user/get of an admin: one member, null when there is none.
pub async fn get(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let id = Query::parse(&asked.query).number("id")?;
    Ok(reply::ok(&app.chat.member(session, id).await?))
}

/// PUT user/update of an admin: what the staff note about a member.
pub async fn update(app: Arc<App>, asked: Arc<Asked>, body: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let row: Value = body::json(&asked.headers, body, app.json_bytes_max).await?;
    app.chat.update_member(session, &row).await?;
    Ok(reply::ok(&true))
}

/// PUT visit/update: where the member is in the shop.
pub async fn visit(app: Arc<App>, asked: Arc<Asked>, body: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let row: Value = body::json(&asked.headers, body, app.json_bytes_max).await?;
    let browser = asked.headers.get(USER_AGENT);
    let browser = browser.map(|name| String::from_utf8_lossy(name.as_bytes()));
    app.chat
        .update_visit(session, &row, browser.as_deref(), asked.client.address)
        .await?;
    Ok(reply::ok(&true))
}
