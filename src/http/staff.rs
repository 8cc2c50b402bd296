//! The staff's accounts: one's own, and everybody's for an owner.

use std::sync::Arc;

use warp::filters::BoxedFilter;
use warp::http::Method;
use warp::reply::Response;

use super::asked::{Asked, endpoint};
use super::body::{self, Body};
use super::query::Query;
use super::{App, Path, any_of, auth, reply};
use crate::error::Result;
use crate::model::{OwnAccountRequest, Session, StaffRequest};

pub fn endpoints(app: &Arc<App>) -> BoxedFilter<(Response,)> {
    let (get, post, put) = (Method::GET, Method::POST, Method::PUT);
    any_of([
        endpoint(app, &get, Path::Admin("/system/user/simple-list"), faces),
        endpoint(app, &get, Path::Admin("/system/user/page"), page),
        endpoint(app, &get, Path::Admin("/system/user/profile/get"), own),
        endpoint(
            app,
            &put,
            Path::Admin("/system/user/profile/update"),
            change_own,
        ),
        endpoint(
            app,
            &put,
            Path::Admin("/system/user/profile/update-password"),
            change_own_password,
        ),
        endpoint(app, &post, Path::Admin("/system/user/create"), add),
        endpoint(app, &put, Path::Admin("/system/user/update"), change),
        endpoint(
            app,
            &put,
            Path::Admin("/system/user/update-password"),
            reset_password,
        ),
        endpoint(
            app,
            &put,
            Path::Admin("/system/user/update-status"),
            set_status,
        ),
    ])
}

/// GET simple-list: those who are enabled, for everybody.
async fn faces(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    Ok(reply::ok(&app.chat.staff_faces(session).await?))
}

/// GET page: all of them, for an owner.
async fn page(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let span = Query::parse(&asked.query).span()?;
    Ok(reply::ok(&app.chat.staff_page(session, span).await?))
}

/// GET profile/get: the caller himself.
async fn own(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    Ok(reply::ok(&app.chat.own_account(session).await?))
}

/// PUT profile/update: the caller's own nickname and picture.
async fn change_own(app: Arc<App>, asked: Arc<Asked>, body: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let request: OwnAccountRequest = body::json(&asked.headers, body, app.json_bytes_max).await?;
    app.chat.change_own_account(session, request).await?;
    Ok(reply::ok(&true))
}

/// PUT profile/update-password: the caller's own, by the old one.
async fn change_own_password(app: Arc<App>, asked: Arc<Asked>, body: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let request: OwnAccountRequest = body::json(&asked.headers, body, app.json_bytes_max).await?;
    let address = asked.client.address;
    app.chat
        .change_own_password(session, request, address)
        .await?;
    Ok(reply::ok(&true))
}

/// POST create: a new admin.
async fn add(app: Arc<App>, asked: Arc<Asked>, body: Body) -> Result<Response> {
    let (session, request) = wanted(&app, &asked, body).await?;
    let address = asked.client.address;
    let id = app.chat.add_staff(session, request, address).await?;
    Ok(reply::ok(&id))
}

/// PUT update: what is given of nickname, picture and role.
async fn change(app: Arc<App>, asked: Arc<Asked>, body: Body) -> Result<Response> {
    let (session, request) = wanted(&app, &asked, body).await?;
    let address = asked.client.address;
    app.chat.change_staff(session, request, address).await?;
    Ok(reply::ok(&true))
}

/// PUT update-password: for somebody who has forgotten his.
async fn reset_password(app: Arc<App>, asked: Arc<Asked>, body: Body) -> Result<Response> {
    let (session, request) = wanted(&app, &asked, body).await?;
    let address = asked.client.address;
    app.chat.reset_password(session, request, address).await?;
    Ok(reply::ok(&true))
}

/// PUT update-status: shut out, or let in again.
async fn set_status(app: Arc<App>, asked: Arc<Asked>, body: Body) -> Result<Response> {
    let (session, request) = wanted(&app, &asked, body).await?;
    app.chat.set_staff_status(session, request).await?;
    Ok(reply::ok(&true))
}

async fn wanted(app: &App, asked: &Asked, body: Body) -> Result<(Session, StaffRequest)> {
    let session = auth::session(app, asked).await?;
    let request = body::json(&asked.headers, body, app.json_bytes_max).await?;
    Ok((session, request))
}
