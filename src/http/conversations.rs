//! `kefu-conversation/...`.

use std::sync::Arc;

use warp::reply::Response;

use super::asked::Asked;
use super::body::{self, Body};
use super::query::{Label, Query};
use super::{App, auth, reply};
use crate::chat::{ListCursor, ListPart, Wanted};
use crate::error::{Error, Result};
use crate::model::{ConversationId, PinRequest};

const LIST_MAX: i64 = 200;
const FOUND_MAX: i64 = 50;
const FOUND_DEFAULT: i64 = 20;
const LIST_LABEL: Label = Label {
    too_low: "每次查询条数最小值为",
    too_high: "每次查询最大值为",
};

/// GET list: all of it as the original asks, or a part by `limit`, `beforeTime` and `beforeId`; of `unread` ones only.
pub async fn list(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let part = list_part(&Query::parse(&asked.query))?;
    Ok(reply::ok(
        &app.chat.list_conversations(session, part).await?,
    ))
}

/// GET unread-count: how much is waiting.
pub async fn unread_count(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    Ok(reply::ok(&app.chat.count_unread(session).await?))
}

/// GET search: by whom a conversation is with, and by what was said in it.
pub async fn search(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let query = Query::parse(&asked.query);
    let words = query.text("text").unwrap_or_default();
    let limit = query.bounded("limit", 1..=FOUND_MAX, FOUND_DEFAULT, LIST_LABEL)?;
    let found = app.chat.search_conversations(session, words, limit).await?;
    Ok(reply::ok(&found))
}

/// GET get: one of them, null when it is not there.
pub async fn get(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let id = Query::parse(&asked.query).required_number("id")?;
    Ok(reply::ok(&app.chat.get_conversation(session, id).await?))
}

/// GET get of a member: his own, null before his first message.
pub async fn get_own(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    Ok(reply::ok(&app.chat.get_own_conversation(session).await?))
}

/// PUT update-conversation-pinned.
pub async fn pin(app: Arc<App>, asked: Arc<Asked>, body: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let request: PinRequest = body::json(&asked.headers, body, app.json_bytes_max).await?;
    app.chat.pin_conversation(session, request).await?;
    Ok(reply::ok(&true))
}

/// DELETE delete. With `lastId`, the newest message the caller has seen, it is answered 409 and changes nothing when the
/// customer has written since.
pub async fn delete(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let query = Query::parse(&asked.query);
    let id = query.required_number("id")?;
    let last_id = query.number("lastId")?;
    app.chat.delete_conversation(session, id, last_id).await?;
    Ok(reply::ok(&true))
}

fn list_part(query: &Query) -> Result<ListPart> {
    let cursor = match (query.number("beforeTime")?, query.number("beforeId")?) {
        (Some(before_time), Some(before_id)) => Some(ListCursor {
            before_time,
            before_id: ConversationId(before_id),
        }),
        (None, None) => None,
        _ => {
            return Err(Error::invalid(
                "请求参数缺失:beforeTime 与 beforeId 须同时提供",
                "beforeTime, beforeId: give both or none",
            ));
        }
    };
    let limit = match query.number("limit")? {
        Some(_) => Some(query.bounded("limit", 1..=LIST_MAX, LIST_MAX, LIST_LABEL)?),
        None if cursor.is_some() => Some(LIST_MAX),
        None => None,
    };
    let wanted = if query.flag("unread")? {
        Wanted::Unread
    } else {
        Wanted::All
    };
    Ok(ListPart {
        wanted,
        limit,
        cursor,
    })
}
