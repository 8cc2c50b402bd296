//! `kefu-message/...`, the same handlers for both sides.

use std::sync::Arc;

use serde::Serialize;
use warp::http::HeaderValue;
use warp::reply::Response;

use super::asked::Asked;
use super::body::{self, Body};
use super::query::{Label, Query};
use super::{App, auth, reply};
use crate::error::Result;
use crate::model::{ListRequest, Message, PageRequest, SendRequest};

const LIST_DEFAULT: i64 = 10;
const LIST_MAX: i64 = 200;
const PAGE_NUMBER_MAX: i64 = 100_000;
const PAGE_SIZE_MAX: i64 = 100;

#[derive(Serialize)]
struct Page {
    total: i64,
    list: Vec<Message>,
}

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
    let number = Label {
        too_low: "页码最小值为",
        too_high: "页码最大值为",
    };
    let size = Label {
        too_low: "每页条数最小值为",
        too_high: "每页条数最大值为",
    };
    let request = PageRequest {
        conversation_id: query.number("conversationId")?,
        page_no: query.bounded("pageNo", 1..=PAGE_NUMBER_MAX, 1, number)?,
        page_size: query.bounded("pageSize", 1..=PAGE_SIZE_MAX, 10, size)?,
    };
    let (total, list) = app.chat.page_messages(session, request).await?;
    Ok(reply::ok(&Page { total, list }))
}

/// PUT update-read-status: what the other side wrote is read, up to `lastId` when it is given.
pub async fn mark_read(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let query = Query::parse(&asked.query);
    let conversation = query.required_number("conversationId")?;
    app.chat
        .mark_read(session, conversation, query.number("lastId")?)
        .await?;
    Ok(reply::ok(&true))
}
