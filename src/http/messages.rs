//! `kefu-message/...`, the same handlers for both sides.

use std::sync::Arc;

use warp::http::HeaderValue;
use warp::reply::Response;

use super::asked::Asked;
use super::body::{self, Body};
use super::query::{Label, Query};
use super::{App, auth, reply};
use crate::error::Result;
use crate::model::{ListRequest, Page, SendRequest};

const LIST_DEFAULT: i64 = 10;
const LIST_MAX: i64 = 200;

/// POST send: the id of the message, stored and pushed before this is answered.
pub async fn send(app: Arc<App>, asked: Arc<Asked>, body: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let request: SendRequest = body::json(&asked.headers, body, app.json_bytes_max).await?;
    let address = asked.client.address;
    let sent = app.chat.send(session, address, request).await?;
    let mut response = reply::ok(&sent.id);
    if sent.replayed {
        let replayed = HeaderValue::from_static("true");
        response
            .headers_mut()
            .insert("idempotent-replayed", replayed);
    }
    Ok(response)
}

/// GET list: a page by cursor.
pub async fn list(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let query = Query::parse(&asked.query);
    let label = Label {
        too_low: "每次查询条数最小值为",
        too_high: "每次查询最大值为",
    };
    let request = ListRequest {
        conversation_id: query.number("conversationId")?,
        create_time: query.time("createTime", app.chat.time_zone())?,
        before_id: query.number("beforeId")?,
        after_id: query.number("afterId")?,
        limit: query.bounded("limit", 1..=LIST_MAX, LIST_DEFAULT, label)?,
    };
    Ok(reply::ok(&app.chat.list_messages(session, request).await?))
}

/// GET page: a numbered page, for the original's clients up to 2.3.
pub async fn page(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let query = Query::parse(&asked.query);
    let conversation = query.number("conversationId")?;
    let (total, list) = app
        .chat
        .page_messages(session, conversation, query.span()?)
        .await?;
    Ok(reply::ok(&Page { total, list }))
}

/// PUT update-read-status: what the other side wrote is read, up to `lastId` when it is given.
pub async fn mark_read(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let query = Query::parse(&asked.query);
    let conversation = query.required_number("conversationId")?;
    let last_id = query.number("lastId")?;
    app.chat
        .mark_read(session, conversation, last_id, asked.client.address)
        .await?;
    Ok(reply::ok(&true))
}
