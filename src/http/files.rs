//! `infra/file/upload`, and `/f/...`, where files are read by whoever knows their name.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use hyper::body::Bytes;
use multer::{Constraints, Multipart, SizeLimit};
use warp::filters::BoxedFilter;
use warp::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_RANGE, RANGE,
};
use warp::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use warp::reply::Response;
use warp::{Filter, Rejection, Reply, reject};

use super::asked::{Asked, WrongMethod, asked};
use super::body::Body;
use super::{App, assets, auth, body, reply};
use crate::chat::{CHUNK_BYTES, OWN_FILES, OpenFile, UploadPlace, is_file_name};
use crate::error::{Error, Result, Text};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What a form has beside its file, and what is read past a file that is too large before that is said.
const FORM_BYTES_MAX: usize = 4 << 20;
/// 15 s, and 10 s for each megabyte, for the whole upload.
const UPLOAD_TIME: Duration = Duration::from_secs(15 + 10 * 10);
/// A form's bytes before its file, with what of the file comes in the same breath.
const BEFORE_FILE_BYTES_MAX: usize = 1 << 20;
const THUMBNAIL: &str = "/thumbnail";

/// POST upload: the URL of what is in the form's field `file`. Other fields are ignored, `directory` of the original too.
pub async fn upload(app: Arc<App>, asked: Arc<Asked>, body: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let boundary = boundary(&asked.headers)?;
    let bytes_max = app.chat.upload_bytes_max();
    body::check_length(&asked.headers, bytes_max, FORM_BYTES_MAX)?;
    let bytes = body::length(&asked.headers).unwrap_or(bytes_max as u64);
    // Before anything is read: what a form has before its file would be held in memory.
    let place = match app
        .chat
        .admit_upload(session, asked.client.address, bytes)
        .await
    {
        Ok(place) => place,
        Err(error) => {
            body::drain(body).await;
            return Err(error);
        }
    };
    let found = Arc::new(AtomicBool::new(false));
    let body = short_until(found.clone(), body);
    let limit = SizeLimit::new().whole_stream((bytes_max + FORM_BYTES_MAX) as u64);
    let constraints = Constraints::new().size_limit(limit);
    let form = Multipart::with_constraints(body, boundary, constraints);
    let keeping = keep(&app, place, form, &found);
    let url = tokio::time::timeout(UPLOAD_TIME, keeping).await;
    Ok(reply::ok(&url.unwrap_or(Err(Error::BodyTooSlow))?))
}

async fn keep(
    app: &App,
    place: UploadPlace,
    mut form: Multipart<'static>,
    found: &AtomicBool,
) -> Result<String> {
    let bytes_max = place.bytes_max;
    let broken = |error| broken(error, bytes_max);
    while let Some(field) = form.next_field().await.map_err(broken)? {
        if field.name() != Some("file") {
            continue;
        }
        found.store(true, Ordering::Relaxed);
        let title = field.file_name().unwrap_or_default().to_owned();
        return app.chat.upload(place, &title, field.map_err(broken)).await;
    }
    Err(Error::invalid(
        "文件附件不能为空",
        "file: must be given, as a field of the form",
    ))
}

/// A body that breaks off when the file has not begun after [`BEFORE_FILE_BYTES_MAX`]: a header that never ends is kept
/// whole by whoever looks for its end.
fn short_until(
    found: Arc<AtomicBool>,
    body: Body,
) -> impl Stream<Item = std::result::Result<Bytes, BoxError>> + Send {
    let mut before = 0;
    body.map(move |piece| {
        let piece = piece?;
        if !found.load(Ordering::Relaxed) {
            before += piece.len();
            if before > BEFORE_FILE_BYTES_MAX {
                return Err("the form is too long before its file".into());
            }
        }
        Ok(piece)
    })
}

fn boundary(headers: &HeaderMap) -> Result<String> {
    let kind = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
    multer::parse_boundary(kind.unwrap_or_default()).map_err(|_| {
        Error::UnsupportedFile(Text::new(
            "请以 multipart/form-data 上传文件",
            "Content-Type: must be multipart/form-data, with the file in the field `file`",
        ))
    })
}

fn broken(error: multer::Error, bytes_max: usize) -> Error {
    match error {
        multer::Error::FieldSizeExceeded { .. } | multer::Error::StreamSizeExceeded { .. } => {
            Error::BodyTooLarge { bytes_max }
        }
        _ => Error::invalid(
            "上传内容不完整",
            "the form ended early or is not valid multipart/form-data",
        ),
    }
}

/// GET and HEAD of `/f/NAME` and `/f/NAME/thumbnail`. The name is the permission: nobody is asked who he is.
pub fn route(app: &Arc<App>) -> BoxedFilter<(Response,)> {
    let app = app.clone();
    warp::path::full()
        .and(asked())
        .and_then(move |path: warp::path::FullPath, asked: Arc<Asked>| {
            let app = app.clone();
            async move {
                let (name, thumbnail) = file_of(path.as_str()).ok_or_else(reject::not_found)?;
                if asked.method != Method::GET && asked.method != Method::HEAD {
                    return Err(reject::custom(WrongMethod {
                        allowed: "GET, HEAD",
                    }));
                }
                let found = app.chat.open_file(name, thumbnail).await;
                Ok::<_, Rejection>(match found {
                    Ok(Some(file)) => show(file, &asked),
                    Ok(None) => reply::error(Error::PathNotFound),
                    Err(error) => reply::error(error),
                })
            }
        })
        .boxed()
}

