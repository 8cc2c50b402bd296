//! `/shop-api/...`: what the shop's own backend tells us, with an API key. The same four verbs for each of its nouns.

use std::sync::Arc;

use serde_json::Value;
use warp::filters::BoxedFilter;
use warp::http::Method;
use warp::reply::Response;

use super::asked::{Asked, endpoint};
use super::body::{self, Body};
use super::query::Query;
use super::{App, Path, any_of, auth, reply};
use crate::error::{Error, Result};
use crate::model::ShopNoun;

/// A thousand rows of a few kilobytes.
const BODY_BYTES_MAX: usize = 4 << 20;

/// The endpoints of one noun: create, update, delete and save-batch.
pub fn endpoints(
    app: &Arc<App>,
    noun: ShopNoun,
    paths: [&'static str; 4],
) -> BoxedFilter<(Response,)> {
    let [to_create, to_update, to_delete, to_save] = paths.map(Path::Plain);
    any_of([
        endpoint(app, &Method::POST, to_create, move |app, asked, body| {
            create(app, asked, body, noun)
        }),
        endpoint(app, &Method::PUT, to_update, move |app, asked, body| {
            update(app, asked, body, noun)
        }),
        endpoint(app, &Method::DELETE, to_delete, move |app, asked, _| {
            delete(app, asked, noun)
        }),
        endpoint(app, &Method::POST, to_save, move |app, asked, body| {
            save_batch(app, asked, body, noun)
        }),
    ])
}

async fn create(app: Arc<App>, asked: Arc<Asked>, body: Body, noun: ShopNoun) -> Result<Response> {
    let row = read(&app, &asked, body).await?;
    Ok(reply::ok(&app.chat.create_shop_thing(noun, &row).await?))
}

async fn update(app: Arc<App>, asked: Arc<Asked>, body: Body, noun: ShopNoun) -> Result<Response> {
    let row = read(&app, &asked, body).await?;
    app.chat.update_shop_thing(noun, &row).await?;
    Ok(reply::ok(&true))
}

async fn delete(app: Arc<App>, asked: Arc<Asked>, noun: ShopNoun) -> Result<Response> {
    authorize(&app, &asked).await?;
    let query = Query::parse(&asked.query);
    app.chat.delete_shop_thing(noun, query.text("id")).await?;
    Ok(reply::ok(&true))
}

async fn save_batch(
    app: Arc<App>,
    asked: Arc<Asked>,
    body: Body,
    noun: ShopNoun,
) -> Result<Response> {
    let batch = read(&app, &asked, body).await?;
    Ok(reply::ok(&app.chat.save_shop_things(noun, &batch).await?))
}

/// The body, once it is known that the shop sends it.
async fn read(app: &App, asked: &Asked, body: Body) -> Result<Value> {
    authorize(app, asked).await?;
    body::json(&asked.headers, body, BODY_BYTES_MAX).await
}

/// The shop's backend proves itself by its key and by nothing else.
async fn authorize(app: &App, asked: &Asked) -> Result<()> {
    let key = auth::token(&asked.headers).ok_or(Error::Unauthorized)?;
    app.chat.authorize_shop(key).await
}
