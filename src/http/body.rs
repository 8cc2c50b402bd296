//! Bodies: counted while they come in, and given only so long.

use std::pin::Pin;
use std::time::Duration;

use bytes::BytesMut;
use futures_util::{Stream, TryStreamExt};
use hyper::body::{Buf, Bytes};
use serde::de::DeserializeOwned;
use warp::http::HeaderMap;
use warp::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use warp::{Filter, Rejection};

use crate::error::{Error, Result};

/// A body of any size has so long, and one megabyte more so much more.
const BODY_TIME: Duration = Duration::from_secs(15);
const BODY_TIME_PER_MB: Duration = Duration::from_secs(10);

/// Read past the limit and thrown away, so that the client has sent all and hears the answer instead of a reset.
const DRAINED_BYTES_MAX: usize = 1 << 20;

/// Of a body that nobody wants.
const UNWANTED_BYTES_MAX: usize = 16 << 20;

/// A body nobody has read yet.
pub type Body = Pin<Box<dyn Stream<Item = std::result::Result<Bytes, warp::Error>> + Send>>;

/// Takes the body without reading it: first it is decided whether it is wanted.
pub fn body() -> impl Filter<Extract = (Body,), Error = Rejection> + Clone {
    warp::body::stream().map(|stream| {
        let bytes = TryStreamExt::map_ok(stream, |mut chunk| {
            let length = Buf::remaining(&chunk);
            Buf::copy_to_bytes(&mut chunk, length)
        });
        Box::pin(bytes) as Body
    })
}

/// Reads a JSON body of at most `bytes_max` bytes.
///
/// # Errors
/// [`Error::UnsupportedMediaType`], [`Error::BodyTooLarge`], [`Error::BodyTooSlow`]; [`Error::Invalid`] names the field
/// that is wrong, or the line and column where the text is not JSON.
pub async fn json<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
    bytes_max: usize,
) -> Result<T> {
    check_type(headers)?;
    check_length(headers, bytes_max, DRAINED_BYTES_MAX)?;
    let bytes = read(body, bytes_max).await?;
    if bytes.is_empty() {
        return Err(Error::invalid(
            "请求参数类型错误: request body 缺失",
            "the request has no body; send a JSON object",
        ));
    }
    serde_json::from_slice(&bytes).map_err(|error| explain::<T>(&bytes, &error))
}

/// JSON, or nothing said about the type; a form or plain text could be sent by any page without a preflight.
fn check_type(headers: &HeaderMap) -> Result<()> {
    let Some(kind) = headers.get(CONTENT_TYPE) else {
        return Ok(());
    };
    let kind = kind.to_str().unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        Ok(())
    } else {
        Err(Error::UnsupportedMediaType)
    }
}

/// Refuses at once what says itself that it is too large to be read to its end, which is `drained_max` past the limit.
pub fn check_length(headers: &HeaderMap, bytes_max: usize, drained_max: usize) -> Result<()> {
    if length(headers).is_some_and(|length| length > (bytes_max + drained_max) as u64) {
        return Err(Error::BodyTooLarge { bytes_max });
    }
    Ok(())
}

/// Reads a body that nobody wants and forgets it, for so long and up to so much, so that the client has sent all and hears
/// the answer instead of a reset.
pub async fn drain(mut body: Body) {
    let mut length = 0;
    let reading = async {
        while let Ok(Some(piece)) = body.try_next().await {
            length += piece.len();
            if length > UNWANTED_BYTES_MAX {
                break;
            }
        }
    };
    // Whoever is slower than that hears the reset.
    let _ = tokio::time::timeout(BODY_TIME, reading).await;
}

/// The bytes that a request says its body has.
pub fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn read(body: Body, bytes_max: usize) -> Result<Bytes> {
    let megabytes = u32::try_from(bytes_max >> 20).unwrap_or(u32::MAX);
    let time = BODY_TIME + BODY_TIME_PER_MB * megabytes;
    let collected = tokio::time::timeout(time, collect(body, bytes_max)).await;
    collected.unwrap_or(Err(Error::BodyTooSlow))
}

async fn collect(mut body: Body, bytes_max: usize) -> Result<Bytes> {
    let mut bytes = BytesMut::new();
    let mut length = 0;
    // The client broke off or broke the protocol; most likely nobody reads this answer.
    let broken = |_| {
        Error::invalid(
            "请求内容不完整",
            "the body ended early or is not valid HTTP",
        )
    };
    while let Some(chunk) = body.try_next().await.map_err(broken)? {
        length += chunk.len();
        if length <= bytes_max {
            bytes.extend_from_slice(&chunk);
        } else if length > bytes_max + DRAINED_BYTES_MAX {
            break;
        }
    }
    if length > bytes_max {
        return Err(Error::BodyTooLarge { bytes_max });
    }
    Ok(bytes.freeze())
}

/// Reads the body a second time, only to say where it is wrong.
fn explain<T: DeserializeOwned>(bytes: &[u8], error: &serde_json::Error) -> Error {
    let place = format!("line {}, column {}", error.line(), error.column());
    if !error.is_data() {
        return Error::invalid(
            format!("请求参数类型错误:请求内容不是有效的 JSON ({place})"),
            format!("the body is not valid JSON ({place})"),
        );
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let tracked = serde_path_to_error::deserialize::<_, T>(&mut deserializer).err();
    let path = tracked.map_or_else(|| ".".to_owned(), |e| e.path().to_string());
    let field = if path == "." { "body" } else { &path };
    Error::invalid(
        format!("请求参数类型错误:{field} 类型不正确 ({place})"),
        format!("{field}: wrong type ({place})"),
    )
}
