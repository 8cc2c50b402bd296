//! The proof of who a member is: a JWT that the shop's own backend signs with its identity key. Whatever is not exactly
//! what we ask for is refused, since a proof that is believed wrongly opens somebody's conversation.

use std::borrow::Cow;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::chat::content::is_safe_url;
use crate::error::{Error, Result, Text};
use crate::model::{Profile, ShopKey};

const TOKEN_BYTES_MAX: usize = 8 << 10;
/// Header, claims and signature.
const TOKEN_PARTS: usize = 3;
/// A time beyond it was meant in milliseconds: as seconds it is more than a thousand years away.
const SECONDS_MAX: f64 = 1e11;
/// How far ahead a proof may end: whoever finds an old one has nothing.
const LIFE_SECONDS_MAX: i64 = 10 * 60;
/// How far the clocks of shop and server may be apart.
const SKEW_SECONDS: i64 = 60;
const EXTERNAL_ID_LETTERS_MAX: usize = 128;
const NICKNAME_LETTERS_MAX: usize = 64;
const AVATAR_BYTES_MAX: usize = 1_024;
const EMAIL_LETTERS_MAX: usize = 254;
const PHONE_LETTERS_MAX: usize = 32;
const LEVEL_LETTERS_MAX: usize = 64;

/// What a good proof says.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The shop's own id of the member: `sub`.
    pub external_id: String,
    pub profile: Profile,
}

/// Checks `token` against the good keys, at `now` in UTC epoch seconds. A `kid` is not needed: there are two keys at most.
///
/// # Errors
/// [`Error::ProofRefused`] says what is wrong with it; [`Error::Invalid`] names a claim about the member that is.
pub fn verify(token: &str, keys: &[ShopKey], audience: Option<&str>, now: i64) -> Result<Proof> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(refused("长度超过 8 KB", "longer than 8 KB"));
    }
    if token.split('.').count() != TOKEN_PARTS {
        return Err(refused(
            "不是 JWT：JWT 由两个点分隔为三段",
            "it is not a JWT, which has three parts with dots between them",
        ));
    }
    check_header(&decode_header(token).map_err(|error| explain(error.kind(), audience))?)?;
    let claims = signed_claims(token, keys, audience)?;
    check_times(&claims, now)?;
    Ok(Proof {
        external_id: external_id(&claims)?,
        profile: profile(&claims)?,
    })
}

/// The one algorithm we take, and nothing that would bring a key of its own or ask for more than we understand.
fn check_header(header: &Header) -> Result<()> {
    if header.alg != Algorithm::HS256 {
        return Err(explain(&ErrorKind::InvalidAlgorithm, None));
    }
    let odd = header.jku.is_some()
        || header.jwk.is_some()
        || header.x5u.is_some()
        || header.x5c.is_some()
        || header.crit.is_some()
        || header.enc.is_some()
        || header.zip.is_some();
    if odd {
        return Err(refused(
            "头部含有不支持的字段 (jku、jwk、x5u、x5c、crit、enc、zip)",
            "its header has jku, jwk, x5u, x5c, crit, enc or zip; leave them out",
        ));
    }
    Ok(())
}

/// The claims, once one of the keys has signed them.
fn signed_claims(
    token: &str,
    keys: &[ShopKey],
    audience: Option<&str>,
) -> Result<Map<String, Value>> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.leeway = SKEW_SECONDS.unsigned_abs();
    validation.validate_nbf = true;
    validation.set_required_spec_claims(&["exp", "sub"]);
    validation.validate_aud = audience.is_some();
    if let Some(audience) = audience {
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["exp", "sub", "aud"]);
    }
    let mut error = ErrorKind::InvalidSignature;
    for key in keys {
        let key = DecodingKey::from_secret(key.secret.as_bytes());
        match decode::<Claims>(token, &key, &validation) {
            Ok(data) => return Ok(data.claims.0),
            Err(other) => error = other.into_kind(),
        }
        // Only a signature may be better with another key.
        if !matches!(error, ErrorKind::InvalidSignature) {
            break;
        }
    }
    Err(explain(&error, audience))
}

/// What the library leaves open: how far ahead `exp` may be, and `iat`.
fn check_times(claims: &Map<String, Value>, now: i64) -> Result<()> {
    let seconds = |name: &str| claims.get(name).map(Value::as_f64);
    let latest = |ahead: i64| (now + ahead) as f64;
    if matches!(seconds("exp"), Some(Some(exp)) if exp > SECONDS_MAX) {
        return Err(refused(
            "exp 是毫秒，须为 1970 年以来的秒数",
            "exp: in milliseconds; it must be in seconds since 1970",
        ));
    }
    if !matches!(seconds("exp"), Some(Some(exp)) if exp <= latest(LIFE_SECONDS_MAX + SKEW_SECONDS))
    {
        return Err(refused(
            "有效期过长：exp 最多只能在 10 分钟之后",
            "exp: it lives too long; at most 10 minutes ahead, in seconds since 1970",
        ));
    }
    if !matches!(seconds("iat"), None | Some(Some(0.0..)))
        || seconds("iat")
            .flatten()
            .is_some_and(|iat| iat > latest(SKEW_SECONDS))
    {
        return Err(refused(
            "iat 须为过去的时间 (1970 年以来的秒数)",
            "iat: must be in the past, in seconds since 1970",
        ));
    }
    Ok(())
}