/// The name in a path, and whether its small form is meant.
fn file_of(path: &str) -> Option<(&str, bool)> {
    let rest = path.strip_prefix(OWN_FILES)?;
    let (name, thumbnail) = match rest.strip_suffix(THUMBNAIL) {
        Some(name) => (name, true),
        None => (rest, false),
    };
    is_file_name(name).then_some((name, thumbnail))
}

fn show(open: OpenFile, asked: &Asked) -> Response {
    let file = &open.file;
    let hash: String = file
        .sha256
        .iter()
        .take(16)
        .map(|b| format!("{b:02x}"))
        .collect();
    let etag = HeaderValue::try_from(format!("\"{hash}\"")).expect("hexadecimal digits");
    let length = file.bytes;
    let mut response = Response::default();
    let mut headers = HeaderMap::new();
    if assets::is_fresh(&asked.headers, &etag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        let range = range(&asked.headers, &etag, length);
        match range {
            Some(None) => {
                *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
                headers.insert(CONTENT_RANGE, text(format!("bytes */{length}")));
            }
            _ => {
                let part = range.flatten();
                let bytes = part.clone().unwrap_or(0..length);
                headers.insert(CONTENT_TYPE, text(file.media_type.clone()));
                headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.end - bytes.start));
                if !file.is_picture() {
                    headers.insert(CONTENT_DISPOSITION, attachment(&file.title));
                }
                if asked.method == Method::GET {
                    response = warp::reply::stream(pieces(open, bytes.clone())).into_response();
                }
                if part.is_some() {
                    *response.status_mut() = StatusCode::PARTIAL_CONTENT;
                    let text_of = format!("bytes {}-{}/{length}", bytes.start, bytes.end - 1);
                    headers.insert(CONTENT_RANGE, text(text_of));
                }
            }
        }
    }
    headers.insert(ETAG, etag);
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    // What a name stands for never changes; only a browser may keep it, no proxy that others share.
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static("private, max-age=31536000, immutable"),
    );
    // Whatever it is, opened by itself it can do nothing.
    headers.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    // The original's pages, and the shop's, show pictures from their own address.
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    response.headers_mut().extend(headers);
    response
}

/// The bytes asked for, a chunk at a time: a slow reader holds no more than one in memory.
fn pieces(open: OpenFile, bytes: Range<u64>) -> impl Stream<Item = Result<Bytes>> + Send + Sync {
    stream::try_unfold((open, bytes), |(open, bytes)| async move {
        if bytes.is_empty() {
            return Ok(None);
        }
        let chunk_bytes = CHUNK_BYTES as u64;
        let number = bytes.start / chunk_bytes;
        let Some(chunk) = open
            .chunk(u32::try_from(number).unwrap_or(u32::MAX))
            .await?
        else {
            return Err(Error::Internal("a file ended before its end".to_owned()));
        };
        let skipped = bytes.start % chunk_bytes;
        let end = (bytes.end - number * chunk_bytes).min(chunk.len() as u64);
        let within = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(chunk.len());
        let piece = chunk.slice(within(skipped)..within(end));
        let rest = bytes.start + (piece.len() as u64)..bytes.end;
        Ok(Some((piece, (open, rest))))
    })
}

/// The one range that is asked for; `Some(None)` when it is none of this file, None when the whole is meant. Several
/// ranges at once are answered with the whole, as HTTP allows.
#[allow(clippy::option_option)]
fn range(headers: &HeaderMap, etag: &HeaderValue, length: u64) -> Option<Option<Range<u64>>> {
    if headers.get(IF_RANGE).is_some_and(|known| known != etag) {
        return None;
    }
    let asked = headers.get(RANGE)?.to_str().ok()?.strip_prefix("bytes=")?;
    let (first, last) = asked.split_once('-').filter(|_| !asked.contains(','))?;
    let (first, last) = (first.trim(), last.trim());
    let range = if first.is_empty() {
        let count: u64 = last.parse().ok()?;
        length.saturating_sub(count)..length
    } else {
        let start = first.parse().ok()?;
        let end = if last.is_empty() {
            length
        } else {
            last.parse::<u64>().ok()?.saturating_add(1).min(length)
        };
        start..end
    };
    Some((!range.is_empty()).then_some(range))
}

/// Saved under its own name, written as RFC 6266 and RFC 8187 say.
fn attachment(title: &str) -> HeaderValue {
    let encoded: String = title
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    text(format!("attachment; filename*=UTF-8''{encoded}"))
}

fn text(value: String) -> HeaderValue {
    HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}
