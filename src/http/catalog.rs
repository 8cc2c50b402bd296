//! What members and staff see of the shop's data: products, orders, browse history.

use std::sync::Arc;

use serde_json::Value;
use warp::reply::Response;

use super::asked::Asked;
use super::body::{self, Body};
use super::query::Query;
use super::{App, auth, reply};
use crate::error::Result;

/// GET browse-history/page: what a member looked at.
pub async fn browsed(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let query = Query::parse(&asked.query);
    let member = query.number("userId")?;
    let page = app.chat.browsed(session, member, query.span()?).await?;
    Ok(reply::ok(&page))
}

/// POST browse-history/create: the member looks at a product.
pub async fn browse(app: Arc<App>, asked: Arc<Asked>, body: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let row: Value = body::json(&asked.headers, body, app.json_bytes_max).await?;
    app.chat.note_browsed(session, &row).await?;
    Ok(reply::ok(&true))
}

/// GET order/page: a member's orders.
pub async fn orders(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let query = Query::parse(&asked.query);
    let member = query.number("userId")?;
    let page = app.chat.orders(session, member, query.span()?).await?;
    Ok(reply::ok(&page))
}

/// GET order/get-detail: one order, null when it is not there or not the caller's.
pub async fn order(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let id = Query::parse(&asked.query).required_number("id")?;
    Ok(reply::ok(&app.chat.order(session, id).await?))
}

/// GET spu/page: the staff look for a product.
pub async fn products(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let query = Query::parse(&asked.query);
    let words = query.text("name").unwrap_or_default();
    let page = app
        .chat
        .find_products(session, words, query.span()?)
        .await?;
    Ok(reply::ok(&page))
}
