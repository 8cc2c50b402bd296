//! How it is answered: the envelope, statuses and codes, and the headers that every answer has.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use warp::http::header::{
    ACCEPT_LANGUAGE, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ALLOW,
    CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HOST, REFERRER_POLICY, RETRY_AFTER,
    STRICT_TRANSPORT_SECURITY, TRANSFER_ENCODING, X_CONTENT_TYPE_OPTIONS,
};
use warp::http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, Uri};
use warp::reply::Response;
use warp::{Rejection, Reply};

use super::asked::WrongMethod;
use super::proxy::Client;
use crate::error::{Error, Text};

/// Business codes of the original; every other code is the status.
const CONVERSATION_NOT_FOUND: i64 = 1_013_019_000;
const MEMBER_NOT_FOUND: i64 = 1_004_001_001;
const LOGIN_WRONG: i64 = 1_002_000_000;

/// The headers that the original's clients send, and ours.
const CORS_HEADERS: &str = "authorization, content-type, tenant-id, visit-tenant-id, terminal, platform, cache-control, \
     pragma, accept-language, x-api-encrypt, x-kefu-session";

/// Half a year, for this host alone.
const HTTPS_ONLY: &str = "max-age=15552000";

/// Letters of an unknown path in the answer that says so.
const NAMED_PATH_LETTERS: usize = 200;

#[derive(Serialize)]
struct Envelope<'a, T> {
    code: i64,
    data: T,
    msg: &'a str,
}

/// How the caller wants to be answered; read from the request before the routes see it.
pub struct Manner {
    /// A yudao client: it reads `code` and not the status, and speaks Chinese.
    is_yudao: bool,
    english: bool,
    cors: bool,
    shop: bool,
    /// The browser may be told to come by TLS alone: it has come so, to a host whose other ports are nobody's business.
    https_only: bool,
    /// A chunked body. What some other server in between may have read differently ends with this connection.
    chunked: bool,
    /// What was asked for; a reference, not a copy.
    uri: Uri,
}

impl Manner {
    pub fn of<B>(request: &Request<B>, client: Client) -> Manner {
        let host = request.headers().get(HOST).and_then(|v| v.to_str().ok());
        let port = host
            .and_then(|host| host.rsplit_once(':'))
            .map(|(_, port)| port);
        let path = request.uri().path();
        let is_yudao = request.headers().contains_key("tenant-id");
        Manner {
            is_yudao,
            uri: request.uri().clone(),
            english: in_english(request.headers()),
            https_only: client.https
                && port.is_none_or(|port| port == "443" || port.ends_with(']')),
            chunked: request.headers().contains_key(TRANSFER_ENCODING),
            shop: path.starts_with("/shop-api/"),
            cors: ["/app-api/", "/admin-api/", "/infra/"]
                .iter()
                .any(|side| path.starts_with(side)),
        }
    }
}

/// Success.
pub fn ok<T: Serialize>(data: &T) -> Response {
    json(StatusCode::OK, 0, data, "")
}

/// Failure. The text is chosen by [`finish`], which knows the caller's language.
pub fn error(error: Error) -> Response {
    let mut response = Response::default();
    response.extensions_mut().insert(Arc::new(error));
    response
}

/// What no route answered.
pub fn rejected(rejection: &Rejection) -> Response {
    if let Some(wrong) = rejection.find::<WrongMethod>() {
        return error(Error::MethodNotAllowed(wrong.allowed));
    }
    error(Error::PathNotFound)
}

/// The answer to a preflight, for every path and without asking who it is. Methods and headers are the same for all; what
/// the shop's backend asks is not for pages.
pub fn preflight(manner: &Manner) -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    if manner.shop {
        return response;
    }
    let headers = response.headers_mut();
    headers.insert(
        ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET, POST, PUT, DELETE"),
    );
    headers.insert(
        ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static(CORS_HEADERS),
    );
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    response
}