fn external_id(claims: &Map<String, Value>) -> Result<String> {
    let id = claims
        .get("sub")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let letters = id.chars().count();
    if (1..=EXTERNAL_ID_LETTERS_MAX).contains(&letters) && !id.chars().any(char::is_control) {
        return Ok(id.to_owned());
    }
    Err(refused(
        "sub 须为 1 到 128 个字符，不含控制字符",
        "sub: 1 to 128 characters without control characters",
    ))
}

fn profile(claims: &Map<String, Value>) -> Result<Profile> {
    let avatar = text(claims, "avatar", AVATAR_BYTES_MAX)?;
    if avatar.as_ref().is_some_and(|url| {
        // A path of ours is for what is uploaded here.
        url.len() > AVATAR_BYTES_MAX || url.starts_with('/') || !is_safe_url(url)
    }) {
        return Err(Error::invalid(
            "请求参数不正确:avatar 须为 http:// 或 https:// 地址，最多 1024 字节",
            "avatar: must be an http:// or https:// address of at most 1024 bytes",
        ));
    }
    let email = text(claims, "email", EMAIL_LETTERS_MAX)?;
    if email.as_ref().is_some_and(|email| !email.contains('@')) {
        return Err(Error::invalid(
            "请求参数不正确:email 须为邮箱地址",
            "email: must be an email address",
        ));
    }
    Ok(Profile {
        nickname: text(claims, "name", NICKNAME_LETTERS_MAX)?,
        avatar,
        email,
        phone: text(claims, "phone", PHONE_LETTERS_MAX)?,
        level: text(claims, "level", LEVEL_LETTERS_MAX)?,
    })
}

/// A claim about the member. Null and empty say nothing, since many a shop writes out what it does not know.
fn text(claims: &Map<String, Value>, name: &str, letters_max: usize) -> Result<Option<String>> {
    match claims.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => return Ok(None),
        Some(Value::String(text))
            if text.chars().count() <= letters_max && !text.chars().any(char::is_control) =>
        {
            return Ok(Some(text.trim().to_owned()));
        }
        Some(_) => {}
    }
    Err(Error::invalid(
        format!("请求参数不正确:{name} 须为文本，最多 {letters_max} 个字符，不含控制字符"),
        format!(
            "{name}: must be text of at most {letters_max} characters without control characters"
        ),
    ))
}

/// What the library found wrong, for whoever writes the shop's backend.
fn explain(kind: &ErrorKind, audience: Option<&str>) -> Error {
    match kind {
        ErrorKind::InvalidSignature => refused(
            "签名与店铺的身份密钥不符；密钥须原样作为文本使用，不要解码",
            "its signature is not by one of the shop's identity keys; take the key as the text it is, without decoding it",
        ),
        ErrorKind::ExpiredSignature => refused(
            "已过期 (exp)，请为每次打开页面重新签发",
            "exp: it has expired; sign a new one for each page that is opened",
        ),
        ErrorKind::ImmatureSignature => refused("尚未生效 (nbf)", "nbf: it is not valid yet"),
        ErrorKind::InvalidAudience => {
            let audience = audience.unwrap_or_default();
            refused(
                format!("aud 须为 {audience}"),
                format!("aud: must be {audience}"),
            )
        }
        ErrorKind::InvalidAlgorithm => {
            refused("算法 (alg) 须为 HS256", "alg: its algorithm must be HS256")
        }
        ErrorKind::MissingRequiredClaim(claim) | ErrorKind::InvalidClaimFormat(claim) => refused(
            format!("{claim} 缺失或类型不正确"),
            format!("{claim}: missing or of the wrong type"),
        ),
        _ => refused(
            "不是使用 HS256 签名的 JWT",
            "it is not a JWT signed with HS256",
        ),
    }
}

fn refused(zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Error {
    Error::ProofRefused(Text::new(zh, en))
}

/// The claims of a token, none of them twice: two readers could take different ones.
struct Claims(Map<String, Value>);

impl<'de> Deserialize<'de> for Claims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Claims, D::Error> {
        deserializer.deserialize_map(EachOnce)
    }
}

struct EachOnce;

impl<'de> Visitor<'de> for EachOnce {
    type Value = Claims;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Claims, A::Error> {
        let mut claims = Map::new();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            if claims.insert(name, value).is_some() {
                return Err(A::Error::custom("a claim stands there twice"));
            }
        }
        Ok(Claims(claims))
    }
}
