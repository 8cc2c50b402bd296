//! What a message may carry, by its type.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::cards;
use crate::error::{Error, Result, Text};
use crate::model::{PartyKind, content_type};

/// The whole content, as it is stored.
pub const CONTENT_BYTES_MAX: usize = 16_384;
const TEXT_LETTERS_MAX: usize = 4_000;
const URL_BYTES_MAX: usize = 2_048;
/// Paths of files that this server keeps.
const OWN_FILES: &str = "/f/";

#[derive(Deserialize, Serialize)]
struct TextContent {
    text: String,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct ImageContent {
    pic_url: String,
}

/// Checks `content` as it was sent and gives it as it is stored: unknown keys dropped, bare text wrapped.
///
/// # Errors
/// [`Error::Invalid`] names what is wrong; [`Error::Forbidden`] for a member who speaks as the system.
pub fn checked(sender: PartyKind, kind: i64, content: &str) -> Result<String> {
    if content.len() > CONTENT_BYTES_MAX {
        return Err(too_long());
    }
    let stored = match kind {
        content_type::TEXT => text(content)?,
        content_type::IMAGE => image(content)?,
        content_type::SYSTEM => system(sender, content)?,
        content_type::VOICE | content_type::VIDEO => object(content)?,
        content_type::PRODUCT => cards::product(content)?,
        content_type::ORDER => cards::order(content)?,
        _ => {
            return Err(Error::invalid(
                "请求参数不正确:消息类型不支持",
                "contentType: not a type of message; 1 text, 2 image, 3 voice, 4 video, 10 product, 11 order",
            ));
        }
    };
    if stored.len() > CONTENT_BYTES_MAX {
        Err(too_long())
    } else {
        Ok(stored)
    }
}

/// `{"text":"..."}`; clients up to 2.3 send the bare text.
fn text(content: &str) -> Result<String> {
    let text = match object_of(content) {
        Ok(TextContent { text }) => text,
        Err(_) if is_object(content) => {
            return Err(Error::invalid(
                "请求参数不正确:文本消息须为 {\"text\":\"…\"}",
                "content: a text message is {\"text\":\"...\"}",
            ));
        }
        Err(_) => content.to_owned(),
    };
    if text.trim().is_empty() {
        return Err(empty());
    }
    if text.chars().count() > TEXT_LETTERS_MAX {
        return Err(Error::invalid(
            "请求参数不正确:消息最多 4000 个字符",
            "content: text is longer than 4000 characters",
        ));
    }
    write(&TextContent { text })
}

/// `{"picUrl":"..."}`; clients up to 2.3 send the bare URL.
fn image(content: &str) -> Result<String> {
    let url = match object_of(content) {
        Ok(ImageContent { pic_url }) => pic_url,
        Err(_) if is_object(content) => {
            return Err(Error::invalid(
                "请求参数不正确:图片消息须为 {\"picUrl\":\"…\"}",
                "content: an image message is {\"picUrl\":\"...\"}",
            ));
        }
        Err(_) => content.to_owned(),
    };
    if !is_safe_url(&url) {
        return Err(Error::invalid(
            "请求参数不正确:图片地址须以 http:// 或 https:// 开头",
            "content: picUrl must begin with http:// or https://",
        ));
    }
    write(&ImageContent { pic_url: url })
}

/// Shown as it is, in the middle of the conversation; only the shop may do that.
fn system(sender: PartyKind, content: &str) -> Result<String> {
    if sender == PartyKind::Member {
        return Err(Error::Forbidden(Text::new(
            "会员不能发送系统消息",
            "contentType: members may not send system messages",
        )));
    }
    if content.trim().is_empty() {
        return Err(empty());
    }
    Ok(content.to_owned())
}

/// Voice and video: an object, written compactly.
fn object(content: &str) -> Result<String> {
    match serde_json::from_str(content) {
        Ok(Value::Object(object)) => Ok(Value::Object(object).to_string()),
        _ => Err(Error::invalid(
            "请求参数不正确:此类消息的内容须为 JSON 对象",
            "content: a message of this type is a JSON object",
        )),
    }
}

/// http, https or a file of ours; nothing that a browser could run, and nothing it would read differently than we do.
pub fn is_safe_url(url: &str) -> bool {
    let plain = url.bytes().all(|b| b > b' ' && b != 0x7f && b != b'\\');
    let lower = url.get(..8).unwrap_or(url).to_ascii_lowercase();
    let known =
        lower.starts_with("http://") || lower.starts_with("https://") || url.starts_with(OWN_FILES);
    plain && known && url.len() <= URL_BYTES_MAX
}

/// Reads an object; a list would do for serde too, but is a text that happens to be JSON.
fn object_of<'a, T: Deserialize<'a>>(content: &'a str) -> serde_json::Result<T> {
    if content.trim_start().starts_with('{') {
        return serde_json::from_str(content);
    }
    Err(serde::de::Error::custom("not an object"))
}

fn is_object(content: &str) -> bool {
    matches!(serde_json::from_str(content), Ok(Value::Object(_)))
}

fn write(content: &impl Serialize) -> Result<String> {
    serde_json::to_string(content).map_err(|e| Error::Internal(e.to_string()))
}

fn empty() -> Error {
    Error::invalid("请求参数不正确:消息不能为空", "content: must not be empty")
}

fn too_long() -> Error {
    Error::invalid(
        "请求参数不正确:消息内容超过 16 KB",
        "content: longer than 16 KB",
    )
}