/// Writes an error's envelope and the headers that all answers have in common.
pub fn finish(manner: &Manner, mut response: Response) -> Response {
    if let Some(error) = response.extensions_mut().remove::<Arc<Error>>() {
        response = failed(manner, &error);
    }
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if manner.https_only {
        headers.insert(
            STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static(HTTPS_ONLY),
        );
    }
    if manner.chunked {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    if manner.cors {
        // Never with credentials: tokens are in headers, so any page may ask, and no page can ride on a cookie.
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        let exposed = HeaderValue::from_static("Idempotent-Replayed, Retry-After");
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
    response
}

fn failed(manner: &Manner, error: &Error) -> Response {
    let verdict = Verdict::of(error);
    let message = if manner.english {
        &verdict.text.en
    } else {
        &verdict.text.zh
    };
    let named = matches!(error, Error::PathNotFound).then(|| {
        let path: String = manner.uri.path().chars().take(NAMED_PATH_LETTERS).collect();
        format!("{message}:{path}")
    });
    let message = named.as_deref().unwrap_or(message);
    let status = if manner.is_yudao {
        StatusCode::OK
    } else {
        verdict.status
    };
    let mut response = json(status, verdict.code, &(), message);
    if let Some((name, value)) = verdict.header {
        response.headers_mut().insert(name, value);
    }
    response
}

/// What an error is on the wire.
struct Verdict {
    status: StatusCode,
    code: i64,
    text: Text,
    header: Option<(HeaderName, HeaderValue)>,
}

impl Verdict {
    fn of(error: &Error) -> Verdict {
        let plain = |status: StatusCode, text: Text| Verdict {
            status,
            code: i64::from(status.as_u16()),
            text,
            header: None,
        };
        match error {
            Error::Invalid(text) => plain(StatusCode::BAD_REQUEST, text.clone()),
            Error::Unauthorized => plain(
                StatusCode::UNAUTHORIZED,
                Text::new("账号未登录", "not signed in"),
            ),
            Error::WrongPassword => Verdict {
                code: LOGIN_WRONG,
                ..plain(
                    StatusCode::UNAUTHORIZED,
                    Text::new(
                        "登录失败，账号密码不正确",
                        "the name or the password is wrong",
                    ),
                )
            },
            Error::ProofRefused(why) => plain(
                StatusCode::UNAUTHORIZED,
                Text::new(
                    format!("身份令牌无效：{}", why.zh),
                    format!("token: {}", why.en),
                ),
            ),
            Error::Forbidden(text) => plain(StatusCode::FORBIDDEN, text.clone()),
            Error::PathNotFound => plain(
                StatusCode::NOT_FOUND,
                Text::new("请求地址不存在", "no such address"),
            ),
            Error::MethodNotAllowed(allowed) => Verdict {
                header: Some((ALLOW, HeaderValue::from_static(allowed))),
                ..plain(
                    StatusCode::METHOD_NOT_ALLOWED,
                    Text::new(
                        format!("请求方法不正确:请使用 {allowed}"),
                        format!("wrong method; use {allowed}"),
                    ),
                )
            },
            Error::ConversationNotFound => Verdict {
                code: CONVERSATION_NOT_FOUND,
                ..plain(
                    StatusCode::NOT_FOUND,
                    Text::new("客服会话不存在", "no such conversation"),
                )
            },
            Error::NotFound(text) => plain(StatusCode::NOT_FOUND, text.clone()),
            Error::Conflict(text) => plain(StatusCode::CONFLICT, text.clone()),
            Error::MemberGone => Verdict {
                code: MEMBER_NOT_FOUND,
                ..plain(
                    StatusCode::NOT_FOUND,
                    Text::new("手机号未注册用户", "the customer is gone"),
                )
            },
            Error::BodyTooLarge { bytes_max } => plain(
                StatusCode::PAYLOAD_TOO_LARGE,
                Text::new(
                    format!("请求内容过大，最多 {bytes_max} 字节"),
                    format!("the body is larger than {bytes_max} bytes"),
                ),
            ),
            Error::TooLarge(text) => plain(StatusCode::PAYLOAD_TOO_LARGE, text.clone()),
            Error::UnsupportedFile(text) => plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, text.clone()),
            Error::NoRoom(text) => plain(StatusCode::INSUFFICIENT_STORAGE, text.clone()),
            Error::BodyTooSlow => plain(
                StatusCode::REQUEST_TIMEOUT,
                Text::new(
                    "请求内容发送过慢，请重试",
                    "the body took too long; try again",
                ),
            ),
            Error::UnsupportedMediaType => plain(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                Text::new(
                    "请求内容须为 JSON (Content-Type: application/json)",
                    "Content-Type: must be application/json",
                ),
            ),
            Error::ClientMessageIdReused => plain(
                StatusCode::UNPROCESSABLE_ENTITY,
                Text::new(
                    "clientMessageId 已用于另一条消息",
                    "clientMessageId: was used for another message; make a new one",
                ),
            ),
            Error::TooManyRequests { retry_after } => Verdict {
                header: Some(retry(*retry_after)),
                ..plain(
                    StatusCode::TOO_MANY_REQUESTS,
                    Text::new(
                        "请求过于频繁，请稍后再试",
                        "too many requests; try again later",
                    ),
                )
            },
            Error::Busy => Verdict {
                header: Some(retry(Duration::from_secs(1))),
                ..plain(
                    StatusCode::SERVICE_UNAVAILABLE,
                    Text::new("系统繁忙，请稍后再试", "busy; try again"),
                )
            },
            Error::StorageFull => Verdict {
                header: Some(retry(Duration::from_secs(30))),
                ..plain(
                    StatusCode::INSUFFICIENT_STORAGE,
                    Text::new(
                        "服务器磁盘已满，消息未保存",
                        "the server's disk is full; nothing was stored",
                    ),
                )
            },
            Error::Damaged | Error::DiskFailed(_) | Error::Refused(_) | Error::Internal(_) => {
                tracing::error!(%error, "a request failed");
                plain(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    Text::new("系统异常", "something went wrong on the server"),
                )
            }
        }
    }
}

fn retry(after: Duration) -> (HeaderName, HeaderValue) {
    let seconds = after.as_millis().div_ceil(1000).max(1);
    let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
    (RETRY_AFTER, HeaderValue::from(seconds))
}

fn json<T: Serialize>(status: StatusCode, code: i64, data: &T, msg: &str) -> Response {
    let body =
        serde_json::to_vec(&Envelope { code, data, msg }).expect("our own types always serialise");
    let mut response = body.into_response();
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("application/json;charset=UTF-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

/// Whether whoever asks is answered in English; a yudao client never is.
pub fn in_english(headers: &HeaderMap) -> bool {
    !headers.contains_key("tenant-id") && prefers_english(headers)
}

/// The language of `Accept-Language` with the highest weight among the two we speak; Chinese when it names neither.
pub fn prefers_english(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()) else {
        return false;
    };
    let mut best: Option<(f32, bool)> = None;
    for part in value.split(',') {
        let mut pieces = part.split(';').map(str::trim);
        let tag = pieces.next().unwrap_or_default().to_ascii_lowercase();
        let weight = pieces
            .find_map(|p| p.strip_prefix("q=")?.parse().ok())
            .unwrap_or(1.0);
        let english = tag.starts_with("en");
        if (english || tag.starts_with("zh")) && best.is_none_or(|(other, _)| weight > other) {
            best = Some((weight, english));
        }
    }
    best.is_some_and(|(_, english)| english)
}
