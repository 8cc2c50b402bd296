//! Who is asking: a token in a header, or the cookie of the bundled admin page.

use warp::http::header::{AUTHORIZATION, COOKIE, HOST, ORIGIN};
use warp::http::{HeaderMap, HeaderValue, Method};

use super::App;
use super::asked::Asked;
use crate::chat::require;
use crate::error::{Error, Result, Text};
use crate::model::{PartyKind, Session};

/// The cookie under TLS: browsers take this name from a secure page of this very host only.
const COOKIE_SECURE: &str = "__Host-kefu";
/// The cookie on plain HTTP, where the name above is refused.
const COOKIE_PLAIN: &str = "kefu";
/// A cookie's life; the session behind it may end earlier.
const COOKIE_SECONDS: i64 = 7 * 24 * 60 * 60;

/// Ways of proving oneself to a proxy before this server, which browsers then add to every request.
const OTHER_SCHEMES: [&str; 4] = ["Basic", "Digest", "Negotiate", "NTLM"];

/// The session of whoever asks, on the side of the API he asks at.
///
/// # Errors
/// [`Error::Unauthorized`] without a good token; [`Error::Forbidden`] with one of the other side, or when a cookie
/// comes with a request that another site may have caused.
pub async fn session(app: &App, asked: &Asked) -> Result<Session> {
    if let Some(token) = token(&asked.headers) {
        return require(app.chat.authenticate(token).await?, asked.side);
    }
    if asked.side == PartyKind::Member {
        return Err(Error::Unauthorized);
    }
    let token = cookie(app, asked).ok_or(Error::Unauthorized)?;
    if asked.method != Method::GET && !is_same_origin(app, &asked.headers) {
        return Err(Error::Forbidden(Text::new(
            "请求来源不被信任",
            "a request by cookie must come from the admin page itself (Origin or Sec-Fetch-Site)",
        )));
    }
    require(app.chat.authenticate(token).await?, PartyKind::Admin)
}

/// The token of `Authorization`, with `Bearer ` before it or without: the original's clients send both. What a browser
/// sends for a password of some server in between is none.
pub fn token(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let scheme = value.split(' ').next().unwrap_or_default();
    if OTHER_SCHEMES
        .iter()
        .any(|other| other.eq_ignore_ascii_case(scheme))
    {
        return None;
    }
    let token = match value.find("Bearer ") {
        Some(at) => value.get(at + "Bearer ".len()..)?,
        None => value,
    };
    Some(token.trim()).filter(|token| !token.is_empty())
}

/// The header that signs the bundled page in.
pub fn set_cookie(app: &App, asked: &Asked, token: &str) -> HeaderValue {
    cookie_header(app, asked, token, COOKIE_SECONDS)
}

/// The header that signs it out.
pub fn clear_cookie(app: &App, asked: &Asked) -> HeaderValue {
    cookie_header(app, asked, "", 0)
}

/// Whether the caller wants the cookie, and no token to keep.
pub fn wants_cookie(asked: &Asked) -> bool {
    asked
        .headers
        .get("x-kefu-session")
        .is_some_and(|value| value == "cookie")
}

/// Lets nobody sign in by a cookie that his browser would not take: the shop's address is https, so the cookie is for that
/// alone, but he has come over plain HTTP. On the server's own machine browsers make an exception.
///
/// # Errors
/// [`Error::Forbidden`] naming the address to sign in at.
pub fn check_cookie_is_taken(app: &App, asked: &Asked) -> Result<()> {
    let origin = asked.headers.get(ORIGIN).and_then(|v| v.to_str().ok());
    let host = origin.and_then(|origin| origin.strip_prefix("http://"));
    let elsewhere = host.is_some_and(|host| !is_loopback(host));
    if !wants_cookie(asked) || asked.client.https || !elsewhere || !is_secure(app, asked) {
        return Ok(());
    }
    let url = app.chat.public_url().unwrap_or_default();
    Err(Error::Forbidden(Text::new(
        format!("请在 {url}/admin/ 登录：通过 http 打开的页面无法保持登录状态"),
        format!("sign in at {url}/admin/; over plain http the browser does not keep a session"),
    )))
}

/// Of a host as it stands in an origin, with or without a port.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    name == "localhost" || name == "127.0.0.1" || name == "[::1]"
}

fn cookie_header(app: &App, asked: &Asked, value: &str, seconds: i64) -> HeaderValue {
    let (name, secure) = if is_secure(app, asked) {
        (COOKIE_SECURE, "; Secure")
    } else {
        (COOKIE_PLAIN, "")
    };
    let text =
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    HeaderValue::try_from(text).expect("tokens are letters and digits")
}

fn is_secure(app: &App, asked: &Asked) -> bool {
    asked.client.https
        || app
            .chat
            .public_url()
            .is_some_and(|url| url.starts_with("https://"))
}

fn cookie<'a>(app: &App, asked: &'a Asked) -> Option<&'a str> {
    let name = if is_secure(app, asked) {
        COOKIE_SECURE
    } else {
        COOKIE_PLAIN
    };
    let lines = asked
        .headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok());
    let mut pairs = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs.find_map(|(key, value)| (key == name && !value.is_empty()).then_some(value))
}

/// Whether the browser says that our own page asks. Cookies are SameSite=Strict; this holds where that does not.
fn is_same_origin(app: &App, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    let Some(origin) = text(ORIGIN.as_str()) else {
        return false;
    };
    let host = origin.split_once("://").map(|(_, host)| host);
    (host.is_some() && host == text(HOST.as_str()))
        || app.chat.public_url().as_deref() == Some(origin)
}
